"""Parts of a split's ids: in memory, or in the blocks of a file, copied out from where they lie."""

import errno
import os
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import numpy as np

from tasks.data.blocks import BLOCK_CHARACTERS, read_starts
from tasks.data.layout import PREFIX_BYTES, Layout


class Part(Protocol):
    """Ids that lie together."""

    @property
    def path(self) -> Path | None:
        """Of their file; None in memory."""

    @property
    def characters(self) -> int:
        """How many."""

    def copy(self, start: int, into: np.ndarray) -> None:
        """Fill an array with those from a place on."""

    def starts(self) -> np.ndarray:
        """Where documents begin among them."""

    def mark(self, start: int, into: np.ndarray) -> None:
        """Fill an array of booleans with whether a document begins there, from a place on."""


class InMemory:
    """Ids in memory."""

    path: Path | None = None

    def __init__(self, ids: np.ndarray, starts: np.ndarray) -> None:
        self._ids, self._starts = ids, starts

    @property
    def characters(self) -> int:
        """How many."""
        return len(self._ids)

    def copy(self, start: int, into: np.ndarray) -> None:
        """Fill an array with those from a place on."""
        into[:] = self._ids[start : start + len(into)]

    def starts(self) -> np.ndarray:
        """Where documents begin among them."""
        return self._starts

    def mark(self, start: int, into: np.ndarray) -> None:
        """Fill an array of booleans with whether a document begins there, from a place on."""
        _mark(self._starts, start, into)


class InFile:
    """Ids in the blocks of a file."""

    def __init__(
        self,
        path: Path,
        layout: Layout,
        width: int,
        opened: Callable[[Path], "Opened"],
        begun: Callable[[Path, int], np.ndarray],
    ) -> None:
        """Of a file that is laid out so; `opened` opens it, `begun` tells where documents begin in a row group."""
        self.path: Path | None = path
        self._file, self._layout, self._width, self._opened, self._begun = path, layout, width, opened, begun
        self._block_bytes = PREFIX_BYTES + BLOCK_CHARACTERS * width

    @property
    def characters(self) -> int:
        """How many."""
        return self._layout.characters

    def copy(self, start: int, into: np.ndarray) -> None:
        """Fill an array with those from a place on."""
        file = self._opened(self._file)
        for group, place, part in self._stretches(start, len(into)):
            self._copy(file, self._layout.groups[group], place, into[part])

    def starts(self) -> np.ndarray:
        """Where documents begin among them."""
        return read_starts(self._file)

    def mark(self, start: int, into: np.ndarray) -> None:
        """Fill an array of booleans with whether a document begins there, from a place on."""
        for group, place, part in self._stretches(start, len(into)):
            _mark(self._begun(self._file, group), place, into[part])

    def _stretches(self, start: int, count: int) -> Iterator[tuple[int, int, slice]]:
        """So many from a place on by row group: its number, the place in it, and which of them they are."""
        done = 0
        while done < count:
            group, place = divmod(start + done, self._layout.group_characters)
            end = min(count, done + self._layout.group_characters - place)
            yield group, place, slice(done, end)
            done = end

    def _copy(self, file: "Opened", group: int, place: int, into: np.ndarray) -> None:
        """Fill an array with ids from a place in the row group on, which begins there in the file."""
        row, column = divmod(place, BLOCK_CHARACTERS)
        beginning = group + row * self._block_bytes
        if column + len(into) <= BLOCK_CHARACTERS:
            file.read(beginning + PREFIX_BYTES + column * self._width, into.view(np.uint8))
            return
        rows, last = divmod(column + len(into) - 1, BLOCK_CHARACTERS)
        raw = np.empty((rows + 1, self._block_bytes), np.uint8)
        file.read(beginning, raw.reshape(-1)[: rows * self._block_bytes + PREFIX_BYTES + (last + 1) * self._width])
        into[:] = raw[:, PREFIX_BYTES:].reshape(-1).view(into.dtype)[column : column + len(into)]


def _mark(begun: np.ndarray, start: int, into: np.ndarray) -> None:
    first, after = np.searchsorted(begun, [start, start + len(into)])
    into[:] = False
    into[begun[first:after] - start] = True


class Opened:
    """A file that is open as long as this is referred to."""

    def __init__(self, path: Path) -> None:
        self.path, self.descriptor = path, os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self.descriptor)

    def read(self, place: int, into: np.ndarray) -> None:
        """Fill an array of bytes from a place in the file on.

        Raises:
            OSError: the file ends before.
        """
        if os.preadv(self.descriptor, [into.data], place) != len(into):
            raise OSError(errno.EIO, "the file has become shorter", str(self.path))
