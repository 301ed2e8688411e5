"""Whether a host is one of the public internet, or of a network that only those inside it reach."""

import ipaddress
import socket

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_public(host: str) -> bool:
    """Whether all addresses of the host are public ones; a name that is not known here leads nowhere from here."""
    return all(is_public_address(ipaddress.ip_address(one)) for one in addresses_of(host))


def is_public_address(address: Address) -> bool:
    """Whether the address is reached over the public internet, also if it stands for one of the other family."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner:
            return is_public_address(inner)
    return address.is_global and not address.is_multicast


def addresses_of(host: str) -> set[str]:
    """The addresses that the host's name stands for; none if it is not known."""
    try:
        found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    except OSError:
        return set()
    return {str(address[0]).partition("%")[0] for *_, address in found}
