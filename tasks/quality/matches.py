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
MOST_QUOTED = 0.5


class Matches(NamedTuple):
    """The longest match at each place of texts, within its text: `(characters,)` int64 each.

    `lengths` are characters, `offsets` places in the training text; of no match the offset means nothing. `counted`
    is how many of the characters make a copy: all, or those that are in no loop.
    """

    lengths: np.ndarray
    offsets: np.ndarray
    counted: np.ndarray

    def outside(self, loops: np.ndarray) -> "Matches":
        """The same, of which only characters outside of loops count: a row of dashes is no passage of a text.

        Args:
            loops: whether each character is in one, `(characters,)` bool.
        """
        before = np.concatenate([[0], np.cumsum(loops)])
        starts = np.arange(len(loops))
        return self._replace(counted=self.lengths - (before[starts + self.lengths] - before[starts]))


class _Found(NamedTuple):
    lengths: np.ndarray
    offsets: np.ndarray


class CopyRule(NamedTuple):
    """From how many characters on a match is a copy.

    `quoted` is the share of held-out text in passages of 100 characters and more that the training text has too;
    `tells` says whether a length was found that tells copies from what the text shares with itself.
    """

    least: int
    quoted: float
    tells: bool


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
    best = _Found(np.zeros(len(texts.ids), np.int64), np.zeros(len(texts.ids), np.int64))
    if not len(texts.ids):
        return Matches(*best, best.lengths)
    longest, width = int(texts.lengths.max()), training.dtype.itemsize
    whole = len(training) * width <= WHOLE_BYTES
    size = len(training) if whole else SORTED_BYTES // width
    found = [_matches_in(texts.ids, training[: size + longest - 1])]
    if not whole:
        found.append(_Found(*streamed_matches(texts.ids.astype(training.dtype), longest, training, size)))
    for lengths, offsets in found:
        longer = lengths > best.lengths
        best.lengths[longer], best.offsets[longer] = lengths[longer], offsets[longer]
    lengths = np.minimum(best.lengths, texts.remaining)
    return Matches(lengths, best.offsets, lengths)


def _matches_in(ids: np.ndarray, part: np.ndarray) -> _Found:
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
    return _Found(lengths, offsets)


def _least_so_far(values: np.ndarray, run: np.ndarray) -> np.ndarray:
    """The running minimum of values, begun anew with each run; runs are numbered from 0, ascending."""
    below = run * (int(values.max()) + 1)
    return np.minimum.accumulate(values - below) + below


def copies(texts: Texts, matches: Matches, least: int) -> Spans:
    """The matches of which at least so many characters count and that no longer one contains, in order."""
    ends = np.arange(len(texts.ids)) + matches.lengths
    inside = np.concatenate([[False], (ends[1:] <= ends[:-1]) & (texts.owners[1:] == texts.owners[:-1])])
    starts = np.flatnonzero((matches.counted >= least) & ~inside[: len(ends)])
    return Spans(starts=starts, ends=ends[starts], offsets=matches.offsets[starts])


def copy_rule(windows: Texts, matches: Matches) -> CopyRule:
    """From how many characters on a match is called a copy, told from held-out text.

    Passages of 100 characters and more are none of chance: there the text quotes itself, as licences and duplicates
    do, and they tell nothing of the rest. Nor do matches that the end of a window cuts. Of what is left no more than
    1 % lies in matches of the least number of characters, from 10 to 100, that is the threshold: what real text of
    this kind shares by chance or by set phrases stays below.
    """
    every = copies(windows, matches, SHORTEST_COPY)
    owners, counted = windows.owners[every.starts], matches.counted[every.starts]
    quoted = counted >= LONGEST_COPY
    ends = windows.starts + windows.lengths
    cut = (every.starts == windows.starts[owners]) | (every.ends == ends[owners])
    told_apart = every.only(quoted | cut).covered(windows)
    left = int((~told_apart).sum())

    def share(least: int) -> float:
        chance = every.only((counted >= least) & ~quoted & ~cut).covered(windows)
        return float((chance & ~told_apart).sum()) / max(1, left)

    least = next((n for n in range(SHORTEST_COPY, LONGEST_COPY) if share(n) <= RARE_SHARE), LONGEST_COPY)
    share_quoted = float(every.only(quoted).covered(windows).mean()) if len(windows.ids) else 0.0
    return CopyRule(least, share_quoted, least < LONGEST_COPY and share_quoted < MOST_QUOTED)


def novel_share(texts: Texts, matches: Matches) -> np.ndarray:
    """The share of each text's 8-grams that the training text lacks, `(texts,)`; no number for a shorter text."""
    whole = texts.remaining >= NOVEL_CHARACTERS
    novel = whole & (matches.lengths < NOVEL_CHARACTERS)
    count = len(texts.lengths)
    return Texts.ratio(np.bincount(texts.owners, novel, count), np.bincount(texts.owners, whole, count))
