"""The mixture that a warm start is trained on: new text as often as from scratch, and some of all the rest."""

import numpy as np

from tasks.data.ids import Ids
from tasks.learning.hyperparameters import WARM_SHARE

STRETCHES = 16
MOST_NEW = 1 / 2


def mixture(ids: Ids, new: np.ndarray, epochs: float) -> Ids | None:
    """What a warm start sees of a training split in its steps; None if that is the split as it is.

    The earlier model knows most of the text, and has steps for a part of it alone. So what is new has as many passes as
    from scratch, but no more than half of the steps; the others see evenly spaced stretches of all, so that what
    the model knows is not forgotten. Each stretch counts as a document. Where most is new, nothing is to be mixed.

    Args:
        ids: of the training split.
        new: the ranges of it that the earlier model was not trained on, `(n, 2)`.
        epochs: passes over the split from scratch.
    """
    room, fresh = round(WARM_SHARE * epochs * len(ids)), int(np.diff(new).sum())
    if not 0 < fresh <= MOST_NEW * len(ids):
        return None
    count = min(round(epochs * fresh), int(MOST_NEW * room))
    ranges = [*_spread(len(ids), room - count), *_passes(new, count / fresh)]
    starts, at = [], 0
    for start, end in ranges:
        starts += [at, *(at + begun - start for begins in ids.starts(start, end) for begun in begins.tolist())]
        at += end - start
    return Ids.of(np.concatenate([ids[start:end] for start, end in ranges]), np.unique(starts).astype(np.int64))


def _spread(length: int, count: int) -> list[tuple[int, int]]:
    """So many characters of a text of a length: all of it as often as it goes, then evenly spaced stretches."""
    times, rest = divmod(count, length)
    each = rest // STRETCHES
    return [(0, length)] * times + [
        (at, at + each) for at in np.linspace(0, length - each, STRETCHES).astype(int).tolist()
    ]


def _passes(new: np.ndarray, passes: float) -> list[tuple[int, int]]:
    """So many passes over ranges; of a part of one the last share of each."""
    whole, rest = divmod(passes, 1)
    ranges = [(start, end) for start, end in new.tolist()]
    return ranges * int(whole) + [(end - round(rest * (end - start)), end) for start, end in ranges]
