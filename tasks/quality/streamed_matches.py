"""The longest matches of texts with a training text of any length, which is gone through once and not sorted.

The texts are sorted instead, and the suffixes that begin with the same 8 characters are found by a hash of those. Each
place of the training text finds where among them it would stand, by bisection; its neighbours have the longest matches
with it. What all others have follows at the end, from what neighbouring suffixes share.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from tasks.data.ids import Ids
from tasks.kernels.suffix_index import GRAM, SLOT, filter_of, hashes, suffixes_of
from tasks.kernels.suffix_matches import match
from tasks.kernels.suffix_spread import spread
from tasks.progress import progressing
from tasks.quality.hash_table import slots_of

PIECE_CHARACTERS = 1 << 22


class _Index(NamedTuple):
    """Texts, to look up in, as `match` reads them."""

    ids: np.ndarray
    slots: np.ndarray
    filter: np.ndarray


def streamed_matches(ids: np.ndarray, longest: int, training: Ids, start: int) -> tuple[np.ndarray, np.ndarray]:
    """Length and offset of the longest match at each place, `(n,)` int64 each, of those with 8 characters and more.

    Args:
        ids: of the texts, `(n,)`, in the type of the training text.
        longest: the characters of the longest text; of longer matches no more are found.
        training: where to look.
        start: from which place on.
    """
    from pydivsufsort import divsufsort, kasai

    order = divsufsort(ids).astype(np.int32)
    shared = kasai(ids, order).astype(np.int32)
    index = _index_of(ids, order, shared)
    suffixes, middle = suffixes_of(ids, order), (start + len(training)) // 2
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(
            _noted, index, suffixes.copy(), longest, training, range(middle, len(training)), told=False
        )
        best, offsets = _noted(index, suffixes, longest, training, range(start, middle), told=True)
        others = second.result()
    longer = others[0] > best
    best[longer], offsets[longer] = others[0][longer], others[1][longer]
    spread(shared, best, offsets)
    lengths, places = np.zeros(len(ids), np.int64), np.zeros(len(ids), np.int64)
    lengths[order], places[order] = best, offsets
    return lengths, places


def _index_of(ids: np.ndarray, order: np.ndarray, shared: np.ndarray) -> _Index:
    """The index of texts whose suffixes are sorted, and share so many characters with the next."""
    firsts = np.flatnonzero(np.concatenate([[True], shared[:-1] < GRAM]))
    ends = np.append(firsts[1:], len(order))
    long_enough = order[firsts] <= len(ids) - GRAM
    firsts, ends = firsts[long_enough], ends[long_enough]
    found, chosen = np.unique(hashes(ids)[order[firsts]], return_index=True)
    size, slots = slots_of(found)
    table = np.zeros(size, SLOT)
    table["hash"][slots], table["first"][slots], table["end"][slots] = found, firsts[chosen], ends[chosen]
    return _Index(ids, table, filter_of(found, size))


def _noted(
    index: _Index, suffixes: np.ndarray, longest: int, training: Ids, places: range, *, told: bool
) -> tuple[np.ndarray, np.ndarray]:
    """What a part of the training text notes at each of the suffixes, which have no matches yet."""
    offsets = np.zeros(len(suffixes), np.int64)
    starts = range(places.start, places.stop, PIECE_CHARACTERS)
    ends = ((first, min(first + PIECE_CHARACTERS, places.stop)) for first in starts)
    pieces = progressing("copies", ends, len(places), "characters", lambda one: one[1] - one[0]) if told else ends
    for first, end in pieces:
        match(training[first : end + longest + GRAM], end - first, first, index, longest, suffixes, offsets)
    return np.ascontiguousarray(suffixes["best"]), offsets
