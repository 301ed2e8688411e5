"""What follows the beginnings of held-out passages, and its surprise to a network that has read those alone."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import keras
import numpy as np

from tasks.data.batches import kept
from tasks.data.ids import Ids
from tasks.data.passages import Passage, fitting
from tasks.network.surprise import surprises

MOST_CHARACTERS = 1 << 18


class Continuation(NamedTuple):
    """What follows a passage's beginning: `ids` `(characters,)`, and the `bits` of each `(characters,)` float32."""

    passage: Passage
    ids: np.ndarray
    bits: np.ndarray


def continuations(
    network: keras.Model, held_out: Ids, passages: Sequence[Passage], length: int, before: int | None = None
) -> Iterator[Continuation]:
    """The continuations of the passages that enough text follows on, as far as their text goes.

    There are no more than 262,144 characters of them in all; those of the first passages.

    Args:
        network: as built.
        held_out: ids of the split.
        passages: of the split.
        length: characters of each.
        before: the id that is read before a beginning, if the state is reset where documents begin; None: none is.
    """
    length = min(length, len(held_out), MOST_CHARACTERS)
    chosen = fitting(passages, len(held_out), length)[: max(1, MOST_CHARACTERS // length)]
    if not chosen:
        return
    starts = np.array([passage.start for passage in chosen])
    windows = held_out.windows(starts, min(len(held_out), max(len(one.text) for one in chosen) + length))
    inputs, keep = windows, None
    if before is not None:
        inputs = np.insert(windows, 0, before, axis=1)
        keep = np.insert(kept(held_out, starts, windows.shape[1] - 1), 0, 1, axis=1)
    bits = surprises(network, inputs, keep)[:, -(windows.shape[1] - 1) :]
    for passage, row, each in zip(chosen, windows, bits, strict=True):
        first = len(passage.text)
        end = min(first + length, passage.stop - passage.start)
        yield Continuation(passage, row[first:end], each[first - 1 : end - 1])
