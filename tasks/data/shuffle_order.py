"""Shuffling through a buffer: an order of so many things, made as it is asked for."""

from collections.abc import Iterator

import numpy as np

PIECE = 1 << 18


class BufferedOrder:
    """The order in which a shuffle buffer gives out 0..count-1: each of its slots is refilled by the next.

    It is made from its beginning on, as far as it is asked for, and only what lies around there is held.
    """

    def __init__(self, count: int, buffer: int, seed: int, epoch: int) -> None:
        self._count, self._buffer, self._seed = count, min(buffer, count), [seed, epoch]
        self._pieces, self._held, self._first = self._made(), np.zeros(0, np.int64), 0

    def __getitem__(self, wanted: slice) -> np.ndarray:
        """From one place to another, `(n,)` int64; what comes later is cheap, what came before costs all anew."""
        start, end, _ = wanted.indices(self._count)
        if start < self._first:
            self._pieces, self._held, self._first = self._made(), np.zeros(0, np.int64), 0
        while self._first + len(self._held) < end:
            passed = min(max(0, start - self._first), len(self._held))
            self._held = np.concatenate([self._held[passed:], next(self._pieces)])
            self._first += passed
        return self._held[start - self._first : max(start, end) - self._first]

    def _made(self) -> Iterator[np.ndarray]:
        random, slots = np.random.default_rng(self._seed), np.arange(self._buffer)
        refilled = self._count - self._buffer
        for start in range(0, refilled, PIECE):
            picks = (random.random(min(PIECE, refilled - start)) * self._buffer).astype(np.int64)
            following = np.arange(start, start + len(picks)) + self._buffer
            yield _given(slots, picks, following)
            slots[picks] = following  # of several for one slot the last stays
        yield _emptied(slots.tolist(), random.random(self._buffer))


def _given(slots: np.ndarray, picks: np.ndarray, following: np.ndarray) -> np.ndarray:
    """What each pick finds in its slot: what the last pick of it put there, or what was there before all of them."""
    order = np.argsort(picks, kind="stable")
    again = np.flatnonzero(np.diff(picks[order]) == 0)
    given = slots[picks]
    given[order[again + 1]] = following[order[again]]
    return given


def _emptied(slots: list[int], draws: np.ndarray) -> np.ndarray:
    """The slots one after the other, none being refilled: the last one takes the place of each."""
    order = np.empty(len(slots), np.int64)
    for place, draw in enumerate(draws.tolist()):
        pick = int(draw * len(slots))
        order[place] = slots[pick]
        slots[pick] = slots[-1]
        slots.pop()
    return order
