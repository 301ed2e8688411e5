"""Many texts end to end, so that each measure is computed for all of them at once, and stretches of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tasks.text.vocabulary import Vocabulary


@dataclass(frozen=True, kw_only=True, eq=False)
class Texts:
    """Texts one after the other.

    Attributes:
        ids: of their characters, `(characters,)`, unsigned integers.
        lengths: characters of each, `(texts,)` int64.
    """

    ids: np.ndarray
    lengths: np.ndarray

    @classmethod
    def of(cls, strings: Sequence[str], vocabulary: Vocabulary) -> "Texts":
        """These texts, in ids of the vocabulary.

        Raises:
            ValueError: one has a character that the vocabulary lacks.
        """
        return cls(ids=vocabulary.encode("".join(strings)), lengths=np.array([len(text) for text in strings], np.int64))

    @cached_property
    def starts(self) -> np.ndarray:
        """Where each begins, `(texts,)` int64."""
        return np.cumsum(self.lengths) - self.lengths

    @cached_property
    def owners(self) -> np.ndarray:
        """The number of the text that each character belongs to, `(characters,)` int64."""
        return np.repeat(np.arange(len(self.lengths)), self.lengths)

    @cached_property
    def remaining(self) -> np.ndarray:
        """How many characters of its text begin at each, itself included, `(characters,)` int64."""
        return np.repeat(self.starts + self.lengths, self.lengths) - np.arange(len(self.ids))

    def share(self, marked: np.ndarray) -> np.ndarray:
        """The share of each text's characters that are marked, `(texts,)` float64; no number for an empty text."""
        return self.ratio(np.bincount(self.owners, marked, len(self.lengths)), self.lengths)

    def largest(self, values: np.ndarray) -> np.ndarray:
        """The largest of the values of each text's characters, `(texts,)` float64; 0 for an empty text."""
        found = np.zeros(len(self.lengths))
        np.maximum.at(found, self.owners, values)
        return found

    @staticmethod
    def ratio(counts: np.ndarray, of: np.ndarray) -> np.ndarray:
        """Counts divided by what they are counts of, no number where that is nothing."""
        return np.divide(counts, of, out=np.full(len(of), np.nan), where=of > 0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Spans:
    """Stretches of texts, in order of their beginning.

    Attributes:
        starts: where each begins in all the texts, `(spans,)` int64.
        ends: where each ends, its last character not included, `(spans,)` int64.
        offsets: where the same characters begin in the training text, `(spans,)` int64; None for other stretches.
    """

    starts: np.ndarray
    ends: np.ndarray
    offsets: np.ndarray | None = None

    @classmethod
    def of(cls, spans: Sequence[tuple[int, int]]) -> "Spans":
        """The stretches with these beginnings and ends."""
        starts, ends = np.array(spans, np.int64).reshape(-1, 2).T
        return cls(starts=starts, ends=ends)

    def only(self, chosen: np.ndarray) -> "Spans":
        """Those that are chosen, `(spans,)` bool."""
        offsets = None if self.offsets is None else self.offsets[chosen]
        return Spans(starts=self.starts[chosen], ends=self.ends[chosen], offsets=offsets)

    def covered(self, texts: Texts) -> np.ndarray:
        """Whether each character lies in a stretch, `(characters,)` bool."""
        size = len(texts.ids) + 1
        return np.cumsum(np.bincount(self.starts, minlength=size) - np.bincount(self.ends, minlength=size))[:-1] > 0


def merged(starts: np.ndarray, ends: np.ndarray) -> Spans:
    """The stretches that these make together: those that overlap become one."""
    order = np.argsort(starts, kind="stable")
    starts, reached = starts[order], np.maximum.accumulate(ends[order])
    first = np.flatnonzero(np.concatenate([[True], starts[1:] >= reached[:-1]])[: len(starts)])
    return Spans(starts=starts[first], ends=np.maximum.reduceat(reached, first) if len(first) else reached)
