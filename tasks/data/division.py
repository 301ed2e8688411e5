"""Division of a joined text into documents, in one reading of it that also gathers its profile."""

import codecs
import contextlib
import io
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import numpy as np

from tasks.corpus.errors import CorpusError
from tasks.data.documents import DocumentWriter
from tasks.text.documents import Divider
from tasks.text.joined import JoinedText
from tasks.text.profile import Profile, Profiler

MINIMUM_CHARACTERS = 1000
PIECE_BYTES = 1 << 20


def divide(joined: JoinedText, divider: Divider, out: Path) -> Profile:
    """Write `text.txt` and `documents.parquet`; gives the profile of the text.

    The file of the joined text becomes `text.txt`, or is written anew where documents get marks.

    Args:
        joined: complete; its file lies in `out`, and is closed.
        divider: at its beginning.
        out: the folder.

    Raises:
        CorpusError: the text is too short, is one character again and again, or has the mark in it.
    """
    profiler, path = Profiler(), Path(joined.file.name)
    joined.file.close()
    with path.open("rb") as file, _written(out, divider) as marked, DocumentWriter(out / "documents.parquet") as table:
        for text, starts, source in _divided(joined, file, divider):
            table.add(starts, source)
            profiler.add(text)
            marked.write(text.encode() if divider.is_marked else b"")
    path.unlink() if divider.is_marked else path.rename(out / "text.txt")
    profile = profiler.profile()
    _refuse_too_little(profile)
    return profile


@contextlib.contextmanager
def _written(out: Path, divider: Divider) -> Iterator[BinaryIO]:
    """The file that the text with its marks is written to; without marks nothing is."""
    with (out / "text.txt").open("wb") if divider.is_marked else io.BytesIO() as file:
        yield file


def _divided(joined: JoinedText, file: BinaryIO, divider: Divider) -> Iterator[tuple[str, np.ndarray, int]]:
    """Pieces of the text with its marks, where documents begin in them, and the number of their source."""
    size = file.seek(0, 2)
    ends, last = [*joined.sources[1:], len(joined.begins)], len(joined.begins) - 1
    source = 0
    for number, (begin, end) in enumerate(pairwise([*joined.begins, size])):
        while number >= ends[source]:
            source += 1
        for piece in _pieces(file, begin, end):
            yield *divider.feed(piece), source
        yield divider.end_file(is_last=number == last), np.zeros(0, np.int64), source


def _pieces(file: BinaryIO, begin: int, end: int) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(begin)
    for at in range(begin, end, PIECE_BYTES):
        yield decoder.decode(file.read(min(PIECE_BYTES, end - at)))


def _refuse_too_little(profile: Profile) -> None:
    characters = profile.characters
    if characters < MINIMUM_CHARACTERS:
        raise CorpusError(
            f"the corpus has {characters:,} characters; {MINIMUM_CHARACTERS:,} are the least, 100,000 a good start; "
            "give more text (--corpus takes several)"
        )
    if len(profile.alphabet) == 1:
        raise CorpusError(
            f"the corpus is one character, {next(iter(profile.alphabet))!r}, {characters:,} times; give a real text"
        )
