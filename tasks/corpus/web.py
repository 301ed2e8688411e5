"""One conditional, resumable HTTP GET whose body arrives whole or not at all."""

import itertools
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx

from tasks.corpus.errors import CorpusError
from tasks.corpus.redaction import redacted
from tasks.corpus.web_body import BrokenBodyError, check_room, receive, undo_encoding

logger = logging.getLogger("charflow.download")

ATTEMPTS = 5
BACKOFF_SECONDS = 1.0
RETRY_AFTER_SECONDS = 120.0
STALL_SECONDS = 30.0
REDIRECTS = 10
TRANSIENT_STATUS = {408, 425, 429, 500, 502, 503, 504}
CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)", re.IGNORECASE)
PERMANENT = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)


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


@dataclass(kw_only=True)
class _Part:
    """What has arrived of a body, and the strong ETag under which it may be gone on with."""

    path: Path
    etag: str | None = None

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.etag and self.path.exists() else 0

    def drop(self) -> None:
        self.etag = None
        self.path.unlink(missing_ok=True)


def get(url: str, destination: Path, known: Validators, *, sleep: Callable[[float], None] = time.sleep) -> Response:
    """Fetch the body into the destination, unless the server says that it is the one known.

    Transient faults are tried again a bounded number of times, going on where the body broke off if a strong
    ETag guarantees that it is the same.

    Raises:
        CorpusError: it cannot be had, or there is no room for it.
    """
    for library in ("httpx", "httpcore"):  # They write whole addresses, with their secrets, to their logs.
        logging.getLogger(library).setLevel(logging.WARNING)
    part = _Part(path=destination)
    timeout = httpx.Timeout(STALL_SECONDS)
    try:
        with httpx.Client(timeout=timeout, follow_redirects=True, max_redirects=REDIRECTS) as client:
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    return _attempt(client, url, known, part)
                except (_TransientError, BrokenBodyError, httpx.TransportError) as error:
                    if attempt == ATTEMPTS or isinstance(error, PERMANENT):
                        raise
                    logger.info("%s: %s; attempt %d follows", redacted(url), _reason(error), attempt + 1)
                    wait = getattr(error, "wait", None)
                    sleep(BACKOFF_SECONDS * 2 ** (attempt - 1) if wait is None else wait)
    except (_TransientError, BrokenBodyError, httpx.HTTPError, httpx.InvalidURL) as error:
        raise CorpusError(f"cannot fetch {redacted(url)}: {_reason(error)}; check the address or try again") from None
    raise AssertionError("unreachable")


def _attempt(client: httpx.Client, url: str, known: Validators, part: _Part) -> Response:
    have = part.size
    headers = {"Accept-Encoding": "identity", **_conditions(known, part.etag, have)}
    with client.stream("GET", url, headers=headers) as response:
        _refuse_downgrade(response)
        if response.status_code == httpx.codes.NOT_MODIFIED and known != Validators() and not have:
            return Response(unchanged=True, validators=known)
        _check_status(response, part)
        resumes = response.status_code == httpx.codes.PARTIAL_CONTENT
        if resumes and not _goes_on(response, have, part.etag):
            part.drop()
            raise _TransientError("the server sent another part than the one asked for")
        check_room(response, part.path)
        part.etag = _strong_etag(response) or (part.etag if resumes else None)
        receive(response, part.path, append=resumes)
        undo_encoding(response, part.path)
        return Response(unchanged=False, validators=_validators(response), charset=response.charset_encoding)


def _conditions(known: Validators, etag: str | None, have: int) -> dict[str, str]:
    if etag and have:
        return {"Range": f"bytes={have}-", "If-Range": etag}
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _refuse_downgrade(response: httpx.Response) -> None:
    addresses = [hop.url for hop in (*response.history, response)]
    if any((one.scheme, following.scheme) == ("https", "http") for one, following in itertools.pairwise(addresses)):
        raise CorpusError(
            f"cannot fetch {redacted(str(addresses[0]))}: it redirects from https to http, which is not safe; "
            "give the address that it redirects to"
        )


def _check_status(response: httpx.Response, part: _Part) -> None:
    status = response.status_code
    if status in TRANSIENT_STATUS:
        raise _TransientError(f"the server answered {status}", _retry_after(response))
    if status == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and part.etag:
        part.drop()
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


def _goes_on(response: httpx.Response, have: int, etag: str | None) -> bool:
    """Whether a partial body is the whole rest of the very one that broke off."""
    matched = CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
    if not matched or not have or response.headers.get("etag", etag) != etag:
        return False
    first, last, total = matched.groups()
    return int(first) == have and (total == "*" or int(last) == int(total) - 1)


def _strong_etag(response: httpx.Response) -> str | None:
    """The ETag if it promises equal bytes: a weak one does not, nor one of a body encoded on the way."""
    etag = _validators(response).etag
    weak = not etag or etag.startswith("W/") or "content-encoding" in response.headers
    return None if weak else etag


def _validators(response: httpx.Response) -> Validators:
    """The response's validators; one outside ASCII could not be sent back."""
    given = [response.headers.get(name) for name in ("etag", "last-modified")]
    etag, last_modified = [value if value and value.isascii() else None for value in given]
    return Validators(etag=etag, last_modified=last_modified)


def _reason(error: Exception) -> str:
    """The error in words without the address, which may hold secrets."""
    if isinstance(error, _TransientError | BrokenBodyError):
        return str(error)
    words = {
        httpx.TimeoutException: f"nothing arrived for {STALL_SECONDS:.0f} seconds",
        httpx.TooManyRedirects: f"more than {REDIRECTS} redirects",
        httpx.RemoteProtocolError: "the connection closed before the whole body had arrived",
        httpx.UnsupportedProtocol: "it leads to an address that is not http or https",
        httpx.InvalidURL: "the address is malformed",
        httpx.ConnectError: f"no connection ({error})",
    }
    return next((text for kind, text in words.items() if isinstance(error, kind)), "the connection failed")
