"""A member's bytes in pieces of one size, as often as they are wanted, and the beginning of text in pieces."""

import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Protocol

PIECE_BYTES = 1 << 20
HELD_BYTES = 8 << 20


class Openable(Protocol):
    """What gives its bytes anew each time that it is opened, such as a member of an archive."""

    def open(self) -> BinaryIO:
        """A stream from the first byte."""


class BytePieces:
    """The bytes of a member; up to `HELD_BYTES` are held and the member is opened once, else once for each reading."""

    def __init__(self, member: Openable) -> None:
        self._open = member.open
        with member.open() as stream:
            start = _read(stream, HELD_BYTES + 1)
        self.head = start[:HELD_BYTES]
        if len(start) <= HELD_BYTES:
            self._open = lambda: io.BytesIO(start)

    def __iter__(self) -> Iterator[bytes]:
        """All bytes from the first, each piece of `PIECE_BYTES` except for the last."""
        return self.blocks(PIECE_BYTES)

    def blocks(self, size: int) -> Iterator[bytes]:
        """All bytes from the first, each piece of `size` bytes except for the last."""
        with self._open() as stream:
            while block := _read(stream, size):
                yield block


def beginning(texts: Iterable[str], characters: int) -> str:
    """The first characters of a text that comes in pieces, however it is cut."""
    parts: list[str] = []
    for text in texts:
        parts.append(text)
        characters -= len(text)
        if characters <= 0:
            return "".join(parts)[: characters or None]
    return "".join(parts)


def _read(stream: BinaryIO, size: int) -> bytes:
    # A stream may give less than was asked for before its end.
    first = stream.read(size)
    if len(first) == size or not first:
        return first
    parts, missing = [first], size - len(first)
    while missing and (part := stream.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
