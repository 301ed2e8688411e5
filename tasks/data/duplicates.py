"""Duplicate documents of a joined text: found by their digests, and cut out where they lie."""

import hashlib
import itertools
from array import array
from collections.abc import Iterator

import numpy as np

from tasks.corpus.choices import DocumentUnit
from tasks.corpus.errors import CorpusError
from tasks.data.division import divided, offsets_in
from tasks.text.byte_text import text_of
from tasks.text.characters import visible
from tasks.text.documents import BLANK, Divider
from tasks.text.file_ranges import cut
from tasks.text.joined import JoinedText

DIGEST_BYTES = 16
LINE_ENDS = b"\r\n"
SHOWN_CHARACTERS = 60


def drop_duplicates(joined: JoinedText, unit: DocumentUnit) -> list[str]:
    """Cut each document out of the text that equals an earlier one; gives a phrase on them, if there are any.

    Line ends around a document do not count, nor do the blank lines after it between which texts are looked for. The
    memory that it takes is about 80 bytes for each document: its digest, copies of that to compare, and its places.

    Args:
        joined: complete; its file and its places are changed.
        unit: what a document is.

    Raises:
        CorpusError: there is but one.
    """
    begins, digests = _digested(joined, unit)
    if len(begins) == 1:
        raise CorpusError(
            "--duplicates drop: the corpus is one document, and nothing to compare it with; "
            "pass --documents lines or blank-lines, or leave it out"
        )
    order = np.lexsort(digests.T)
    is_later = (digests[order[1:]] == digests[order[:-1]]).all(axis=1)
    places = np.sort(order[1:][is_later])
    if not len(places):
        return []
    bounds = np.append(begins, joined.file.seek(0, 2))
    dropped = np.stack((bounds[places], bounds[places + 1]), axis=1)
    first = _beginning(joined, *map(int, dropped[0]))
    characters = cut(joined.file, _ranges(dropped))
    joined.sources = _moved(np.array(joined.sources), dropped).tolist()
    size = joined.file.seek(0, 2)
    left = np.unique(_moved(np.concatenate([*offsets_in(joined.begins)]), dropped))
    joined.begins.seek(0)
    joined.begins.truncate()
    joined.begins.write(left[left < size].tobytes())
    one = len(places) == 1
    said = f"{len(places):,} document{'' if one else 's'} of {characters:,} {joined.treatment.level}s"
    were = (
        f"equals an earlier one was dropped: {first}" if one else f"equal earlier ones were dropped, the first {first}"
    )
    return [f"{said} that {were}"]


def _beginning(joined: JoinedText, start: int, stop: int) -> str:
    """How a document begins, on one line, in quotes."""
    joined.file.seek(start)
    text = joined.file.read(min(stop - start, 16 * SHOWN_CHARACTERS)).decode(errors="ignore")
    read = text_of(text, cut=True) if joined.treatment.level == "byte" else text
    line = visible(" ".join(read.split()))
    return f'"{line if len(line) <= SHOWN_CHARACTERS else line[: SHOWN_CHARACTERS - 1] + "…"}"'


def _digested(joined: JoinedText, unit: DocumentUnit) -> tuple[np.ndarray, np.ndarray]:
    """Where each document begins, `(documents,)` int64, and its digest, `(documents, 2)` uint64."""
    begins, digests, digest = array("q"), bytearray(), _Digest(b"")
    at = 0
    for text, offsets, _ in divided(joined, Divider(unit, marked=False), "compare documents"):
        bounds = [*(offsets - at).tolist(), len(text)]
        digest.go_on(text[: bounds[0]])
        for begin, end in itertools.pairwise(bounds):
            digests += digest.end() if begins else b""
            begins.append(at + begin)
            digest = _Digest(BLANK.get(unit, LINE_ENDS))
            digest.go_on(text[begin:end])
        at += len(text)
    digests += digest.end() if begins else b""
    return np.frombuffer(begins, np.int64), np.frombuffer(digests, np.uint64).reshape(-1, 2)


class _Digest:
    """The digest of a document that comes in parts, without what does not count at its two ends."""

    def __init__(self, blank: bytes) -> None:
        self._blank, self._held, self._is_empty = blank, b"", True
        self._hash = hashlib.blake2b(digest_size=DIGEST_BYTES)

    def go_on(self, part: bytes) -> None:
        text = part.lstrip(LINE_ENDS) if self._is_empty else part
        filled = text.rstrip(self._blank)
        self._is_empty = self._is_empty and not text
        if filled:
            self._hash.update(self._held + filled)
        self._held = text[len(filled) :] if filled else self._held + text

    def end(self) -> bytes:
        return self._hash.digest()


def _ranges(dropped: np.ndarray) -> Iterator[range]:
    """The parts `(n, 2)` as ranges, of which neighbours are one."""
    is_apart = np.append(dropped[1:, 0] != dropped[:-1, 1], True)
    starts, stops = dropped[np.insert(is_apart[:-1], 0, True), 0], dropped[is_apart, 1]
    for start, stop in zip(starts, stops, strict=True):
        yield range(int(start), int(stop))


def _moved(offsets: np.ndarray, dropped: np.ndarray) -> np.ndarray:
    """Where offsets are once parts `(n, 2)` are gone; one within a part is where that was."""
    gone = np.insert(np.cumsum(dropped[:, 1] - dropped[:, 0]), 0, 0)
    before = np.searchsorted(dropped[:, 0], offsets, side="right")
    stops = np.insert(dropped[:, 1], 0, 0)[before]
    return np.maximum(offsets, stops) - gone[before]
