"""Division of a joined text into documents, in one reading of it that also gathers its profile."""

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from tasks.corpus.choices import Level
from tasks.corpus.errors import CorpusError
from tasks.data.documents import DocumentWriter
from tasks.data.offset_queue import OffsetQueue
from tasks.progress import progressing
from tasks.text.documents import Divider
from tasks.text.joined import JoinedText
from tasks.text.profile import Profile, Profiler

MINIMUM_CHARACTERS = 1000
PIECE_BYTES = 1 << 20
OFFSETS = 1 << 16
SHOWN_CHARACTERS, SHOWN_BYTES = 60, 240  # So short a text is an error's that came as if all were well.


def divide(joined: JoinedText, divider: Divider, out: Path) -> Profile:
    """Write `text.txt` and `documents.parquet`; gives the profile of the text.

    The file of the joined text becomes `text.txt`, or is written anew where documents get marks.

    Args:
        joined: complete; its file lies in `out`.
        divider: at its beginning.
        out: the folder.

    Raises:
        CorpusError: the text is too short, is one character again and again or blank lines alone, or has the mark in
            it.
    """
    profiler, path = Profiler(), Path(joined.file.name)
    with _written(out, divider) as marked, DocumentWriter(out / "documents.parquet") as table:
        firsts = np.array(joined.sources)
        for text, offsets, starts in divided(joined, divider, "divide"):
            sources = np.searchsorted(firsts, offsets, side="right") - 1
            for source in np.unique(sources):
                table.add(starts[sources == source], int(source))
            profiler.add(text)
            marked.write(text if divider.is_marked else b"")
    path.unlink() if divider.is_marked else path.rename(out / "text.txt")
    profile = profiler.profile()
    with (out / "text.txt").open("rb") as text_file:
        _refuse_too_little(profile, joined.treatment.level, text_file.read(SHOWN_BYTES).decode(errors="ignore"))
    if not divider.documents:
        raise CorpusError("the corpus is blank lines alone; give a text")
    return profile


@contextlib.contextmanager
def _written(out: Path, divider: Divider) -> Iterator[BinaryIO]:
    """The file that the text with its marks is written to; without marks nothing is."""
    with (out / "text.txt").open("wb") if divider.is_marked else io.BytesIO() as file:
        yield file


def divided(joined: JoinedText, divider: Divider, what: str) -> Iterator[tuple[bytes, np.ndarray, np.ndarray]]:
    """Pieces of the text with its marks, and where documents begin in them.

    Args:
        joined: complete.
        divider: at its beginning.
        what: is being done, as its progress is told.

    Yields:
        the piece; for each document that begins in it, its offset in the file of the joined text, `(documents,)` int64,
        and in the text with its marks, in characters.
    """
    size = joined.file.seek(0, 2)
    begins = OffsetQueue(offsets_in(joined.begins))
    at = joined.file.seek(0)
    for piece in progressing(what, iter(lambda: joined.file.read(PIECE_BYTES), b""), size, "bytes", len):
        text, offsets, starts = divider.feed(piece, begins.before(at + len(piece)) - at)
        yield text, at + offsets, starts
        at += len(piece)
    none = np.zeros(0, np.int64)
    yield divider.finish(), none, none


def offsets_in(file: BinaryIO) -> Iterator[np.ndarray]:
    """The integers of 64 bits in a file, from the first on."""
    file.seek(0)
    while content := file.read(OFFSETS * np.dtype(np.int64).itemsize):
        yield np.frombuffer(content, np.int64)


def _refuse_too_little(profile: Profile, level: Level, beginning: str) -> None:
    characters = profile.characters
    if characters < MINIMUM_CHARACTERS:
        words = " ".join(beginning.split())
        reads = f"; it reads {words!r}" if characters <= SHOWN_CHARACTERS and level == "character" else ""
        raise CorpusError(
            f"the corpus has {characters:,} {level}s; {MINIMUM_CHARACTERS:,} are the least, 100,000 a good start; "
            f"give more text (--corpus takes several){reads}"
        )
    if len(profile.alphabet) == 1:
        raise CorpusError(
            f"the corpus is one {level}, {next(iter(profile.alphabet))!r}, {characters:,} times; give a real text"
        )
