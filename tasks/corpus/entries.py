"""The files that a source leads to, and all of them as one tar."""

import hashlib
import json
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from tasks.corpus.errors import CorpusError, TransientCorpusError
from tasks.corpus.redaction import redacted

PIECE_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A file of a source.

    Attributes:
        name: relative to what the source names, with `/` between folders.
        size: in bytes.
        stamp: what tells without reading whether it changed; JSON.
        open: the file from its first byte, binary.
    """

    name: str
    size: int
    stamp: Any
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a source leads to.

    Attributes:
        entries: by name; none of them is empty.
        single: whether the source names the one file itself, rather than something that may hold several.
        links: how many were left out that are symbolic links to entries.
    """

    entries: list[Entry]
    single: bool = False
    links: int = 0

    @property
    def digest(self) -> str:
        """SHA-256 hex of names, sizes and stamps: another one where a file changed, came or went."""
        told = [[entry.name, entry.size, entry.stamp] for entry in self.entries]
        return hashlib.sha256(json.dumps([self.single, told]).encode()).hexdigest()

    @property
    def size(self) -> int:
        """Of all files, in bytes."""
        return sum(entry.size for entry in self.entries)


def listing_of(entries: list[Entry], source: str) -> Listing:
    """The entries that may hold text, sorted by name.

    Raises:
        CorpusError: there is none.
    """
    chosen = [one for one in entries if one.size]
    if not chosen:
        raise CorpusError(f"{redacted(source)} leads to no file with text in it; check it, and quote a pattern")
    return Listing(entries=sorted(chosen, key=lambda one: one.name))


def write(listing: Listing, destination: Path) -> None:
    """Write the one file, or all of them as an uncompressed tar, which is the same for the same names and bytes.

    Raises:
        TransientCorpusError: a file became shorter while it was read.
        OSError: one cannot be read.
    """
    if listing.single:
        with listing.entries[0].open() as file, destination.open("wb") as copy:
            shutil.copyfileobj(file, copy, PIECE_BYTES)
        return
    with tarfile.open(destination, "w", format=tarfile.PAX_FORMAT) as tar:
        for entry in listing.entries:
            member = tarfile.TarInfo(entry.name)
            member.size = entry.size
            with entry.open() as file:
                tar.addfile(member, _Whole(file, entry.name))


class _Whole:
    """A file that does not end before the bytes that tarfile asks for, always so many, have been read."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self._name = file, name

    def read(self, size: int = -1, /) -> bytes:
        piece = b""
        while len(piece) < size:
            more = self._file.read(size - len(piece))
            if not more:
                raise TransientCorpusError(f"{self._name!r} became shorter while it was read; try again")
            piece += more
        return piece
