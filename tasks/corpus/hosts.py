"""Whether a host is one of the public internet, or of a network that only those inside it reach."""

import contextlib
import ipaddress
import socket
from collections.abc import Iterator
from contextvars import ContextVar

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_attended: ContextVar[bool] = ContextVar("attended", default=True)


@contextlib.contextmanager
def unattended() -> Iterator[None]:
    """While the block runs, nobody has typed the addresses: one that leads to this machine or its network is refused.

    For a deployment, whose parameters others than the owner of the machine may write.
    """
    token = _attended.set(False)
    try:
        yield
    finally:
        _attended.reset(token)


def is_attended() -> bool:
    """Whether the addresses were typed by somebody who may read the files of this machine anyway."""
    return _attended.get()


def is_public_address(address: Address) -> bool:
    """Whether the address is reached over the public internet, also if it stands for one of the other family."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner:
            return is_public_address(inner)
    return address.is_global and not address.is_multicast


def addresses_of(host: str) -> list[str]:
    """The addresses that the host's name stands for, in the order to be tried; none if it is not known."""
    try:
        return resolved_addresses(host)
    except OSError:
        return []


def resolved_addresses(host: str) -> list[str]:
    """As `addresses_of`.

    Raises:
        OSError: the name is not known.
        UnicodeError: it is no name.
    """
    found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(address[0]).partition("%")[0] for *_, address in found))
