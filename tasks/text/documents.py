"""Documents: where each begins in a text, and the mark that ends it."""

import re

import numpy as np

from tasks.corpus.choices import DocumentUnit, end_mark_of
from tasks.corpus.errors import CorpusError
from tasks.text.points import leading_bytes

BLANK = {"lines": b"\r\n", "blank-lines": b" \t\r\n"}  # Of these alone is no document.
BLANK_LINES = re.compile(rb"\n(?:[ \t\r]*\n)+")
LINE_FEED, CARRIAGE_RETURN = b"\n\r"


def beginnings(text: str, unit: DocumentUnit) -> np.ndarray:
    """Where the documents of a text by itself begin, in characters, `(documents,)` int64, ascending."""
    return Divider(unit, marked=False).feed(text.encode(), np.zeros(1, np.int64))[2]


class Divider:
    """Divides joined texts into documents, piece by piece; how they are cut into pieces changes nothing.

    A document is a text, or a line of one with the empty lines after it, or what stands between lines that are empty
    or blank; or the whole is one. Empty lines before the first document of a text are part of it. Every text but the
    last ends with a line feed.
    """

    def __init__(self, unit: DocumentUnit, *, marked: bool) -> None:
        """Begin before the first text; `marked` puts the mark at the end of each document that has none."""
        self._unit = unit
        self._mark = end_mark_of(unit).encode() if marked and unit != "lines" else b""
        self._held, self._held_begins = b"", np.zeros(0, np.int64)
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
            the text up to the empty lines at the piece's end, which come with the next one; for each document its
            offset from the beginning of the piece as it was given, in bytes, `(documents,)` int64, negative in what was
            held back before; and that in the whole text with its marks, in characters.

        Raises:
            CorpusError: the text has the mark in it.
        """
        if self._mark and self._mark in piece:
            raise CorpusError("the corpus has U+0003 in it, which --end-mark needs; remove it, or leave out the mark")
        held = len(self._held)
        piece, begins = self._complete(piece, begins)
        offsets = self._beginnings(piece, begins)
        before, characters = _characters(piece, offsets)
        starts = self.characters + before
        self.characters += characters
        text = self._marked(piece, offsets, starts) if self._mark else piece
        self.documents += len(offsets)
        return text, offsets - held, starts

    def finish(self) -> bytes:
        """What was held back, and the mark that ends the last document."""
        ending = self._held + (self._mark if self.documents else b"")
        self.characters += len(ending)
        return ending

    def _complete(self, piece: bytes, begins: np.ndarray) -> tuple[bytes, np.ndarray]:
        """What was held back and the piece, up to a line end with only blank lines after it, and what begins there."""
        if self._unit not in BLANK:
            return piece, begins
        begins = np.concatenate((self._held_begins, begins + len(self._held)))
        whole = self._held + piece
        end = len(whole.rstrip(BLANK[self._unit]))
        if end or self.documents:
            line_end = whole.find(b"\n", end)
            end = line_end if line_end >= 0 else len(whole)
        is_complete = begins < end
        self._held, self._held_begins = whole[end:], begins[~is_complete] - end
        return whole[:end], begins[is_complete]

    def _beginnings(self, piece: bytes, begins: np.ndarray) -> np.ndarray:
        if self._unit == "none":
            return begins[: 0 if self.documents else 1]
        if self._unit == "files":
            return begins
        starts, ends = _line_ends(piece) if self._unit == "lines" else _blank_lines(piece)
        first, after = np.searchsorted(begins, starts), np.searchsorted(begins, ends, side="right")
        is_document = np.ones(len(begins), np.bool_)
        for break_ in np.flatnonzero(after - first > 1):  # All but the last of these texts are blank.
            is_document[first[break_] : after[break_] - 1] = False
        within = ends[first == after]
        if not self.documents:
            leading = len(piece) - len(piece.lstrip(BLANK[self._unit]))
            is_document[1 : np.searchsorted(begins, leading, side="right")] = False
            is_document[:1] = True
            within = within[within > leading]
        return np.sort(np.concatenate((begins[is_document], within)))

    def _marked(self, piece: bytes, offsets: np.ndarray, starts: np.ndarray) -> bytes:
        """The piece with a mark before each document that is not the first; moves their starts on."""
        ended = offsets if self.documents else offsets[1:]
        starts += np.arange(len(starts)) + (self.documents > 0)
        self.characters += len(ended)
        return np.insert(np.frombuffer(piece, np.uint8), ended, ord(self._mark)).tobytes() if len(ended) else piece


def _line_ends(piece: bytes) -> np.ndarray:
    """Where runs of line feeds, each of which may follow a carriage return, begin and end, `(2, runs)` int64."""
    units = np.frombuffer(piece, np.uint8)
    is_feed = units == LINE_FEED
    if b"\n\r\n" in piece:  # Of bytes alone: of characters all line ends are line feeds.
        is_feed[1:-1] |= (units[1:-1] == CARRIAGE_RETURN) & is_feed[:-2] & is_feed[2:]
    return np.flatnonzero(np.diff(is_feed, prepend=False, append=False)).reshape(-1, 2).T


def _blank_lines(piece: bytes) -> np.ndarray:
    """Where line ends with blank lines after them begin, and where those end, `(2, runs)` int64."""
    return np.array([found.span() for found in BLANK_LINES.finditer(piece)], np.int64).reshape(-1, 2).T


def _characters(piece: bytes, offsets: np.ndarray) -> tuple[np.ndarray, int]:
    """How many characters of UTF-8 begin before each offset, and in the whole piece."""
    if piece.isascii():
        return offsets.astype(np.int64), len(piece)
    is_leading = leading_bytes(piece)
    if not len(offsets):
        return offsets, int(np.count_nonzero(is_leading))
    counts = np.concatenate(([0], np.cumsum(is_leading)))
    return counts[offsets], int(counts[-1])
