"""One conditional, resumable HTTP GET whose body arrives whole or not at all."""

import contextlib
import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tasks.corpus.errors import CorpusError, TransientCorpusError
from tasks.corpus.fingerprint import recognises
from tasks.corpus.partial_body import PartialBody
from tasks.corpus.placeholders import resolved_address
from tasks.corpus.redaction import redacted
from tasks.corpus.web_body import check_room, receive, undo_encoding
from tasks.corpus.web_request import client_for, parsed_headers
from tasks.corpus.web_response import UnknownHostError, check_status, description_of, fault_of, is_rest_of
from tasks.corpus.web_transport import PrivateHosts

logger = logging.getLogger("charflow.download")

ATTEMPTS = 5
UNKNOWN_HOST_ATTEMPTS = 2
BACKOFF_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Validators:
    """What tells whether a body changed: sent with the next request, as the server gave it.

    Attributes:
        request: a fingerprint of the request that the body answered; with another one they are not sent.
    """

    etag: str | None = None
    last_modified: str | None = None
    request: str | None = field(default=None, compare=False)


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


def get(
    url: str,
    destination: Path,
    known: Validators,
    *,
    partial: Path,
    headers: Sequence[str] = (),
    private: PrivateHosts = "named",
    sleep: Callable[[float], None] = time.sleep,
) -> Response:
    """Fetch the body into the destination, unless the server says that it is the one known.

    Transient faults are tried again until several attempts in a row brought nothing new. If a strong ETag guarantees
    that the body is the same, an attempt goes on where it broke off, also one that another process began.

    Args:
        url: with `${NAME}` for what is to be looked up just before it is sent.
        destination: where the body goes, on the file system of `partial`.
        known: validators of the body that the caller has; they hold for the address and headers that it came by.
        partial: a folder of this download alone, for what has arrived so far.
        headers: lines `Name: value`, for the origin of the address only.
        private: whether it may go to hosts that are not public: `named` lets only the address itself lead to one.
        sleep: waits for some seconds.

    Raises:
        TransientCorpusError: it cannot be had for now; what arrived is kept if it can be gone on with.
        CorpusError: it cannot be had, or there is no room for it.
    """
    try:
        address, given = resolved_address(url), parsed_headers(headers)
        request = json.dumps([address, given], sort_keys=True)
        asked = known if recognises(known.request, request) else Validators()
        client = client_for(address, given, private)
        with client, contextlib.closing(PartialBody(partial, request)) as part:
            response = _persist(lambda: _attempt(client, address, asked, part), part, redacted(url), sleep)
            if not response.unchanged:
                part.finish(destination)
        return response
    except httpx.InvalidURL as error:
        raise CorpusError(f"cannot fetch {redacted(url)}: {fault_of(error)}") from None
    except TransientCorpusError as error:
        message = f"cannot fetch {redacted(url)}: {error}; check the address or try again"
        raise TransientCorpusError(message, error.wait) from None
    except CorpusError as error:
        raise CorpusError(f"cannot fetch {redacted(url)}: {error}") from None


def _persist(
    attempt: Callable[[], Response], part: PartialBody, shown: str, sleep: Callable[[float], None]
) -> Response:
    """Make attempts until one succeeds, or too many in a row brought next to nothing that could be kept."""
    in_vain, arrived = 0, part.arrived
    while True:
        try:
            return attempt()
        except (httpx.HTTPError, CorpusError) as error:
            fault = error if isinstance(error, CorpusError) else fault_of(error)
        if not isinstance(fault, TransientCorpusError | UnknownHostError):
            raise fault
        # Against the most that ever arrived: a body that starts again brings the same bytes once more.
        in_vain = 0 if part.arrived >= arrived + part.progress else in_vain + 1
        arrived = max(arrived, part.arrived)
        if in_vain == (UNKNOWN_HOST_ATTEMPTS if isinstance(fault, UnknownHostError) else ATTEMPTS):
            raise fault
        wait = fault.wait if isinstance(fault, TransientCorpusError) else None
        logger.info("%s: %s; %s bytes are here, another attempt follows", shown, fault, f"{part.arrived:,}")
        sleep(BACKOFF_SECONDS * 2 ** max(in_vain - 1, 0) if wait is None else wait)


def _attempt(client: httpx.Client, address: str, known: Validators, part: PartialBody) -> Response:
    start = part.arrived
    with client.stream("GET", address, headers=_conditions(known, part, start)) as response:
        if response.status_code == httpx.codes.NOT_MODIFIED and known != Validators() and not start:
            return Response(unchanged=True, validators=known)
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and start:
            part.drop()
            raise TransientCorpusError("the server has no more of the body than arrived")
        check_status(response)
        check_room(response, part.path)
        if response.status_code == httpx.codes.OK:
            start = 0
            part.begin(description_of(response))
        elif not is_rest_of(response, part.described, start):
            part.drop()
            raise TransientCorpusError("the server sent another part than the one asked for")
        described = part.described
        receive(response, part.path, start=start)
        _check_length(part)
        undo_encoding(response, part.path)
        validators = Validators(etag=described.etag, last_modified=described.last_modified, request=part.request)
        return Response(unchanged=False, validators=validators, charset=described.charset)


def _conditions(known: Validators, part: PartialBody, start: int) -> dict[str, str]:
    if start:
        return {"Range": f"bytes={start}-", "If-Range": part.described.etag or ""}
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _check_length(part: PartialBody) -> None:
    """Notice that two processes wrote to one file, as they may where the file system's locks do nothing."""
    length = part.described.length
    if length is not None and part.path.stat().st_size != length:
        part.drop()
        raise TransientCorpusError(f"not the {length:,} bytes arrived that were declared")
