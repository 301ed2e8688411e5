"""Memorisation: for every place of many texts the longest match with the training text.

The texts and the training text are sorted as one suffix array (Manber and Myers 1993). A place's longest match is with
the nearest suffix of the training text before or after its own, and as long as the least of the common prefixes between
the two. Shorter n-grams follow from it: the training text has the n characters at a place if the match is that long.
Long training text is not sorted but looked up.
"""

from typing import NamedTuple

import numpy as np

from tasks.data.ids import Ids
from tasks.quality.streamed_matches import streamed_matches
from tasks.quality.texts import Spans, Texts

WHOLE_BYTES, SORTED_BYTES = 1 << 24, 1 << 22
NOVEL_CHARACTERS = 8
RARE_SHARE = 0.01
SHORTEST_COPY, LONGEST_COPY = 10, 100


class Matches(NamedTuple):
    """The longest match at each place of texts, within its text: `(characters,)` int64 each.

    `lengths` are characters, `offsets` places in the training text; of no match the offset means nothing.
    """

    lengths: np.ndarray
    offsets: np.ndarray


def longest_matches(texts: Texts, training: Ids) -> Matches:
    """The longest match with the training text at each place of the texts.

    A training text of up to 16 MiB of ids is sorted whole. Of a longer one the first 4 MiB are, and the rest is looked
    up in an index of the texts: then matches of less than 8 characters are the longest of those first 4 MiB, and the
    others exact as always. The memory is bounded by that and by the texts: about 14 bytes for each byte of what is
    sorted, and about 90 for each character of the texts.

    Args:
        texts: to look up.
        training: ids of the training text, of the same vocabulary.
    """
    best = Matches(np.zeros(len(texts.ids), np.int64), np.zeros(len(texts.ids), np.int64))
    if not len(texts.ids):
        return best
    longest, width = int(texts.lengths.max()), training.dtype.itemsize
    whole = len(training) * width <= WHOLE_BYTES
    size = len(training) if whole else SORTED_BYTES // width
    found = [_matches_in(texts.ids, training[: size + longest - 1])]
    if not whole:
        found.append(Matches(*streamed_matches(texts.ids.astype(training.dtype), longest, training, size)))
    for lengths, offsets in found:
        longer = lengths > best.lengths
        best.lengths[longer], best.offsets[longer] = lengths[longer], offsets[longer]
    return Matches(np.minimum(best.lengths, texts.remaining), best.offsets)


def _matches_in(ids: np.ndarray, part: np.ndarray) -> Matches:
    """The longest matches of the ids, which may run over the ends of texts, with a part of the training text."""
    from pydivsufsort import divsufsort, kasai

    # The part comes last, so that its suffixes end where it does.
    joined = np.concatenate([ids, part])
    order = divsufsort(joined)
    shared = kasai(joined, order)
    ranks = np.flatnonzero(order < len(ids))
    lengths, offsets = np.zeros(len(ids), np.int64), np.zeros(len(ids), np.int64)
    run = np.cumsum(np.diff(ranks, prepend=ranks[0]) > 1)
    first = np.flatnonzero(np.diff(run, prepend=-1))
    before, after = ranks[first] - 1, ranks[np.append(first[1:], len(ranks)) - 1] + 1
    down = _least_so_far(np.where(ranks > 0, shared[ranks - 1], 0), run)
    up = _least_so_far(shared[ranks][::-1], run[-1] - run[::-1])[::-1]
    # The ends of the array have no neighbour; there the common prefix is 0, and the offset means nothing.
    neighbours = np.where(down >= up, order[before][run], order[np.minimum(after, len(order) - 1)][run])
    lengths[order[ranks]], offsets[order[ranks]] = np.maximum(down, up), neighbours - len(ids)
    return Matches(lengths, offsets)


def _least_so_far(values: np.ndarray, run: np.ndarray) -> np.ndarray:
    """The running minimum of values, begun anew with each run; runs are numbered from 0, ascending."""
    below = run * (int(values.max()) + 1)
    return np.minimum.accumulate(values - below) + below


def copies(texts: Texts, matches: Matches, least: int) -> Spans:
    """The matches of at least so many characters that no longer one contains, in order."""
    ends = np.arange(len(texts.ids)) + matches.lengths
    inside = np.concatenate([[False], (ends[1:] <= ends[:-1]) & (texts.owners[1:] == texts.owners[:-1])])
    starts = np.flatnonzero((matches.lengths >= least) & ~inside[: len(ends)])
    return Spans(starts=starts, ends=ends[starts], offsets=matches.offsets[starts])


def least_copy(windows: Texts, matches: Matches) -> int:
    """From how many characters on a match is called a copy, told from held-out text.

    It is the least number of characters, from 10 to 100, of whose matches held-out text has no more than 1 % of its
    characters: what real text of this kind shares by chance, by quotation or by set phrases stays below.
    """
    shortest, longest = SHORTEST_COPY, LONGEST_COPY
    while shortest < longest:
        tried = (shortest + longest) // 2
        if copies(windows, matches, tried).covered(windows).mean() <= RARE_SHARE:
            longest = tried
        else:
            shortest = tried + 1
    return shortest


def novel_share(texts: Texts, matches: Matches) -> np.ndarray:
    """The share of each text's 8-grams that the training text lacks, `(texts,)`; no number for a shorter text."""
    whole = texts.remaining >= NOVEL_CHARACTERS
    novel = whole & (matches.lengths < NOVEL_CHARACTERS)
    count = len(texts.lengths)
    return Texts.ratio(np.bincount(texts.owners, novel, count), np.bincount(texts.owners, whole, count))
