"""The body of an HTTP response on its way to disk: whether there is room, whether it flows, how it is packed."""

import gzip
import shutil
import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import httpx

from tasks.corpus.errors import CorpusError, TransientCorpusError

LOW_SPEED_SECONDS = 60.0
LOW_SPEED_BYTES = 1000
MAXIMUM_BYTES = 20 << 30
PIECE_BYTES = 1 << 20

GZIP = {"gzip", "x-gzip"}
CODINGS = GZIP | {"br", "compress", "deflate", "dcb", "dcz", "x-compress", "zstd"}


def check_room(response: httpx.Response, destination: Path) -> None:
    """Refuse a body before it is fetched if its declared length fits neither the disk nor the limit.

    Raises:
        CorpusError: it does not fit.
    """
    length = int(response.headers.get("content-length", "0"))
    if length > MAXIMUM_BYTES:
        raise CorpusError(f"{length:,} bytes, but the limit is {MAXIMUM_BYTES:,}; give a smaller corpus")
    check_space(length, destination.parent)


def check_space(length: int, folder: Path) -> None:
    """Refuse so many bytes if they do not fit the folder's disk.

    Raises:
        CorpusError: they do not.
    """
    free = shutil.disk_usage(folder).free
    if length > free:
        raise CorpusError(f"{length:,} bytes, but {free:,} are free; free some space or give a smaller corpus")


def receive(response: httpx.Response, destination: Path, *, start: int) -> None:
    """Write the body as it comes, so that what arrived before a fault is there to be gone on with.

    Args:
        response: with the body, or the rest of it.
        destination: an existing file.
        start: the place of the first byte in it; what stands there is replaced.

    Raises:
        TransientCorpusError: it comes too slowly.
        CorpusError: it is over the limit.
        httpx.TransportError: it broke off.
    """
    with destination.open("r+b", buffering=0) as file:
        file.truncate(start)
        file.seek(start)
        # Without a size for the pieces: httpx would hold back what arrived until one is full.
        for piece in _at_speed(response.iter_raw()):
            file.write(piece)
            _check_limit(file.tell())


def codings_of(response: httpx.Response) -> list[str]:
    """The codings that the body came in, the outermost last; what else stores write there means nothing."""
    named = response.headers.get("content-encoding", "").lower().split(",")
    return [coding for coding in (name.strip() for name in named) if coding in CODINGS]


def undo_encoding(response: httpx.Response, destination: Path) -> None:
    """Undo a Content-Encoding that the server used unasked; a truncated one is noticed.

    Raises:
        TransientCorpusError: it is not whole; the destination is gone.
        CorpusError: it is an encoding other than gzip, or unpacks to more than the limit.
    """
    for coding in reversed(codings_of(response)):
        if coding not in GZIP:
            raise CorpusError(
                f"the server sent it packed as {coding!r}, though asked not to; download it with a browser, or by "
                "curl --compressed, and give the file"
            )
        _unpack(destination)


def _unpack(destination: Path) -> None:
    packed = destination.with_name(f"{destination.name}.gz")
    destination.rename(packed)
    try:
        with gzip.open(packed) as body, destination.open("wb") as file:
            while piece := body.read(PIECE_BYTES):
                file.write(piece)
                _check_limit(file.tell())
    except (EOFError, zlib.error, gzip.BadGzipFile):
        destination.unlink()
        raise TransientCorpusError("the compressed body broke off") from None
    finally:
        packed.unlink()


def _at_speed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pass the pieces on; time-outs of a read do not notice a server that drips."""
    started, received = time.monotonic(), 0
    for piece in pieces:
        received += len(piece)
        seconds = time.monotonic() - started
        if seconds > LOW_SPEED_SECONDS:
            if received < LOW_SPEED_BYTES * seconds:
                raise TransientCorpusError(f"only {received:,} bytes in {seconds:.0f} seconds")
            started, received = time.monotonic(), 0
        yield piece


def _check_limit(size: int) -> None:
    if size > MAXIMUM_BYTES:
        raise CorpusError(f"it is over {MAXIMUM_BYTES:,} bytes; give a smaller corpus")
