"""The loops that read and draw characters, on NumPy arrays."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tasks.kernels.panels import by_row, in_tiles
from tasks.kernels.room import room
from tasks.kernels.rules import Rules
from tasks.kernels.running import Compiled
from tasks.kernels.sampling_loop import emit_drawing, emit_reading
from tasks.kernels.stack import Stack
from tasks.kernels.weights import Weights, laid_out, packed, wider

ROWS = 1, 16, 64, 128, 256  # that loops are compiled for; more of them than there are samples are drawn in vain


@dataclass(frozen=True, kw_only=True)
class Samples:
    """Where some samples stand.

    Attributes:
        states: of each layer those of its cell, the memory last, `(rows, units)` float32.
        recent: ids of the last characters, `(rows, rules.remembered)` int32, -1 before the first.
        ended: which rows are complete, `(rows,)` bool.
    """

    states: Sequence[np.ndarray]
    recent: np.ndarray
    ended: np.ndarray


class Sampler:
    """Draws characters from one network.

    A row's numbers do not depend on the rows beside it, nor on the number of threads.
    """

    def __init__(self, stack: Stack, weights: Weights, threads: int) -> None:
        """So many threads share the work at most; units that the network lacks are zero, and stay so."""
        self._stack, self._units, self._threads = stack, weights.kernel.shape[0], threads
        self._weights = packed(weights, stack)

    def read(self, texts: Sequence[np.ndarray], reset_at: int | None) -> list[np.ndarray]:
        """The states after all but the last characters of some texts, from zero ones, `(len(texts), units)` float32.

        Args:
            texts: ids of each, at least one.
            reset_at: the id before which the state is reset; None: no one.

        Raises:
            ValueError: an id is none of the table's rows.
        """
        rows, longest = fewest_rows(len(texts)), max(map(len, texts))
        ids, fresh = np.zeros((longest, rows), np.int32), np.zeros((longest, rows), np.int32)
        for row, text in enumerate(texts):  # they end together
            begin = longest - len(text)
            ids[begin:, row] = text
            fresh[max(begin - 1, 0) : begin, row] = 1
        if reset_at is not None:
            fresh[:-1] |= ids[1:] == reset_at
        self._check(ids)
        zeros = [np.zeros((rows, self._units), np.float32)] * (self._stack.cell.states * self._stack.layers)
        arrays = self._arrays(zeros, rows)
        _reading(self._stack, rows).run(self._fewest_threads(rows), longest - 1, ids, fresh, *arrays)
        return [state[: len(texts)] for state in self._states(arrays, longest - 1)]

    def draw(
        self, samples: Samples, uniforms: np.ndarray, temperature: float, position: int, rules: Rules
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, Samples]:
        """More characters of some samples, until all have ended.

        Args:
            samples: where they stand; at most 256.
            uniforms: random numbers in [0, 1), `(steps, rows)` float32.
            temperature: divisor of the logits, unless the rules are greedy.
            position: characters drawn of each already.
            rules: how they are chosen.

        Returns:
            ids `(steps, rows)` int32, surprise in bits `(steps, rows)` float32, how many each row has of them, and
            where the samples stand then.

        Raises:
            ValueError: as for `read`.
        """
        (steps, count), rows = uniforms.shape, fewest_rows(uniforms.shape[1])
        self._check(samples.recent[:, -1:])
        padding = (0, rows - count)
        ids = np.zeros((rules.remembered + steps, rows), np.int32)
        ids[: rules.remembered, :count] = samples.recent.T
        ended = np.pad(samples.ended, padding, constant_values=True).astype(np.int32)
        lengths, surprise = np.zeros(rows, np.int32), np.zeros((steps, rows), np.float32)
        fresh = samples.recent[:, -1:] == (-1 if rules.reset_at is None else rules.reset_at)
        states = [np.pad(np.where(fresh, np.float32(0), state), (padding, (0, 0))) for state in samples.states]
        arrays = self._arrays(states, rows)
        _drawing(self._stack, rows, rules).run(
            self._fewest_threads(rows),
            steps,
            ids,
            *self._output(rows, rules),
            np.pad(uniforms, ((0, 0), padding)),
            np.array([1 / temperature], np.float32),
            surprise,
            *(ended, lengths),
            np.array([max(rules.ends_from - position - 1, 0)], np.int32),
            *arrays,
        )
        done = int(lengths[:count].max())
        after = Samples(
            states=[state[:count] for state in self._states(arrays, done)],
            recent=np.ascontiguousarray(ids[done : done + rules.remembered, :count].T),
            ended=ended[:count].astype(bool),
        )
        return ids[rules.remembered :, :count], surprise[:, :count], lengths[:count], after

    def _output(self, rows: int, rules: Rules) -> tuple[np.ndarray, ...]:
        """Weights of the output layer, what is added to logits, and where they are written, each with one in excess."""
        never, logits = np.zeros(self._stack.size + 1, np.float32), room((rows * self._stack.size + 1,), np.float32)
        never[list(rules.never)] = -np.inf
        return self._weights.kernel, self._weights.bias, never, logits

    def _fewest_threads(self, rows: int) -> int:
        """One with nothing to do would only be waited for, at each step."""
        return min(self._threads, max(rows, self._stack.layer.blocks_forward))

    def _arrays(self, states: Sequence[np.ndarray], rows: int) -> list[np.ndarray]:
        """What the loops have of each layer, before the first step."""
        arrays: list[np.ndarray] = []
        count = self._stack.cell.states
        for number in range(self._stack.layers):
            own = [wider(state, self._stack.layer.units - self._units, 1) for state in states[count * number :][:count]]
            below = self._stack.width(number) - self._stack.layer.units
            first = np.pad(own[0], ((0, 0), (below, 0))).astype(self._weights.kernel.dtype)
            first = in_tiles(first) if self._stack.layer.method == "tiles" else first
            inputs = room((2, *first.shape), first.dtype)
            inputs[0] = first
            arrays += [self._weights.tables[number], self._weights.products[number], inputs, self._by_block(own[-1])]
        return arrays

    def _by_block(self, memory: np.ndarray) -> np.ndarray:
        """Memory by block of units and row, as the loops have it."""
        blocks = memory.reshape(len(memory), -1, self._stack.layer.processor.lanes)
        return laid_out(blocks.transpose(1, 0, 2))

    def _states(self, arrays: Sequence[np.ndarray], steps: int) -> list[np.ndarray]:
        """The states in these arrays after so many steps."""
        units, states = self._stack.layer.units, list[np.ndarray]()
        for number in range(self._stack.layers):
            _, _, inputs, memory = arrays[4 * number :][:4]
            last = inputs[steps % 2]
            last = by_row(last, memory.shape[1]) if self._stack.layer.method == "tiles" else last
            both = last[:, -units:].astype(np.float32), np.hstack(list(memory))
            states += both[-self._stack.cell.states :]
        return [state[:, : self._units] for state in states]

    def _check(self, ids: np.ndarray) -> None:
        """Emitted code would read outside the table."""
        if not 0 <= ids.min() <= ids.max() < self._stack.vocabulary:
            raise ValueError(f"ids go from {ids.min()} to {ids.max()}, the table has {self._stack.vocabulary} rows")


def fewest_rows(needed: int) -> int:
    """The smallest number of rows that loops are compiled for and that are enough."""
    return next(rows for rows in ROWS if rows >= needed)


@functools.cache
def _reading(stack: Stack, rows: int) -> Compiled:
    return Compiled("reading", emit_reading(stack, rows))


@functools.cache
def _drawing(stack: Stack, rows: int, rules: Rules) -> Compiled:
    return Compiled("drawing", emit_drawing(stack, rows, rules))
