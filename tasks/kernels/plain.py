"""What the loops over text and matches do, in NumPy and Python, where no machine code may be run."""

from collections.abc import Iterator
from itertools import chain

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tasks.kernels.suffix_index import FILTER_BITS, GRAM, hashes

BLOCK = 1 << 16  # places of a long text that are looked up at once


def code_points(text: np.ndarray, size: int) -> np.ndarray:
    """The code points of the characters that begin in the first `size` bytes, `(characters,)` uint32."""
    try:
        return np.frombuffer(text[:size].tobytes().decode().encode("utf-32-le"), "<u4")
    except UnicodeDecodeError:
        return np.fromiter(_invalid_code_points(text.tobytes(), size), np.uint32)


def _invalid_code_points(text: bytes, size: int) -> Iterator[int]:
    """The same of what is not valid: the first byte of a character alone tells how many follow."""
    at = 0
    while at < size:
        lead = text[at]
        length, mask = (1, 127) if lead < 128 else (2, 31) if lead < 224 else (3, 15) if lead < 240 else (4, 7)
        point = lead & mask
        for byte in text[at + 1 : at + length]:
            point = point << 6 | byte & 63
        yield point
        at += length


def find_words(
    ids: np.ndarray,
    letters: np.ndarray,
    joiners: np.ndarray,
    factors: np.ndarray,
    terms: np.ndarray,
    found: np.ndarray,
) -> int:
    """What `words.find_words` does.

    Args:
        ids: as there.
        letters: whether each of them is one, `(n,)` bool.
        joiners: as well.
        factors: as there.
        terms: as there.
        found: as there.
    """
    inside = np.zeros(len(ids) + 2, np.bool_)
    inside[1:-1] = letters
    inside[1:-1] |= joiners & inside[:-2] & inside[2:]
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    starts, ends, those = edges[::2], edges[1::2], ids[inside[1:-1]]
    columns = starts, ends, _numbers(factors[those], terms[those], ends - starts)
    for number, column in enumerate(columns):
        found[: len(starts), number] = column
    return len(starts)


def _numbers(factors: np.ndarray, terms: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The numbers of words, `(words,)` uint64, from what makes them: two neighbours become one, until one is left.

    Args:
        factors: of each letter and joiner of each word, uint64.
        terms: as well.
        lengths: of the words, at least 1.
    """
    while len(terms) > len(lengths):
        ranks = np.arange(len(terms)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        second = np.flatnonzero(ranks & 1)
        terms[second - 1] = terms[second - 1] * factors[second] + terms[second]
        factors[second - 1] *= factors[second]
        first = ranks & 1 == 0
        factors, terms, lengths = factors[first], terms[first], (lengths + 1) // 2
    return terms


def mark_known(numbers: np.ndarray, table: np.ndarray, known: np.ndarray) -> None:
    """What `words.mark_known` does, for the numbers of words alone."""
    slots = (numbers >> np.uint64(64 - (len(table) - 1).bit_length())).astype(np.int64)
    while len(numbers):
        held = table[slots]
        known[slots[held == numbers]] = 1
        left = (held != numbers) & (held != 0)
        numbers, slots = numbers[left], slots[left] + 1 & len(table) - 1


def match(
    text: np.ndarray,
    places: int,
    first: int,
    index: tuple[np.ndarray, np.ndarray, np.ndarray],
    longest: int,
    suffixes: np.ndarray,
    offsets: np.ndarray,
) -> None:
    """What `suffix_matches.match` does."""
    ids, slots, passing = index
    ours, theirs = (sliding_window_view(np.pad(each, (0, GRAM)), GRAM) for each in (text, ids))
    for start in range(0, places, BLOCK):
        found = hashes(text[start : min(start + BLOCK, places) + GRAM - 1])
        likely, low, high = _probed(found, slots, passing)
        at = start + likely
        # A range of suffixes has all of them the same first ids.
        same = (ours[at] == theirs[suffixes["place"][low]]).all(axis=1) & (low < high)
        at, low, high = at[same], low[same], high[same]
        while len(at):
            middle = (low + high) // 2
            there = suffixes["place"][middle].astype(np.int64)
            most, rest = np.minimum(longest, len(text) - at), len(ids) - there
            lengths = _common(ours, at, theirs, there, np.minimum(most, rest))
            _note(suffixes["best"], offsets, middle, lengths, first + at)
            ended = lengths == np.minimum(most, rest)
            before = np.where(ended, rest < most, theirs[there + lengths, 0] < ours[at + lengths, 0])
            low, high = np.where(before, middle + 1, low), np.where(before, high, middle)
            left = low < high
            at, low, high = at[left], low[left], high[left]


def _probed(found: np.ndarray, slots: np.ndarray, passing: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which hashes the filter lets pass, and the range of suffixes of each of those; an empty one where none is."""
    bits = (len(slots) - 1).bit_length()
    bit = found >> np.uint64(64 - bits - (FILTER_BITS.bit_length() - 1))
    likely = np.flatnonzero(passing[bit >> np.uint64(3)] >> (bit & np.uint64(7)) & np.uint64(1))
    slot = (found[likely] >> np.uint64(64 - bits)).astype(np.int64)
    while (other := (slots["end"][slot] != 0) & (slots["hash"][slot] != found[likely])).any():
        slot[other] = slot[other] + 1 & len(slots) - 1
    return likely, slots["first"][slot].astype(np.int64), slots["end"][slot].astype(np.int64)


def _common(ours: np.ndarray, at: np.ndarray, theirs: np.ndarray, there: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """How many ids places have in common with others, up to a limit each, if the first 8 are alike."""
    lengths = np.minimum(GRAM, limits)
    left = np.flatnonzero(lengths < limits)
    while len(left):
        unlike = ours[at[left] + lengths[left]] != theirs[there[left] + lengths[left]]
        differ = unlike.any(axis=1)
        lengths[left] += np.where(differ, unlike.argmax(axis=1), GRAM)
        left = left[~differ & (lengths[left] < limits[left])]
    return np.minimum(lengths, limits)


def _note(best: np.ndarray, offsets: np.ndarray, ranks: np.ndarray, lengths: np.ndarray, places: np.ndarray) -> None:
    """Note the longest match at each suffix, the first of equal ones; places ascend."""
    longer = np.flatnonzero(lengths > best[ranks])
    longer = longer[np.argsort(-lengths[longer], kind="stable")]
    noted, chosen = np.unique(ranks[longer], return_index=True)
    best[noted], offsets[noted] = lengths[longer][chosen], places[longer][chosen]


def spread(shared: np.ndarray, best: np.ndarray, offsets: np.ndarray) -> None:
    """What `suffix_spread.spread` does."""
    size, shares, lengths, places = len(best), shared.data, best.data, offsets.data
    upwards = zip(range(1, size), range(size - 1), range(size - 1), strict=True)
    downwards = zip(range(size - 2, -1, -1), range(size - 1, 0, -1), range(size - 2, -1, -1), strict=True)
    for rank, other, between in chain(upwards, downwards):
        least = min(shares[between], lengths[other])
        if least > lengths[rank]:
            lengths[rank], places[rank] = least, places[other]
