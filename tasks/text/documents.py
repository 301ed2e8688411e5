"""Documents: where each begins in a text, and the mark that ends it."""

import numpy as np

from tasks.corpus.choices import DocumentUnit, end_mark_of
from tasks.corpus.errors import CorpusError
from tasks.text.points import leading_bytes

BREAKS = {"lines": 1, "blank-lines": 2}  # So many line feeds stand before a document.
LOOKED_BACK = 2
LINE_FEED = ord("\n")


class Divider:
    """Divides joined texts into documents, piece by piece; how they are cut into pieces changes nothing.

    A document is a text, or a line of one with the empty lines after it, or what stands between empty lines; or the
    whole is one. Every text but the last ends with a line feed.
    """

    def __init__(self, unit: DocumentUnit, *, marked: bool) -> None:
        """Begin before the first text; `marked` puts the mark at the end of each document that has none."""
        self._unit = unit
        self._mark = end_mark_of(unit).encode() if marked and unit != "lines" else b""
        self._breaks = np.zeros(LOOKED_BACK, bool)  # Of the last bytes.
        self.characters = 0
        self.documents = 0

    @property
    def is_marked(self) -> bool:
        """Whether the text gets marks that it has not."""
        return bool(self._mark)

    def feed(self, piece: bytes, begins: np.ndarray) -> tuple[bytes, np.ndarray, np.ndarray]:
        """The next piece with marks, and where the documents begin that begin in it.

        Args:
            piece: of the joined texts in UTF-8, cut anywhere.
            begins: the offsets in it at which texts begin, `(texts,)` int64, ascending.

        Returns:
            the piece; for each document its offset in the piece as it was given, in bytes, `(documents,)` int64; and
            that in the whole text with its marks, in characters.

        Raises:
            CorpusError: the text has the mark in it.
        """
        if self._mark and self._mark in piece:
            raise CorpusError("the corpus has U+0003 in it, which --end-mark needs; remove it, or leave out the mark")
        offsets = self._beginnings(piece, begins)
        before, characters = _characters(piece, offsets)
        starts = self.characters + before
        self.characters += characters
        text = self._marked(piece, offsets, starts) if self._mark else piece
        self.documents += len(offsets)
        return text, offsets, starts

    def finish(self) -> bytes:
        """The mark that ends the last document."""
        ending = self._mark if self.documents else b""
        self.characters += len(ending)
        return ending

    def _beginnings(self, piece: bytes, begins: np.ndarray) -> np.ndarray:
        if self._unit == "none":
            return begins[: 0 if self.documents else 1]
        if self._unit == "files":
            return begins
        is_break = np.concatenate((self._breaks, np.frombuffer(piece, np.uint8) == LINE_FEED))
        is_beginning = ~is_break[LOOKED_BACK:]
        is_break[begins + (LOOKED_BACK - 1)] = False  # What ends a text parts nothing in the next one.
        for back in range(1, BREAKS[self._unit] + 1):
            is_beginning &= is_break[LOOKED_BACK - back : len(is_break) - back]
        self._breaks = is_break[len(piece) :]
        is_beginning[begins] = True
        return np.flatnonzero(is_beginning)

    def _marked(self, piece: bytes, offsets: np.ndarray, starts: np.ndarray) -> bytes:
        """The piece with a mark before each document that is not the first; moves their starts on."""
        ended = offsets if self.documents else offsets[1:]
        starts += np.arange(len(starts)) + (self.documents > 0)
        self.characters += len(ended)
        return np.insert(np.frombuffer(piece, np.uint8), ended, ord(self._mark)).tobytes() if len(ended) else piece


def _characters(piece: bytes, offsets: np.ndarray) -> tuple[np.ndarray, int]:
    """How many characters of UTF-8 begin before each offset, and in the whole piece."""
    if piece.isascii():
        return offsets.astype(np.int64), len(piece)
    is_leading = leading_bytes(piece)
    if not len(offsets):
        return offsets, int(np.count_nonzero(is_leading))
    counts = np.concatenate(([0], np.cumsum(is_leading)))
    return counts[offsets], int(counts[-1])
