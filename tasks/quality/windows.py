"""Windows of held-out text: what samples are measured beside."""

from typing import NamedTuple

import numpy as np

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


def held_out_windows(held_out: Ids, length: int, context: int) -> Windows:
    """Evenly spaced windows of held-out text that do not overlap, each after some characters of context.

    There are as many as fit, but no more than 256, nor more than 262,144 characters in all if one is not longer itself.
    A text that is too short has one window, shorter, of at least half of it.

    Args:
        held_out: ids, at least two.
        length: characters of a window.
        context: characters before each.
    """
    context = min(context, len(held_out) // 2)
    length = min(length, len(held_out) - context)
    count = max(1, min(MOST_WINDOWS, MOST_CHARACTERS // length, (len(held_out) - context) // length))
    starts = np.linspace(context, len(held_out) - length, count).astype(np.int64)
    return Windows(starts, length, held_out.windows(starts - context, context + length))
