"""The samples that two Parquet files have in common, compared in memory that does not grow with their number.

Samples are written by temperature, then prompt, then number, so that those of one temperature, prompt and seed lie
one after the other. Such a stretch is found in the other file by its name, wherever it lies there, and two stretches
are compared from their beginnings a row group at a time.
"""

import bisect
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

BATCH = 4096  # rows


class Name(NamedTuple):
    """What the samples of a stretch have in common."""

    temperature: float
    prompt: str
    seed: int


class Stretch(NamedTuple):
    """Samples that follow each other from a row on, numbered from `first` up to but not including `end`."""

    row: int
    first: int
    end: int


@dataclass(frozen=True)
class SampleFile:
    """A file of samples, known by its stretches.

    Attributes:
        path: of the file, or the file itself, open.
        count: the number of samples.
        stretches: by name, in order; the first of each name.
    """

    path: Any
    count: int
    stretches: Mapping[Name, Stretch]

    @classmethod
    def read(cls, path: Any) -> "SampleFile":
        """Find the stretches.

        Raises:
            OSError: the file cannot be read.
            ValueError: it is no Parquet, or damaged.
            KeyError: it lacks a column.
        """
        found: dict[Name, Stretch] = {}
        for name, stretch in _stretches(path):
            found.setdefault(name, stretch)
        return cls(path, pq.read_metadata(path).num_rows, found)


class Pair(NamedTuple):
    """Two samples of one temperature, prompt, seed and number whose texts differ."""

    temperature: float
    prompt: str
    number: int
    before: str
    after: str


class Pairs(NamedTuple):
    """How many samples two files have in common, how many of those are equal, and the first others."""

    common: int
    equal: int
    differing: list[Pair]


def paired(before: SampleFile, after: SampleFile, shown: int) -> Pairs:
    """Compare the samples of one temperature, prompt, seed and number.

    Args:
        before: the first file.
        after: the second; its order is that of the result.
        shown: how many differing pairs of each temperature to give.
    """
    common = equal = 0
    differing: list[Pair] = []
    of_temperature: Counter[float] = Counter()
    with _Texts(before.path) as old, _Texts(after.path) as new:
        for name in (name for name in after.stretches if name in before.stretches):
            for number, others, texts in _aligned(old, before.stretches[name], new, after.stretches[name]):
                same = pc.equal(others, texts)
                common, equal = common + len(same), equal + (pc.sum(same).as_py() or 0)
                wanted = shown - of_temperature[name.temperature]
                for place in pc.indices_nonzero(pc.invert(same)).to_pylist()[:wanted]:
                    of_temperature[name.temperature] += 1
                    pair = others[place].as_py(), texts[place].as_py()
                    differing.append(Pair(name.temperature, name.prompt, number + place, *pair))
    return Pairs(common, equal, differing)


def _aligned(
    old: "_Texts", before: Stretch, new: "_Texts", after: Stretch
) -> Iterator[tuple[int, pa.ChunkedArray, pa.ChunkedArray]]:
    """The texts of the same numbers in both stretches, in pieces: the number of the first, and as many of each."""
    number, end = max(before.first, after.first), min(before.end, after.end)
    while number < end:
        others = old.texts(before.row + number - before.first, end - number)
        texts = new.texts(after.row + number - after.first, len(others))
        yield number, others.slice(0, len(texts)), texts
        number += len(texts)


class _Texts:
    """The texts of a file by their rows; the row group that was read last is held."""

    def __init__(self, path: Any) -> None:
        self._file = pq.ParquetFile(path, page_checksum_verification=True)
        sizes = (self._file.metadata.row_group(n).num_rows for n in range(self._file.num_row_groups))
        self._starts = list(itertools.accumulate(sizes, initial=0))
        self._number, self._held = -1, pa.chunked_array([], pa.string())

    def __enter__(self) -> "_Texts":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def texts(self, row: int, most: int) -> pa.ChunkedArray:
        """The texts from this row on, so many at most, and none beyond its row group."""
        number = bisect.bisect_right(self._starts, row) - 1
        if number != self._number:
            self._held = pa.chunked_array([], pa.string())  # lest two groups lie in memory at once
            self._number, self._held = number, self._file.read_row_group(number, columns=["text"])["text"]
        return self._held.slice(row - self._starts[number], most)


def _stretches(path: Any) -> Iterator[tuple[Name, Stretch]]:
    """Every stretch of the file in order."""
    named = enumerate(_names(path))
    for (name, _), rows in itertools.groupby(named, lambda one: (one[1][0], one[1][1] - one[0])):
        for length, (row, (_, number)) in enumerate(rows, 1):  # noqa: B007
            pass
        yield name, Stretch(row - length + 1, number - length + 1, number + 1)


def _names(path: Any) -> Iterator[tuple[Name, int]]:
    """The name and number of each sample."""
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        for batch in file.iter_batches(batch_size=BATCH, columns=[*Name._fields, "index"]):
            *named, numbers = (batch[column].to_pylist() for column in (*Name._fields, "index"))
            yield from zip(map(Name, *named), numbers, strict=True)
