"""Documents: where each begins in a text, and the mark that ends it."""

import re

import numpy as np

from tasks.corpus.choices import DocumentUnit, end_mark_of
from tasks.corpus.errors import CorpusError

BEGINNINGS = {"lines": re.compile(r"(?<=\n)(?=[^\n])"), "blank-lines": re.compile(r"(?<=\n\n)(?=[^\n])")}
LOOKED_BACK = 2


class Divider:
    """Divides the text of files into documents, piece by piece; how it is cut into pieces changes nothing.

    A document is a file, or a line of one with the empty lines after it, or what stands between empty lines; or the
    whole is one.
    """

    def __init__(self, unit: DocumentUnit, *, marked: bool) -> None:
        """Begin before the first file; `marked` puts the mark at the end of each document that has none."""
        self._unit = unit
        self._mark = end_mark_of(unit) if marked and unit != "lines" else ""
        self._before = ""
        self._file_begins = True
        self.characters = 0
        self.documents = 0

    @property
    def is_marked(self) -> bool:
        """Whether the text gets marks that it has not."""
        return bool(self._mark)

    def feed(self, piece: str) -> tuple[str, np.ndarray]:
        """The next piece of a file, with marks, and where in the whole text the documents begin that begin in it.

        Returns:
            the text, and `(documents,)` int64, ascending.

        Raises:
            CorpusError: the text has the mark in it.
        """
        if not piece:
            return "", np.zeros(0, np.int64)
        if self._mark and self._mark in piece:
            raise CorpusError("the corpus has U+0003 in it, which --end-mark needs; remove it, or leave out the mark")
        ends = self._ends_in(piece)
        parts = [piece[start:end] for start, end in zip([0, *ends], [*ends, len(piece)], strict=True)]
        starts = self.characters + np.cumsum([0, *[len(part) + len(self._mark) for part in parts[:-1]]])
        if not self._begins_here():
            starts = starts[1:]
        text = self._mark.join(parts)
        self._before = (self._before + piece)[-LOOKED_BACK:]
        self._file_begins = False
        self.characters += len(text)
        self.documents += len(starts)
        return text, starts.astype(np.int64)

    def end_file(self, *, is_last: bool) -> str:
        """What is to be written after the last piece of a file: a line feed if it ends in none, the mark."""
        if self._file_begins:
            return ""
        break_line = not is_last and not self._before.endswith("\n")
        ending = ("\n" if break_line else "") + (self._mark if is_last or self._unit != "none" else "")
        self.characters += len(ending)
        self._before, self._file_begins = "", True
        return ending

    def _begins_here(self) -> bool:
        return self._file_begins and (self._unit != "none" or not self.documents)

    def _ends_in(self, piece: str) -> list[int]:
        """Where in the piece a document ends because another begins."""
        pattern = BEGINNINGS.get(self._unit)
        if pattern is None:
            return []
        looked = self._before + piece
        return [found.start() - len(self._before) for found in pattern.finditer(looked, len(self._before))]
