"""Batches: which ids a training step sees, as a pure function of the seed and the step.

Where the state is reset at documents, it is zero at the character before the first of each: the line feed or mark that
a document follows on. So all of its characters are foretold as those of a text by itself that begins after the same.
"""

import functools
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from tasks.data.ids import Ids
from tasks.data.shuffle_order import BufferedOrder


class Batch(NamedTuple):
    """Ids of one step: `inputs` and `targets` `(batch_size, sequence_length)` int32, targets shifted by one.

    `keep`, of the same shape, float32, is 0 at inputs before which the state is reset, else 1; None: it never is.
    """

    inputs: np.ndarray
    targets: np.ndarray
    keep: np.ndarray | None = None


class Batches(Protocol):
    """What the training loop needs of a way to batch."""

    @property
    def steps_per_epoch(self) -> int:
        """How many steps see the training split once."""

    def batch(self, step: int) -> Batch:
        """The batch of this step, counted from 0 over all epochs."""

    def resets_state(self, step: int) -> bool:
        """Whether the recurrent state starts from zero before this step."""


@dataclass(frozen=True, kw_only=True)
class Streams:
    """Contiguous streams, for back-propagation truncated in time with the state carried from step to step.

    Each epoch turns the text by a random offset and cuts it into `batch_size` streams; step k of the epoch sees the
    k-th stretch of each. A text too short for the batch is cut into fewer or shorter streams. With `resets` the
    state is reset where documents begin.
    """

    ids: Ids
    batch_size: int
    sequence_length: int
    seed: int
    resets: bool = False

    @property
    def length(self) -> int:
        """The sequence length that the text allows."""
        return min(self.sequence_length, len(self.ids) - 1)

    @property
    def streams(self) -> int:
        """The number of streams that the text allows."""
        return min(self.batch_size, (len(self.ids) - 1) // self.length)

    @property
    def steps_per_epoch(self) -> int:
        """Steps that see the text once."""
        return (len(self.ids) - 1) // self.streams // self.length

    def resets_state(self, step: int) -> bool:
        """At the start of an epoch the streams begin anew."""
        return step % self.steps_per_epoch == 0

    def batch(self, step: int) -> Batch:
        """The step's stretch of every stream."""
        epoch, place = divmod(step, self.steps_per_epoch)
        turn = int(np.random.default_rng([self.seed, epoch]).integers(len(self.ids)))
        starts = turn + np.arange(self.streams) * ((len(self.ids) - 1) // self.streams) + place * self.length
        return _batch(self.ids, starts, self.length, self.resets)


@dataclass(frozen=True, kw_only=True)
class ShuffledWindows:
    """Windows of `sequence_length + 1` ids in an order shuffled through a buffer; the remainder is dropped.

    The recurrent state goes on from each window to an unrelated one: that is how the notebook did it. With `resets` it
    is reset where documents begin, too.
    """

    ids: Ids
    batch_size: int
    sequence_length: int
    seed: int
    buffer: int
    resets: bool = False

    @property
    def steps_per_epoch(self) -> int:
        """Full batches of windows; a text of less than one batch gives one smaller batch."""
        return max(1, self._windows // self.batch_size)

    @property
    def _windows(self) -> int:
        return len(self.ids) // (self.sequence_length + 1)

    def resets_state(self, step: int) -> bool:
        """Once, at the very start."""
        return step == 0

    def batch(self, step: int) -> Batch:
        """The step's windows."""
        epoch, place = divmod(step, self.steps_per_epoch)
        order = _order(self._windows, self.buffer, self.seed, epoch)
        chosen = order[place * self.batch_size : (place + 1) * self.batch_size] * (self.sequence_length + 1)
        return _batch(self.ids, chosen, self.sequence_length, self.resets)


def _batch(ids: Ids, starts: np.ndarray, length: int, resets: bool) -> Batch:
    window = ids.windows(starts, length + 1).astype(np.int32)
    return Batch(window[:, :-1], window[:, 1:], kept(ids, starts, length) if resets else None)


def kept(ids: Ids, starts: np.ndarray, length: int) -> np.ndarray:
    """Of windows of inputs: 0 at those that a document follows on, else 1, `(len(starts), length)` float32."""
    return (~ids.beginnings(starts + 1, length)).astype(np.float32)


_order = functools.lru_cache(maxsize=1)(BufferedOrder)


class Held(NamedTuple):
    """Held-out ids in order of time: `inputs`, `targets` int32 and `weights` float32, `(steps, rows, length)`.

    Every target counts once, with weight 1; what pads the shape has weight 0. `keep` is as in `Batch`.
    """

    inputs: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    keep: np.ndarray | None = None


def held_out(ids: Ids, *, rows: int, length: int, most: int, resets: bool = False) -> Held:
    """Cut held-out ids into `rows` contiguous streams of stretches of `length`.

    Of more than so many characters only the beginning of each stream is taken, that many in all. With `resets` the
    state is reset where documents begin.
    """
    targets = len(ids) - 1
    rows = max(1, min(rows, targets // length))
    if targets > most:
        return _beginnings(ids, rows, length, max(1, most // (rows * length)), resets)
    steps = -(-targets // (rows * length))
    padded = rows * steps * length
    places = np.arange(padded).reshape(rows, steps, length).swapaxes(0, 1)
    weights = (places < targets).astype(np.float32)
    places, read = np.minimum(places, targets - 1), ids[:]
    keep = kept(ids, np.zeros(1, np.int64), targets)[0][places] if resets else None
    return Held(read[places].astype(np.int32), read[places + 1].astype(np.int32), weights, keep)


def _beginnings(ids: Ids, rows: int, length: int, steps: int, resets: bool) -> Held:
    """So many stretches of each of `rows` evenly spaced streams."""
    starts = np.arange(rows) * ((len(ids) - 1) // rows)

    def stretches(windows: np.ndarray) -> np.ndarray:
        return windows.reshape(rows, steps, length).swapaxes(0, 1)

    read = ids.windows(starts, steps * length + 1).astype(np.int32)
    inputs, targets = stretches(read[:, :-1]), stretches(read[:, 1:])
    keep = stretches(kept(ids, starts, steps * length)) if resets else None
    return Held(inputs, targets, np.ones(inputs.shape, np.float32), keep)
