"""Limits of what packed bytes may unpack to, so that a small file cannot fill memory, disk or time."""

from collections.abc import Callable
from typing import BinaryIO

from tasks.corpus.errors import CorpusError
from tasks.corpus.streams import WrappingStream, buffered

MAXIMUM_BYTES = 20 << 30
FREE_BYTES = 64 << 20
MAXIMUM_RATIO = 1000


class Allowance:
    """How many bytes a file may unpack to: 20 GiB, and a thousand times its size where that is more than 64 MiB.

    Args:
        packed: the file's size. A file may always hold as many bytes as it has.
    """

    def __init__(self, packed: int) -> None:
        self.packed = packed
        self.by_ratio = max(FREE_BYTES, MAXIMUM_RATIO * packed)
        self.granted = max(packed, min(MAXIMUM_BYTES, self.by_ratio))
        self.spent = 0

    def check(self, size: int) -> None:
        """Refuse more bytes than are granted.

        Raises:
            CorpusError: they are more.
        """
        if size <= self.granted:
            return
        ratio = f", more than {MAXIMUM_RATIO:,} times its size" if self.granted == self.by_ratio else ""
        raise CorpusError(
            f"it unpacks to more than {self.granted:,} bytes{ratio}; if that is meant, unpack it and give the text"
        )


class Meter:
    """How much of the allowance one member has taken, however often it is read."""

    def __init__(self, allowance: Allowance) -> None:
        self.allowance = allowance
        self.taken = 0

    def check(self, position: int) -> None:
        """Take the member's bytes up to this position off the allowance.

        Raises:
            CorpusError: nothing is left of it.
        """
        if position > self.taken:
            self.allowance.spent += position - self.taken
            self.taken = position
            self.allowance.check(self.allowance.spent)


def counted(stream: BinaryIO, check: Callable[[int], None]) -> BinaryIO:
    """The stream, of which every count of bytes is checked before they are given."""
    return buffered(CountedStream(stream, check))


class CountedStream(WrappingStream):
    """A stream that passes the number of its bytes so far to a check."""

    def __init__(self, stream: BinaryIO, check: Callable[[int], None]) -> None:
        super().__init__(stream)
        self.check, self.count = check, 0

    def pull(self, size: int) -> bytes:  # noqa: D102
        piece = self.stream.read(size)
        self.count += len(piece)
        self.check(self.count)
        return piece
