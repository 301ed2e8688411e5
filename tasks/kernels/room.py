"""Large arrays in memory that is used again: fresh memory is slow, because the system clears it first."""

from collections import deque
from typing import Any

import numpy as np

ALIGNMENT = 64  # bytes: a line of the cache, and what TensorFlow asks of memory that it takes over
KEPT = 12  # as many arrays as two layers use at once


def room(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """An array whose content is whatever was there."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    memory = np.asarray(_Lent(_taken(size + ALIGNMENT)))
    start = -memory.ctypes.data % ALIGNMENT
    return memory[start : start + size].view(dtype).reshape(shape)


_FREE: "deque[_Memory]" = deque(maxlen=KEPT)


class _Memory:
    def __init__(self, size: int) -> None:
        self.content = np.empty(size, np.uint8)


def give_back() -> None:
    """Leave to the system what is free now."""
    _FREE.clear()


class _Lent:
    """Memory that is free again when the last array in it is gone."""

    def __init__(self, memory: _Memory) -> None:
        self._memory, self.__array_interface__ = memory, memory.content.__array_interface__

    def __del__(self, free: Any = _FREE) -> None:
        free.append(self._memory)  # of the argument, as the module's own names may be gone when the process ends


def _taken(size: int) -> _Memory:
    for memory in list(_FREE):
        if memory.content.size == size:
            try:
                _FREE.remove(memory)
            except ValueError:  # another thread was first
                continue
            return memory
    return _Memory(size)
