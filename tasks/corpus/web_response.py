"""What an HTTP response says of the body that it brings, and what went wrong if it brings none."""

import re
import socket
import ssl
import time
from email.utils import parsedate_to_datetime

import httpx

from tasks.corpus import web_request
from tasks.corpus.errors import CorpusError, TransientCorpusError
from tasks.corpus.partial_body import Description
from tasks.corpus.web_body import codings_of

RETRY_AFTER_SECONDS = 120.0
TRANSIENT_STATUS = {408, 425, 429, *range(500, 600)} - {501, 505}
ADVICE = {
    401: "give credentials, by --corpus-header or ~/.netrc",
    403: "give credentials, by --corpus-header or ~/.netrc; or, if it turns programs away, save what a browser shows "
    "and give the file",
}
CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)", re.IGNORECASE)


class UnknownHostError(CorpusError):
    """No host has this name, or the service that knows names is confused for a moment."""


def check_status(response: httpx.Response) -> None:
    """Let only a response pass that brings a body, or a part of one.

    Raises:
        TransientCorpusError: the server may answer otherwise later.
        CorpusError: it will not.
    """
    status = response.status_code
    if status in TRANSIENT_STATUS:
        raise TransientCorpusError(f"the server answered {status}", _retry_after(response))
    if status not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
        raise CorpusError(f"the server answered {status}; {ADVICE.get(status, 'check the address')}")


def description_of(response: httpx.Response) -> Description:
    """What the server says of the whole body; a validator outside ASCII could not be sent back."""
    given = [response.headers.get(name) for name in ("etag", "last-modified")]
    etag, last_modified = [value if value and value.isascii() else None for value in given]
    length = response.headers.get("content-length")
    return Description(
        etag=etag,
        last_modified=last_modified,
        charset=response.charset_encoding,
        length=int(length) if length else None,
        # Of a body that was encoded on the way, the ETag is of other bytes.
        resumable=bool(etag) and not str(etag).startswith("W/") and not codings_of(response),
    )


def is_rest_of(response: httpx.Response, described: Description, start: int) -> bool:
    """Whether a partial body is the whole rest, from this byte on, of the very one that broke off."""
    headers = response.headers
    matched = CONTENT_RANGE.fullmatch(headers.get("content-range", ""))
    if not matched or not start or headers.get("etag") != described.etag or codings_of(response):
        return False
    first, last, total = matched.groups()
    length = described.length if total == "*" else int(total)
    return int(first) == start and length in (None, int(last) + 1) and described.length in (None, length)


def fault_of(error: httpx.HTTPError | httpx.InvalidURL) -> CorpusError:
    """The error in words without the address, which may hold secrets."""
    causes = _causes(error)
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return CorpusError(
                f"the server's certificate is not valid ({cause.verify_message}); check the address, or name the "
                "certificate of an authority of your own in SSL_CERT_FILE"
            )
        if isinstance(cause, socket.gaierror) and cause.errno != socket.EAI_AGAIN:
            return UnknownHostError("no host of this name is known; check the address")
    permanent: dict[type[Exception], str] = {
        httpx.TooManyRedirects: f"more than {web_request.REDIRECTS} redirects; check the address",
        httpx.UnsupportedProtocol: "it leads to an address that is not http or https; check the address",
        httpx.LocalProtocolError: "the request cannot be sent; check the address and the headers",
        httpx.InvalidURL: "the address is malformed; check what stands between // and the path",
    }
    for kind, text in permanent.items():
        if isinstance(error, kind):
            return CorpusError(text)
    transient: dict[type[Exception], str] = {
        httpx.TimeoutException: f"nothing arrived for {web_request.STALL_SECONDS:.0f} seconds",
        httpx.RemoteProtocolError: "the connection closed before the whole body had arrived",
        httpx.ConnectError: f"no connection ({error})",
    }
    found = (text for kind, text in transient.items() if isinstance(error, kind))
    return TransientCorpusError(next(found, "the connection failed"))


def _causes(error: BaseException | None) -> list[BaseException]:
    """The error and those that led to it."""
    found: list[BaseException] = []
    while error and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds that the server asked to wait, as a number or a date, within bounds; None if it named none."""
    value = response.headers.get("retry-after", "")
    try:
        seconds = float(value) if value.isdigit() else parsedate_to_datetime(value).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), RETRY_AFTER_SECONDS)
