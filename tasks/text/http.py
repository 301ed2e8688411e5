"""One conditional, resumable HTTP GET whose body arrives whole or not at all."""

import gzip
import logging
import shutil
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx

from tasks.text.sources import CorpusError, redacted

logger = logging.getLogger("charflow.download")

ATTEMPTS = 5
BACKOFF_SECONDS = 1.0
RETRY_AFTER_SECONDS = 120.0
STALL_SECONDS = 30.0
LOW_SPEED_SECONDS = 60.0
LOW_SPEED_BYTES = 1000
REDIRECTS = 10
MAXIMUM_BYTES = 20 << 30
TRANSIENT_STATUS = {408, 425, 429, 500, 502, 503, 504}


@dataclass(frozen=True, kw_only=True)
class Validators:
    """What tells whether a body changed: sent with the next request, as the server gave it."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, kw_only=True)
class Response:
    """A body that arrived, or word that it has not changed.

    Attributes:
        unchanged: the server said 304; nothing was written.
        validators: to be sent with the next request.
        charset: the character set that the server declared.
    """

    unchanged: bool
    validators: Validators
    charset: str | None = None


class _TransientError(Exception):
    """Worth another attempt, after `wait` seconds if the server named a time."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


def get(url: str, destination: Path, known: Validators, *, sleep: Callable[[float], None] = time.sleep) -> Response:
    """Fetch the body into the destination, unless the server says that it is the one known.

    Transient faults are tried again a bounded number of times, going on where the body broke off if a strong
    ETag guarantees that it is the same.

    Raises:
        CorpusError: it cannot be had, or there is no room for it.
    """
    # httpx writes whole addresses, with their secrets, to its log.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    partial = Validators()
    try:
        timeout = httpx.Timeout(STALL_SECONDS)
        with httpx.Client(timeout=timeout, follow_redirects=True, max_redirects=REDIRECTS) as client:
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    return _attempt(client, url, destination, known, partial)
                except (_TransientError, httpx.TransportError) as error:
                    partial = _validators_of_part(destination)
                    if attempt == ATTEMPTS:
                        raise
                    wait = getattr(error, "wait", None) or BACKOFF_SECONDS * 2 ** (attempt - 1)
                    logger.info("%s: %s; attempt %d follows", redacted(url), _reason(error), attempt + 1)
                    sleep(wait)
    except (_TransientError, httpx.HTTPError, httpx.InvalidURL) as error:
        raise CorpusError(f"cannot fetch {redacted(url)}: {_reason(error)}; check the address or try again") from None
    finally:
        _etag_path(destination).unlink(missing_ok=True)
    raise AssertionError("unreachable")


def _attempt(client: httpx.Client, url: str, destination: Path, known: Validators, partial: Validators) -> Response:
    have = destination.stat().st_size if partial.etag else 0
    headers = {"Accept-Encoding": "identity", **_conditions(known, partial, have)}
    with client.stream("GET", url, headers=headers) as response:
        if url.startswith("https:") and response.url.scheme != "https":
            raise CorpusError(f"cannot fetch {redacted(url)}: it redirects from https to http, which is not safe")
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return Response(unchanged=True, validators=known)
        _check_status(response)
        resumes = response.status_code == httpx.codes.PARTIAL_CONTENT
        if resumes and not response.headers.get("content-range", "").startswith(f"bytes {have}-"):
            destination.unlink()
            raise _TransientError("the server sent another part than the one asked for")
        _check_room(response, destination)
        _receive(response, destination, append=resumes)
        _decode_body(response, destination)
        return Response(unchanged=False, validators=_validators(response), charset=response.charset_encoding)


