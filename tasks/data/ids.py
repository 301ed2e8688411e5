"""Ids of a split, opened and not read: what is asked for is copied out of the files where it lies."""

import bisect
import errno
import functools
import itertools
import os
import weakref
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow.parquet as pq

from tasks.data.blocks import BLOCK_CHARACTERS, NO_STARTS, id_type_of, read_ids, read_starts
from tasks.data.layout import PREFIX_BYTES, Layout, layout_of
from tasks.kernels.histogram import count_ids

OPEN_FILES = 128  # at the same time
PIECE_CHARACTERS = 1 << 22


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


class Ids:
    """Ids in order, which lie in files or in memory.

    A slice gives a copy, `(n,)` in `dtype`; memory is taken for what is asked for alone.
    """

    def __init__(self, parts: Sequence[Part], dtype: np.dtype[np.unsignedinteger]) -> None:
        """Of parts that follow each other."""
        self.dtype = dtype
        self._parts = [part for part in parts if part.characters]
        self._firsts = list(itertools.accumulate((part.characters for part in self._parts), initial=0))

    @classmethod
    def of(cls, ids: np.ndarray, starts: np.ndarray = NO_STARTS) -> "Ids":
        """Those of an array, with the places at which documents begin."""
        return cls([_Held(np.ascontiguousarray(ids), starts)], ids.dtype)

    @classmethod
    def open(cls, paths: Sequence[Path]) -> "Ids":
        """Those of several files in their order.

        Raises:
            ValueError: a file is none of ids, or of ids of another width.
        """
        opened = functools.lru_cache(OPEN_FILES)(_Opened)
        parts: list[Part] = []
        types = set()
        for path in paths:
            with pq.ParquetFile(path) as file:
                dtype = id_type_of(file, str(path))
                layout = layout_of(file, dtype.itemsize, opened(path).descriptor)
            types.add(dtype)
            if layout:
                parts.append(_InFile(path, layout, dtype.itemsize, opened))
            else:
                parts.append(_Held(read_ids(path), read_starts(path)))
        if len(types) > 1:
            raise ValueError("files of ids of several widths do not belong together")
        return cls(parts, types.pop() if types else np.dtype("<u1"))

    def __len__(self) -> int:
        return self._firsts[-1]

    def __getitem__(self, wanted: slice) -> np.ndarray:
        start, end, step = wanted.indices(len(self))
        if step != 1:
            raise ValueError("ids are read in order, one after the other")
        found = np.empty(max(0, end - start), self.dtype)
        self._fill(found, start)
        return found

    def windows(self, starts: np.ndarray, length: int) -> np.ndarray:
        """Stretches of equal length, `(len(starts), length)`; after the last id comes the first again."""
        found = np.empty((len(starts), length), self.dtype)
        for start, row in zip((starts % len(self)).tolist(), found, strict=True):
            done = 0
            while done < length:
                count = min(length - done, len(self) - start)
                self._fill(row[done : done + count], start)
                done, start = done + count, 0
        return found

    def pieces(self, start: int = 0, end: int | None = None) -> Iterator[np.ndarray]:
        """Those from one place to another, all of them if not said otherwise, in pieces of 4 Mi."""
        end = len(self) if end is None else end
        for first in range(start, end, PIECE_CHARACTERS):
            yield self[first : min(first + PIECE_CHARACTERS, end)]

    def counts(self, size: int, start: int = 0, end: int | None = None) -> np.ndarray:
        """How often each of so many ids occurs from one place to another, `(size,)` int64."""
        counts = np.zeros(size, np.int64)
        for piece in self.pieces(start, end):
            count_ids(piece, counts)
        return counts

    def counts_in(self, size: int, ranges: np.ndarray) -> np.ndarray:
        """How often each of so many ids occurs in some ranges, `(ranges, 2)`: `(size,)` int64."""
        return sum((self.counts(size, start, end) for start, end in ranges.tolist()), start=np.zeros(size, np.int64))

    def starts(self, start: int = 0, end: int | None = None) -> Iterator[np.ndarray]:
        """The places from one to another at which documents begin, ascending, in pieces `(documents,)` int64."""
        end = len(self) if end is None else end
        for (first, last), part in zip(itertools.pairwise(self._firsts), self._parts, strict=True):
            if first < end and start < last:
                begun = first + part.starts()
                yield begun[np.searchsorted(begun, start) : np.searchsorted(begun, end)]

    @property
    def files(self) -> dict[tuple[int, int], Path | None]:
        """The file of the ids from one place to another; none where they lie in memory."""
        return dict(zip(itertools.pairwise(self._firsts), (part.path for part in self._parts), strict=True))

    def _fill(self, into: np.ndarray, start: int) -> None:
        number, done = bisect.bisect_right(self._firsts, start) - 1, 0
        while done < len(into):
            first, end = self._firsts[number], self._firsts[number + 1]
            count = min(len(into) - done, end - start - done)
            self._parts[number].copy(start + done - first, into[done : done + count])
            number, done = number + 1, done + count


class _Held:
    """Ids in memory."""

    path: Path | None = None

    def __init__(self, ids: np.ndarray, starts: np.ndarray) -> None:
        self._ids, self._starts = ids, starts

    @property
    def characters(self) -> int:
        return len(self._ids)

    def copy(self, start: int, into: np.ndarray) -> None:
        into[:] = self._ids[start : start + len(into)]

    def starts(self) -> np.ndarray:
        return self._starts


class _InFile:
    """Ids in the blocks of a file."""

    def __init__(self, path: Path, layout: Layout, width: int, opened: Callable[[Path], "_Opened"]) -> None:
        self.path: Path | None = path
        self._file, self._layout, self._width, self._opened = path, layout, width, opened
        self._block_bytes = PREFIX_BYTES + BLOCK_CHARACTERS * width

    @property
    def characters(self) -> int:
        return self._layout.characters

    def copy(self, start: int, into: np.ndarray) -> None:
        file, done = self._opened(self._file), 0
        while done < len(into):
            group, place = divmod(start + done, self._layout.group_characters)
            count = min(len(into) - done, self._layout.group_characters - place)
            self._copy(file, self._layout.groups[group], place, into[done : done + count])
            done += count

    def starts(self) -> np.ndarray:
        return read_starts(self._file)

    def _copy(self, file: "_Opened", group: int, place: int, into: np.ndarray) -> None:
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


class _Opened:
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
