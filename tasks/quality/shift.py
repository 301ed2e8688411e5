"""Whether held-out text is of another kind than the training text, as in a sorted or joined corpus.

What is measured on such text says little of what the model learned, and early stopping follows it.
"""

from typing import Any

import numpy as np

STRETCHES = 200
STRETCH_CHARACTERS = 1 << 16
NOTABLE_BITS = 0.02
OUTLYING = 4.0
SORTED_SHARE = 0.95
LEAST_ASCENTS = 10


def divergence(a: np.ndarray, b: np.ndarray) -> float:
    """Jensen-Shannon divergence (Lin 1991) of two frequency tables `(n,)`, in bits."""
    p, q = a / a.sum(), b / b.sum()
    mean = (p + q) / 2
    logs = [one * np.log2(np.divide(one, mean, out=np.ones_like(mean), where=one > 0)) for one in (p, q)]
    return float(sum(map(np.sum, logs)) / 2)


def is_shifted(ids: Any, train: np.ndarray, held_out: np.ndarray, vocabulary_size: int) -> bool:
    """Whether characters are used otherwise in held-out text than in any part as long of the training text.

    200 stretches of up to 65,536 characters are looked at. The divergence of the held-out ones from the others must be
    at least 0.02 bits, and four times that of any as many neighbouring stretches of training text from all the rest.

    Args:
        ids: of the corpus, `(n,)` unsigned integers; what gives them for a slice is enough.
        train: ranges of the training text, `(ranges, 2)`.
        held_out: ranges of the held-out text.
        vocabulary_size: how many characters there are.
    """
    lengths = [int((ranges[:, 1] - ranges[:, 0]).sum()) for ranges in (train, held_out)]
    held_stretches = min(STRETCHES // 2, max(1, round(STRETCHES * lengths[1] / sum(lengths))))
    held = _frequencies(ids, held_out, held_stretches, vocabulary_size)
    known = _frequencies(ids, train, STRETCHES - held_stretches, vocabulary_size)
    apart = divergence(held.sum(0), known.sum(0))
    if apart < NOTABLE_BITS:
        return False
    everything = held.sum(0) + known.sum(0)
    parts = [known[n : n + held_stretches].sum(0) for n in range(0, len(known) - held_stretches + 1, held_stretches)]
    return apart >= OUTLYING * max(divergence(part, everything - part) for part in parts)


def is_sorted(ids: Any, train: np.ndarray, lines_end: int, order: np.ndarray) -> bool:
    """Whether the lines of the training text are in the order of their first characters.

    Of all neighbouring lines with different first characters 95 % must be in order, and at least ten.

    Args:
        ids: of the corpus; what gives them for a slice is enough.
        train: ranges of the training text, `(ranges, 2)`.
        lines_end: id of the line feed.
        order: by id, the place of the character in the order, without regard to case, `(vocabulary_size,)` integers.
    """
    ascents = descents = 0
    for start, end in _stretches(train, STRETCHES):
        piece = ids[start:end]
        firsts = piece[1:][(piece[:-1] == lines_end) & (piece[1:] != lines_end)]
        steps = np.diff(order[firsts].astype(np.int64))
        ascents += int((steps > 0).sum())
        descents += int((steps < 0).sum())
    return ascents >= LEAST_ASCENTS and ascents >= SORTED_SHARE * (ascents + descents)


def _frequencies(ids: Any, ranges: np.ndarray, count: int, vocabulary_size: int) -> np.ndarray:
    pieces = (ids[start:end] for start, end in _stretches(ranges, count))
    return np.stack([np.bincount(piece, minlength=vocabulary_size) for piece in pieces]).astype(np.float64)


def _stretches(ranges: np.ndarray, count: int) -> list[tuple[int, int]]:
    """Start and end of evenly spaced stretches of the ranges, each within one of them."""
    ends = np.cumsum(ranges[:, 1] - ranges[:, 0])
    bounds = np.linspace(0, ends[-1], min(count, int(ends[-1])) + 1).astype(np.int64)
    owner = np.searchsorted(ends, bounds[:-1], side="right")
    starts = bounds[:-1] - ends[owner] + ranges[owner, 1]
    stops = np.minimum(np.minimum(starts + np.diff(bounds), ranges[owner, 1]), starts + STRETCH_CHARACTERS)
    return list(zip(starts.tolist(), stops.tolist(), strict=True))
