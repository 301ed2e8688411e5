"""The index of short texts that the matches of a long one are looked up in: its records, hashes and filter."""

import numpy as np

GRAM = 8  # ids that are looked up at once
FACTORS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
WORD = 8
FILTER_BITS = 4  # for each slot of a hash table; a power of two
# What a hash table holds of suffixes that begin with the same 8 ids: their hash, the first such suffix in their order
# and the first after those; all 0 where there is none.
SLOT = np.dtype([("hash", np.uint64), ("first", np.int32), ("end", np.int32)])
# What is at hand of a suffix: the ids after its first 8, as many as 8 bytes hold, in a number that sorts as they do;
# where it begins, and its longest match yet.
SUFFIX = np.dtype([("word", np.uint64), ("place", np.int32), ("best", np.int32)])


def hashes(ids: np.ndarray) -> np.ndarray:
    """A number for the 8 ids at each place but the last 7, as the loop makes it: uint64."""
    count, width = max(0, len(ids) - GRAM + 1), ids.itemsize
    content = np.ascontiguousarray(ids).view(np.uint8)
    total = np.zeros(count, np.uint64)
    for number in range(width):
        words = np.ndarray(count, "<u8", content, number * WORD, (width,)) if count else total
        total += words * np.uint64(FACTORS[number])
    return (total ^ (total >> np.uint64(32))) * np.uint64(FACTORS[0])


def filter_of(found: np.ndarray, size: int) -> np.ndarray:
    """A bit for each value of the upper bits of a hash, set where a hash of a table has those: `(size // 2,)` uint8.

    Most other hashes are told by it, which is small enough for a near cache of the processor.

    Args:
        found: the hashes, uint64.
        size: slots of the table, a power of two.
    """
    bits = (size * FILTER_BITS - 1).bit_length()
    known = np.zeros(size * FILTER_BITS, np.bool_)
    known[found >> np.uint64(64 - bits)] = True
    return np.packbits(known, bitorder="little")


def suffixes_of(ids: np.ndarray, order: np.ndarray) -> np.ndarray:
    """The suffixes of ids in their order, `(n,)` of `SUFFIX`, without matches.

    Args:
        ids: of 1, 2 or 4 bytes, `(n,)`.
        order: their suffix array.
    """
    padded = np.concatenate([ids, np.zeros(GRAM + WORD, ids.dtype)]).astype(ids.dtype.newbyteorder(">"))
    suffixes = np.zeros(len(ids), SUFFIX)
    words = np.ndarray(len(ids), ">u8", padded, GRAM * ids.itemsize, (ids.itemsize,))
    suffixes["word"], suffixes["place"] = words[order], order
    return suffixes
