"""The way of a request to its server: a name is looked up once, and what it leads to is checked before it is used."""

import ipaddress
import urllib.request
from dataclasses import dataclass
from typing import Literal

import httpx

from tasks.corpus import hosts
from tasks.corpus.errors import CorpusError

CHAIN = "charflow.chain"
# What is pooled under an address was checked for another name; each request makes its own connection.
NONE_POOLED = httpx.Limits(max_keepalive_connections=0)

PrivateHosts = Literal["allowed", "named", "refused"]


@dataclass(kw_only=True)
class Chain:
    """A request and the redirects that follow from it.

    Attributes:
        before: the address that the last request went to.
        outside: whether a request of the chain went to a public address.
    """

    before: httpx.URL | None = None
    outside: bool = False


class GuardedTransport(httpx.BaseTransport):
    """Sends requests by the proxy of the environment, or to an address that is checked.

    The connection goes to the very address that was checked, so that a name cannot lead elsewhere in between; the
    certificate is checked against the name. A proxy looks names up itself, so that only what the name stands for here
    can be checked before it is asked.

    Args:
        private: whether addresses that are not public may be connected to: always; only where the first request goes
            to one, and no public one came before; or never.
    """

    def __init__(self, private: PrivateHosts) -> None:
        self._private = private
        self._direct = httpx.HTTPTransport(limits=NONE_POOLED)
        self._proxied: dict[str, httpx.HTTPTransport] = {}
        self._seen_outside: set[str] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request, and answer with the response.

        Raises:
            CorpusError: it leads to an address that it may not go to.
            httpx.TransportError: no connection can be made, or it breaks.
        """
        chain = request.extensions[CHAIN]
        host = request.url.raw_host.decode("ascii")
        if proxy := _proxy_for(request.url):
            self._permitted(chain, host, hosts.addresses_of(host))
            if proxy not in self._proxied:
                self._proxied[proxy] = httpx.HTTPTransport(limits=NONE_POOLED, proxy=proxy)
            return self._proxied[proxy].handle_request(request)
        return self._connected(request, self._permitted(chain, host, _addresses_of(host)))

    def close(self) -> None:
        """Close all connections."""
        for transport in (self._direct, *self._proxied.values()):
            transport.close()

    def _permitted(self, chain: Chain, host: str, addresses: list[str]) -> list[str]:
        """Those of the addresses that may be connected to: of a name with both kinds only the public ones."""
        public = [one for one in addresses if hosts.is_public_address(ipaddress.ip_address(one))]
        if not public and addresses:
            self._check_private(chain, host)
            return addresses
        chain.outside = True  # Also where only the proxy knows the name.
        self._seen_outside.add(host)
        return public

    def _check_private(self, chain: Chain, host: str) -> None:
        if self._private == "allowed":
            return
        if self._private == "refused":
            raise CorpusError(f"{host} is no public host; permit those by --allow-private-hosts")
        if chain.outside:
            raise CorpusError(
                f"it redirects from a public host to {host}, which is not one; give the address that it redirects to, "
                "or --allow-private-hosts"
            )
        if host in self._seen_outside:
            raise CorpusError(f"{host} was a public host a moment ago and is none now; is it the one that is meant?")

    def _connected(self, request: httpx.Request, addresses: list[str]) -> httpx.Response:
        """The response of the first address that can be connected to."""
        fault: httpx.TransportError | None = None
        for address in addresses:
            try:
                return self._direct.handle_request(_pinned(request, address))
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                fault = fault or error
        raise fault or httpx.ConnectError("the name stands for no address", request=request)


def _pinned(request: httpx.Request, address: str) -> httpx.Request:
    """The request, to be sent to this address under the name that it was for."""
    name = request.url.raw_host.decode("ascii")
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": name},
    )


def _addresses_of(host: str) -> list[str]:
    try:
        return hosts.resolved_addresses(host)
    except (OSError, UnicodeError) as error:
        raise httpx.ConnectError(str(error)) from error


def _proxy_for(address: httpx.URL) -> str | None:
    """The proxy that the environment names for the address; None: none."""
    proxies = urllib.request.getproxies()
    proxy = proxies.get(address.scheme) or proxies.get("all")
    names = (address.host, f"{address.host}:{address.port}")
    if not proxy or any(map(urllib.request.proxy_bypass, names)):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"
