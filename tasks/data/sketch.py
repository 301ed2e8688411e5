"""A sketch of a text: enough of its passages, as hashes, to tell how much of another text stands in it.

A passage is 32 characters within a line, from any character on, or a whole line that is shorter. Of their hashes the
65,536 smallest are the sketch (bottom-k, Broder 1997). Which passages those are is the same for every text, so that the
sketches of several can be set beside each other, and put together.
"""

import functools

import numpy as np

from tasks.data.ids import Ids
from tasks.text.vocabulary import Vocabulary

PASSAGE = 32
SKETCHED = 1 << 16
BLOCK = 1 << 18  # what passages do not reach beyond
SHORTEST, TELLING = 256, 16  # characters of a stretch that is new or not, and hashes that tell it
MULTIPLIER = 0x9E3779B97F4A7C15  # odd, so that it can be divided by modulo 2^64
INVERSE = pow(MULTIPLIER, -1, 1 << 64)
LINE_FEED = ord("\n")


def sketch_of(ids: Ids, vocabulary: Vocabulary) -> np.ndarray:
    """The sketch of a text, `(n,)` uint64, ascending; alike for equal texts of different vocabularies."""
    points = _points(vocabulary)
    sketch = np.empty(0, np.uint64)
    for start in range(0, len(ids), BLOCK):
        sketch = merged(sketch, _passages(points[ids[start : start + BLOCK]], _threshold(sketch))[1])
    return sketch


def merged(*sketches: np.ndarray) -> np.ndarray:
    """The sketch of several texts together."""
    every = np.sort(np.concatenate(sketches))  # `np.unique` looks them up one by one
    return np.concatenate([every[:1], every[1:][every[1:] != every[:-1]]])[:SKETCHED]


def share_seen(text: np.ndarray, earlier: np.ndarray, own: np.ndarray) -> float:
    """The share of a text's passages that stand in an earlier text, and do not in one that it is held out from anyway.

    Args:
        text: sketch of the text.
        earlier: sketch of the earlier text.
        own: sketch of the text that it is held out from.
    """
    comparable = text[text <= min(map(_threshold, (text, earlier, own)))]
    seen = np.isin(comparable, earlier) & ~np.isin(comparable, own)
    return float(seen.mean()) if len(seen) else 0.0


def new_ranges(ids: Ids, vocabulary: Vocabulary, earlier: np.ndarray) -> np.ndarray:
    """The stretches of a text most of whose passages an earlier text does not have, `(n, 2)` int64, ascending.

    Args:
        ids: of the text.
        vocabulary: what they stand for.
        earlier: sketch of the earlier text.
    """
    points, most = _points(vocabulary), _threshold(earlier)
    length = max(SHORTEST, int(TELLING * (1 << 64) / (int(most) + 1)))
    count = -(-len(ids) // length)
    told, unknown = np.zeros(count), np.zeros(count)
    for start in range(0, len(ids), BLOCK):
        begins, hashes = _passages(points[ids[start : start + BLOCK]], most)
        stretches = (start + begins) // length
        told += np.bincount(stretches, minlength=count)
        unknown += np.bincount(stretches[~np.isin(hashes, earlier)], minlength=count)
    changes = np.flatnonzero(np.diff(unknown > told / 2, prepend=False, append=False))
    return np.minimum(changes.reshape(-1, 2) * length, len(ids))


def _points(vocabulary: Vocabulary) -> np.ndarray:
    return np.array([ord(character) for character in vocabulary.characters], np.uint64)


def _threshold(sketch: np.ndarray) -> np.uint64:
    """Up to which hash the sketch has every one of its text."""
    return sketch[-1] if len(sketch) >= SKETCHED else np.uint64((1 << 64) - 1)


def _passages(points: np.ndarray, most: np.uint64) -> tuple[np.ndarray, np.ndarray]:
    """Where passages begin whose hashes are not above a number, `(n,)` int64, and the hashes, uint64, in no order."""
    ends = np.append(np.flatnonzero(points == LINE_FEED), len(points))
    starts = np.insert(ends[:-1] + 1, 0, 0)
    lengths = ends - starts
    is_short = (lengths > 0) & (lengths < PASSAGE)
    lines = np.insert(np.cumsum(points == LINE_FEED), 0, 0)
    within = np.flatnonzero(lines[PASSAGE:] == lines[: len(lines) - PASSAGE]) if len(lines) > PASSAGE else starts[:0]
    inverses = _powers(INVERSE)
    sums = np.insert(np.cumsum((points + np.uint64(1)) * _powers(MULTIPLIER)[: len(points)]), 0, np.uint64(0))
    begins = np.concatenate([within, starts[is_short]])
    stops = np.concatenate([within + PASSAGE, ends[is_short]])
    hashes = _mixed((sums[stops] - sums[begins]) * inverses[begins])
    is_small = hashes <= most
    return begins[is_small], hashes[is_small]


@functools.cache
def _powers(base: int) -> np.ndarray:
    """The powers of a number modulo 2^64, from the zeroth on, `(BLOCK + 1,)` uint64."""
    factors = np.full(BLOCK + 1, base, np.uint64)
    factors[:1] = 1
    return np.cumprod(factors)


def _mixed(hashes: np.ndarray) -> np.ndarray:
    """The same with every bit depending on all (the end of splitmix64, Steele et al. 2014)."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        hashes = (hashes ^ (hashes >> np.uint64(shift))) * np.uint64(factor)
    return hashes ^ (hashes >> np.uint64(31))
