"""Repetition: loops that a text runs into, and how many of its n-grams are distinct."""

import numpy as np

from tasks.quality.texts import Spans, Texts, merged

LOOP_REPEATS = 3
LOOP_CHARACTERS = 24
DISTINCT_CHARACTERS = 4


class Repetition:
    """The n-grams of texts, named by a suffix array of them all, for any n."""

    def __init__(self, texts: Texts) -> None:
        from pydivsufsort import divsufsort, kasai

        self._texts = texts
        self._order = divsufsort(texts.ids)
        self._shared = kasai(texts.ids, self._order) if len(texts.ids) else self._order

    def names(self, n: int) -> np.ndarray:
        """A number for each place, the same for two if their n characters are; `(characters,)` int64."""
        names = np.empty(len(self._order), np.int64)
        names[self._order] = np.cumsum(np.concatenate([[0], self._shared[:-1] < n])[: len(names)])
        return names

    def distinct(self, n: int = DISTINCT_CHARACTERS) -> np.ndarray:
        """Distinct n-grams of each text by its n-grams (Li et al. 2016), `(texts,)`; no number for a shorter text."""
        texts, count = self._texts, len(self._texts.lengths)
        whole = texts.remaining >= n
        owners = texts.owners[whole]
        ngrams = np.sort(owners << 32 | self.names(n)[whole])
        distinct = np.bincount(ngrams[np.diff(ngrams, prepend=-1) > 0] >> 32, minlength=count)
        return Texts.ratio(distinct, np.bincount(owners, minlength=count))

    def loops(self) -> Spans:
        """The stretches in which something is said at least three times in a row, over at least 24 characters.

        That is: every stretch in which each character equals the one p before it, whatever p, if it is at least 3 p
        and at least 24 characters long; those that overlap are one.
        """
        longest = int(self._texts.lengths.max(initial=0))
        found, width = [], 1
        while LOOP_REPEATS * (width // 2 + 1) <= longest:
            found.append(self._loops_of_period(width))
            width *= 2
        starts, ends = np.concatenate(found, axis=1) if found else np.zeros((2, 0), np.int64)
        return merged(starts, ends)

    def _loops_of_period(self, width: int) -> np.ndarray:
        """Starts and ends of the loops whose period is more than half the width, and no more than it.

        In a loop of period p, `width` characters with p <= width < 2 p come again first after p: sooner they cannot,
        unless p is no period but a multiple of it; and three repeats have room for both. So the loops are where the
        distance to the next place of the same characters stays the same.
        """
        places = np.flatnonzero(self._texts.remaining >= width)
        sorted_by_name = np.sort(self.names(width)[places] << 32 | places)
        places, names = sorted_by_name & 0xFFFFFFFF, sorted_by_name >> 32
        periods = np.diff(places)
        near = (np.diff(names) == 0) & (periods <= width) & (periods > width // 2)
        places, periods = places[:-1][near], periods[near]
        inside = periods + width <= self._texts.remaining[places]
        places, periods = places[inside], periods[inside]
        order = np.argsort(places)
        return _stretches(places[order], periods[order], width)


def _stretches(places: np.ndarray, periods: np.ndarray, width: int) -> np.ndarray:
    """Starts and ends, `(2, loops)`, of neighbouring places of one period that are long enough together."""
    breaks = (np.diff(places) > 1) | (np.diff(periods) != 0)
    first = np.flatnonzero(np.concatenate([[True], breaks])[: len(places)])
    last = np.append(first[1:], len(places))[: len(first)] - 1
    starts, ends = places[first], places[last] + periods[last] + width
    long_enough = ends - starts >= np.maximum(LOOP_REPEATS * periods[first], LOOP_CHARACTERS)
    return np.stack([starts[long_enough], ends[long_enough]])
