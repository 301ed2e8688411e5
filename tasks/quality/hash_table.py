"""Hash tables that loops of machine code look up in."""

import numpy as np


def slots_of(numbers: np.ndarray) -> tuple[int, np.ndarray]:
    """The size of a hash table for distinct numbers, and the slot of each: `(n,)` int64.

    The size is a power of two, at least twice as many as they are. A number's slot is the first free one from that on
    which its upper bits say.
    """
    bits = max(1, (2 * len(numbers)).bit_length())
    taken = np.zeros(1 << bits, bool)
    slots = (numbers >> np.uint64(64 - bits)).astype(np.int64)
    left = np.arange(len(numbers))
    while len(left):
        free = left[~taken[slots[left]]]
        _, first = np.unique(slots[free], return_index=True)
        taken[slots[free[first]]] = True
        left = np.setdiff1d(left, free[first], assume_unique=True)
        slots[left] = slots[left] + 1 & (1 << bits) - 1
    return 1 << bits, slots
