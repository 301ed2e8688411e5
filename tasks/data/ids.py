"""Ids of a split, opened and not read: what is asked for is copied out of the files where it lies."""

import bisect
import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from tasks.data.blocks import NO_STARTS, id_type_of, read_ids, read_starts
from tasks.data.layout import layout_of
from tasks.data.parts import InFile, InMemory, Opened, Part
from tasks.kernels.histogram import count_ids

OPEN_FILES = 128  # at the same time
KNOWN_GROUPS = 256  # row groups of 4 Mi ids of which it is held where documents begin, two for each of many streams
PIECE_CHARACTERS = 1 << 22

How = Callable[[Part], Callable[[int, np.ndarray], None]]


class Ids:
    """Ids in order, which lie in files or in memory.

    A slice gives a copy, `(n,)` in `dtype`; memory is taken for what is asked for alone.
    """

    def __init__(self, parts: Sequence[Part], dtype: np.dtype[np.unsignedinteger]) -> None:
        """Of parts that follow each other."""
        self.dtype = dtype
        self._end: int | None = None
        self._parts = [part for part in parts if part.characters]
        self._firsts = list(itertools.accumulate((part.characters for part in self._parts), initial=0))

    @classmethod
    def of(cls, ids: np.ndarray, starts: np.ndarray = NO_STARTS) -> "Ids":
        """Those of an array, with the places at which documents begin."""
        return cls([InMemory(np.ascontiguousarray(ids), starts)], ids.dtype)

    @classmethod
    def open(cls, paths: Sequence[Path]) -> "Ids":
        """Those of several files in their order.

        Raises:
            ValueError: a file is none of ids, or of ids of another width.
        """
        opened, begun = functools.lru_cache(OPEN_FILES)(Opened), functools.lru_cache(KNOWN_GROUPS)(read_starts)
        parts: list[Part] = []
        types = set()
        for path in paths:
            with pq.ParquetFile(path) as file:
                dtype = id_type_of(file, str(path))
                layout = layout_of(file, dtype.itemsize, opened(path).descriptor)
            types.add(dtype)
            if layout:
                parts.append(InFile(path, layout, dtype.itemsize, opened, begun))
            else:
                parts.append(InMemory(read_ids(path), read_starts(path)))
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
        self._fill(found, start, lambda part: part.copy)
        return found

    def windows(self, starts: np.ndarray, length: int) -> np.ndarray:
        """Stretches of equal length, `(len(starts), length)`; after the last id comes the first again."""
        found = np.empty((len(starts), length), self.dtype)
        self._fill_windows(found, starts, lambda part: part.copy)
        return found

    def beginnings(self, starts: np.ndarray, length: int) -> np.ndarray:
        """Whether a document begins at each place of the same windows, `(len(starts), length)` bool."""
        found = np.empty((len(starts), length), np.bool_)
        self._fill_windows(found, starts, lambda part: part.mark)
        return found if self._end is None else found | (self.windows(starts - 1, length) == self._end)

    def ended_by(self, end: int | None) -> "Ids":
        """The same, of which a document begins after every id like this, too; None: as they are."""
        other = copy(self)
        other._end = end
        return other

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

    def _fill_windows(self, windows: np.ndarray, starts: np.ndarray, how: How) -> None:
        for start, row in zip((starts % len(self)).tolist(), windows, strict=True):
            done = 0
            while done < len(row):
                count = min(len(row) - done, len(self) - start)
                self._fill(row[done : done + count], start, how)
                done, start = done + count, 0

    def _fill(self, into: np.ndarray, start: int, how: How) -> None:
        """Fill an array from a place on, by what each part is filled with."""
        number, done = bisect.bisect_right(self._firsts, start) - 1, 0
        while done < len(into):
            first, end = self._firsts[number], self._firsts[number + 1]
            count = min(len(into) - done, end - start - done)
            how(self._parts[number])(start + done - first, into[done : done + count])
            number, done = number + 1, done + count
