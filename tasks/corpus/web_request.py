"""What is sent for a corpus on the web: the client's name, headers, credentials, and to whom they may go."""

import contextlib
import logging
import netrc
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from tasks.corpus.errors import CorpusError
from tasks.corpus.placeholders import resolved
from tasks.corpus.web_transport import CHAIN, Chain, GuardedTransport, PrivateHosts

VERSION = "0.1.0"
USER_AGENT = f"charflow/{VERSION}"  # And no library's name: many hosts turn those away.
STALL_SECONDS = 30.0
REDIRECTS = 10
# What a request for a body depends on is charflow's own affair.
OWN_HEADERS = {"accept-encoding", "host", "if-match", "if-modified-since", "if-none-match", "if-range", "range"}

for _library in ("httpx", "httpcore"):  # They write whole addresses, with their secrets, to their logs.
    logging.getLogger(_library).setLevel(logging.WARNING)


def client_for(address: str, headers: Mapping[str, str], private: PrivateHosts) -> httpx.Client:
    """A client that follows redirects, but takes no secret along to another origin.

    Args:
        address: the one that the first request goes to.
        headers: values by name in lower case, sent to the origin of the address only.
        private: whether it may go to hosts that are not public.

    Raises:
        CorpusError: `~/.netrc` is malformed.
    """

    def guard(request: httpx.Request) -> None:
        chain = request.extensions.setdefault(CHAIN, Chain())  # A redirect inherits the extensions.
        before, chain.before = chain.before, request.url
        if before is not None:
            _check_redirect(before, request.url)
            if _origin(before) != _origin(request.url):
                for name in headers:
                    request.headers.pop(name, None)

    return httpx.Client(
        headers={"User-Agent": USER_AGENT, **headers, "Accept-Encoding": "identity"},
        auth=None if "authorization" in headers else _netrc_credentials(httpx.URL(address)),
        timeout=httpx.Timeout(STALL_SECONDS),
        follow_redirects=True,
        max_redirects=REDIRECTS,
        event_hooks={"request": [guard]},
        transport=GuardedTransport(private),
    )


def parsed_headers(headers: Sequence[str]) -> dict[str, str]:
    """The values of lines `Name: value` by the names in lower case; `${NAME}` in a value is looked up.

    Raises:
        CorpusError: a line is malformed, or is a header that charflow sets itself.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(headers, start=1):
        name, colon, value = line.partition(":")
        name, value = name.strip().lower(), resolved(value).strip()
        if not colon or not value or not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
            raise CorpusError(f"header {number} is malformed; write 'Name: value'")
        if name in OWN_HEADERS:
            raise CorpusError(f"header {number} is {name!r}, which charflow sets itself; leave it out")
        if not (value.isascii() and value.isprintable()):
            raise CorpusError(f"the value of header {name!r} has characters that no header may have; correct it")
        found[name] = value
    return found


def _netrc_credentials(address: httpx.URL) -> httpx.Auth | None:
    """User and password for the host from `$NETRC` or `~/.netrc`, unless the address has its own."""
    path = Path(os.environ.get("NETRC") or "~/.netrc")
    with contextlib.suppress(RuntimeError):  # A user without a home has no such file either.
        path = path.expanduser()
    if address.userinfo or not path.is_file():
        return None
    try:
        return httpx.NetRCAuth(str(path))
    except netrc.NetrcParseError as error:  # Its message shows the word that it stumbled over.
        raise CorpusError(f"{path} is malformed in line {error.lineno}; correct it") from None
    except (OSError, UnicodeDecodeError):
        raise CorpusError(f"{path} cannot be read; correct it or its permissions") from None


def _check_redirect(before: httpx.URL, after: httpx.URL) -> None:
    """Refuse what would weaken the connection."""
    if (before.scheme, after.scheme) == ("https", "http"):
        raise CorpusError("it redirects from https to http, which is not safe; give the address that it redirects to")


def _origin(address: httpx.URL) -> tuple[str, str, int | None]:
    return address.scheme, address.host, address.port