def _conditions(known: Validators, partial: Validators, have: int) -> dict[str, str]:
    if partial.etag and have:
        return {"Range": f"bytes={have}-", "If-Range": partial.etag}
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _check_status(response: httpx.Response) -> None:
    status = response.status_code
    if status in TRANSIENT_STATUS:
        raise _TransientError(f"the server answered {status}", _retry_after(response))
    if status == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
        raise _TransientError("the server has no more of the body than arrived")
    if status not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
        raise CorpusError(
            f"cannot fetch {redacted(str(response.url))}: the server answered {status}; check the address"
        )


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds that the server asked to wait, as a number or a date, within bounds; None if it named none."""
    value = response.headers.get("retry-after", "")
    try:
        seconds = float(value) if value.isdigit() else parsedate_to_datetime(value).timestamp() - time.time()
    except ValueError:
        return None
    return min(max(seconds, 0.0), RETRY_AFTER_SECONDS)


def _check_room(response: httpx.Response, destination: Path) -> None:
    length = int(response.headers.get("content-length", "0"))
    free = shutil.disk_usage(destination.parent).free
    if length > min(free, MAXIMUM_BYTES):
        raise CorpusError(
            f"cannot fetch {redacted(str(response.url))}: {length:,} bytes, but {free:,} are free and the limit is "
            f"{MAXIMUM_BYTES:,}; free some space or give a smaller corpus"
        )


def _receive(response: httpx.Response, destination: Path, *, append: bool) -> None:
    etag = response.headers.get("etag", "")
    if etag and not etag.startswith("W/") and "content-encoding" not in response.headers:
        _etag_path(destination).write_text(etag)
    with destination.open("ab" if append else "wb") as file:
        for piece in _at_speed(response.iter_raw(1 << 16)):
            file.write(piece)
            if file.tell() > MAXIMUM_BYTES:
                raise CorpusError(f"{redacted(str(response.url))} is over {MAXIMUM_BYTES:,} bytes")


def _at_speed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Pass the pieces on; time-outs of a read do not notice a server that drips."""
    started, received = time.monotonic(), 0
    for piece in pieces:
        received += len(piece)
        seconds = time.monotonic() - started
        if seconds > LOW_SPEED_SECONDS and received < LOW_SPEED_BYTES * seconds:
            raise _TransientError(f"only {received:,} bytes in {seconds:.0f} seconds")
        yield piece


def _decode_body(response: httpx.Response, destination: Path) -> None:
    """Undo a Content-Encoding that the server used unasked; a truncated one is noticed."""
    encoding = response.headers.get("content-encoding", "identity").lower()
    if encoding == "identity":
        return
    if encoding not in ("gzip", "x-gzip"):
        raise CorpusError(f"cannot fetch {redacted(str(response.url))}: it came encoded as {encoding!r}, unasked")
    packed = destination.with_name(f"{destination.name}.gz")
    destination.rename(packed)
    try:
        with gzip.open(packed) as body, destination.open("wb") as file:
            shutil.copyfileobj(body, file)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        destination.unlink()
        raise _TransientError("the compressed body broke off") from None
    finally:
        packed.unlink()


def _validators(response: httpx.Response) -> Validators:
    return Validators(etag=response.headers.get("etag"), last_modified=response.headers.get("last-modified"))


def _etag_path(destination: Path) -> Path:
    return destination.with_name(f".{destination.name}.etag")


def _validators_of_part(destination: Path) -> Validators:
    """The strong ETag of the body that broke off, if it had one."""
    path = _etag_path(destination)
    return Validators(etag=path.read_text() if path.exists() and destination.exists() else None)


def _reason(error: Exception) -> str:
    """The error in words without the address, which may hold secrets."""
    if isinstance(error, httpx.TimeoutException):
        return f"nothing arrived for {STALL_SECONDS:.0f} seconds"
    if isinstance(error, httpx.TooManyRedirects):
        return f"more than {REDIRECTS} redirects"
    if isinstance(error, httpx.RemoteProtocolError):
        return "the connection closed before the whole body had arrived"
    if isinstance(error, httpx.UnsupportedProtocol):
        return "it redirects to an address that is not http or https"
    return str(error) if isinstance(error, _TransientError) else "the connection failed"
