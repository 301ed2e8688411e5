"""Windows of held-out text: what samples are measured beside."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from tasks.data.ids import Ids

MOST_WINDOWS = 256
MOST_CHARACTERS = 1 << 18


class Windows(NamedTuple):
    """Windows of a text.

    `starts` `(windows,)` int64 is where each begins, `length` how long it is, `ids` `(windows, context + length)` what
    stands in it and before it.
    """

    starts: np.ndarray
    length: int
    ids: np.ndarray


def held_out_windows(held_out: Ids, length: int, context: int, seams: ArrayLike = (0,)) -> Windows:
    """Evenly spaced windows of held-out text that do not overlap, each after some characters of context.

    There are as many as fit, but no more than 256, nor more than 262,144 characters in all if one is not longer itself.
    A text that is too short has one window, shorter, of at least half of it. Of several texts that follow each other,
    windows lie within one each, with their context, if there are half as many of those.

    Args:
        held_out: ids, at least two.
        length: characters of a window.
        context: characters before each.
        seams: where the texts begin, ascending from 0, `(texts,)` integers.
    """
    context = min(context, len(held_out) // 2)
    length = min(length, len(held_out) - context)
    count = max(1, min(MOST_WINDOWS, MOST_CHARACTERS // length, (len(held_out) - context) // length))
    starts = np.linspace(context, len(held_out) - length, count).astype(np.int64)
    bounds = np.append(seams, len(held_out))
    if len(bounds) > 2:
        within = _within(bounds, length, context, count)
        starts = within if 2 * len(within) >= count else starts
    return Windows(starts, length, held_out.windows(starts - context, context + length))


def _within(bounds: np.ndarray, length: int, context: int, most: int) -> np.ndarray:
    """Where the evenly chosen ones begin of all windows that fit between bounds, each text's one after the other."""
    fitting = np.maximum(0, (np.diff(bounds) - context) // length)
    ends = np.cumsum(fitting)
    chosen = np.linspace(0, ends[-1] - 1, min(most, ends[-1])).astype(np.int64)
    text = np.searchsorted(ends, chosen, side="right")
    return bounds[text] + context + (chosen - ends[text] + fitting[text]) * length
