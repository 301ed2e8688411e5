"""A tally of the characters in UTF-8 that comes in pieces."""

import numpy as np

from tasks.kernels.utf8 import CUT_BYTES, PLACES, count_characters
from tasks.text.points import code_points

FOUR_BYTES, PLACES_OF_THREE_BYTES = 0xF0, 1 << 16  # Most texts leave nine tenths of the table alone.
LEAST_BYTES = 1 << 18  # To count fewer by a table of all code points takes longer than to sort them.


class Tally:
    """Counts characters; the pieces may be cut within one, and may be as short as they like."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._table: np.ndarray | None = None
        self._places = PLACES_OF_THREE_BYTES

    def add(self, piece: bytes) -> None:
        """Take in the next bytes, which are valid UTF-8 together with the others."""
        self._waiting += piece
        if len(self._waiting) >= LEAST_BYTES:
            self._count(_whole(self._waiting))

    def result(self) -> tuple[np.ndarray, np.ndarray]:
        """The distinct code points, `(n,)` uint32, ascending, and how often each occurs; nothing more may follow."""
        if self._table is None:
            return np.unique(code_points(self._waiting.decode()), return_counts=True)
        size = len(self._waiting)
        self._waiting += bytes(CUT_BYTES)
        self._count(size)
        points = np.flatnonzero(self._table[: self._places])
        return points.astype(np.uint32), self._table[points]

    def _count(self, size: int) -> None:
        if self._table is None:
            self._table = np.zeros(PLACES, np.int64)
        content = np.frombuffer(self._waiting, np.uint8)
        count_characters(content, size, self._table)
        if content.max(initial=0) >= FOUR_BYTES:
            self._places = PLACES
        del content
        del self._waiting[:size]


def _whole(content: bytearray) -> int:
    """How many bytes are whole characters, with those after them that the counting may read."""
    end = len(content) - CUT_BYTES
    while content[end] & 0xC0 == 0x80:
        end -= 1
    return end
