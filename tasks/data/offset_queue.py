"""A queue of offsets: they come in pieces, in order, and are taken as far as one asks for."""

from collections.abc import Iterable

import numpy as np


class OffsetQueue:
    """Offsets in order, of which no more are held than one piece and what was asked for."""

    def __init__(self, pieces: Iterable[np.ndarray]) -> None:
        """Of pieces `(n,)` int64, each ascending and behind the one before."""
        self._pieces, self._held = iter(pieces), np.zeros(0, np.int64)

    def before(self, end: int) -> np.ndarray:
        """Take those before this offset."""
        while not len(self._held) or self._held[-1] < end:
            more = next(self._pieces, None)
            if more is None:
                break
            self._held = np.concatenate([self._held, more])
        count = np.searchsorted(self._held, end)
        given, self._held = self._held[:count], self._held[count:]
        return given
