"""A file of texts one after the other, each on lines of its own, and where each begins in it."""

import sys
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import BinaryIO

END_OF_FILE, RECORD_BYTES = b"\x1a", 128
LINE_ENDS = b"\r\n"  # Of these alone is no document.


class TextFile:
    """Texts in a file.

    Attributes:
        size: of the file, in bytes.
    """

    def __init__(self, file: BinaryIO, begins: BinaryIO) -> None:
        """Begin with no text.

        Args:
            file: readable and writable, empty; UTF-8.
            begins: the same; where each text begins in the other, in bytes, as integers of 64 bits.
        """
        self.size = 0
        self._file, self._begins, self._last = file, begins, b""

    def note_beginning(self, offset: int) -> None:
        """Note that a text begins there, in bytes."""
        self._begins.write(offset.to_bytes(8, sys.byteorder))

    def write(self, piece: bytes) -> None:
        """Append bytes right after the last ones."""
        self._file.write(piece)
        self.size += len(piece)
        self._last = piece[-1:] or self._last

    def add_lines(self, texts: Sequence[bytes]) -> None:
        """Append texts that are not empty."""
        self._end_line()
        lines = [text if text.endswith(b"\n") else text + b"\n" for text in texts]
        self._begins.write(array("q", accumulate(map(len, lines[:-1]), initial=self.size)))
        self.write(b"".join([*lines[:-1], texts[-1]]))

    def add_text(self, pieces: Iterable[bytes]) -> int:
        """Append a text that comes in pieces, unless it is line ends alone; gives where it begins, in bytes."""
        self._end_line()
        begin, has_text = self.size, False
        for piece in pieces:
            self.write(piece)
            has_text = has_text or bool(piece.strip(LINE_ENDS))
        if has_text:
            self.note_beginning(begin)
        else:  # Line feeds alone are no text.
            self._file.truncate(self._file.seek(begin))
            self.size, self._last = begin, b"\n"
        return begin

    def drop_end_of_file(self, begin: int) -> bool:
        """Drop the signs by which DOS ends a text, and fills what is left of its last record; says if there were some.

        Args:
            begin: of the last text, in bytes.
        """
        if self._last != END_OF_FILE:
            return False
        start = max(begin, self.size - RECORD_BYTES)
        self._file.seek(start)
        left = self._file.read().rstrip(END_OF_FILE)
        self._file.truncate(start + len(left))
        self.come_to_end()
        return True

    def come_to_end(self) -> None:
        """Go on at the end of the file, which may be another one now."""
        size = self._file.seek(0, 2)
        if size != self.size:
            self.size = size
            self._file.seek(max(0, size - 1))
            self._last = self._file.read(1)

    def _end_line(self) -> None:
        if self.size and self._last != b"\n":
            self.write(b"\n")
