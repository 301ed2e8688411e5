"""Splits: which ranges of the corpus are trained on, and which are held out."""

from collections.abc import Sequence

import numpy as np

from tasks.corpus.choices import HoldOut
from tasks.corpus.errors import CorpusError

MINIMUM_HELD_OUT = 64
SHORTEST_BLOCK, LONGEST_BLOCK = 256, 1 << 16
BLOCKS = 1000
MOST_UNITS = 1 << 20


def split_ranges(
    sources: Sequence[int],
    validation_fraction: float,
    test_fraction: float = 0.0,
    *,
    hold_out: HoldOut = "tail",
    documents: np.ndarray | None = None,
    seed: int = 1,
) -> dict[str, np.ndarray]:
    """The ranges of each split: train, validation, and test if it is to be any; together they are the corpus.

    - `tail` holds out the last part of each source, first validation text, then test text.
    - `documents` holds out whole documents, drawn without replacement until they have their share of the characters;
      where none is drawn for a split, being too long, the one that fits best.
    - `blocks` does so with blocks of a thousandth of the corpus, of 256 characters at least and 65,536 at most.

    Of more than a million documents, equal numbers that follow each other are drawn together.

    Args:
        sources: the characters of each source, in the order in which they make up the corpus.
        validation_fraction: share of the characters to validate on.
        test_fraction: share of the characters held out to the end.
        hold_out: what is held out.
        documents: where each document begins, ascending from 0, `(n,)` integers; for `documents` alone.
        seed: of what is drawn.

    Returns:
        by name, `(n, 2)` int64: start and end of each range, ascending, none next to another.

    Raises:
        CorpusError: a split would be too short to measure anything on, or there are fewer documents than splits.
    """
    total = sum(sources)
    if hold_out == "tail":
        chosen = _tails(sources, validation_fraction, test_fraction)
    else:
        starts = _units(total, documents if hold_out == "documents" else None)
        splits_wanted = 1 + (validation_fraction > 0) + (test_fraction > 0)
        if len(starts) < splits_wanted:
            raise CorpusError(
                f"too few {hold_out} ({len(starts)}) for {splits_wanted} splits; give more text, or another --hold-out"
            )
        chosen = _drawn(np.append(starts, total), validation_fraction, test_fraction, seed)
    splits = {name: _joined(ranges) for name, ranges in chosen.items()}
    _check(splits, total, test_fraction, hold_out)
    return {name: ranges for name, ranges in splits.items() if len(ranges)}


def characters_of(ranges: np.ndarray) -> int:
    """How many characters the ranges have together."""
    return int((ranges[:, 1] - ranges[:, 0]).sum())


def seams_of(ranges: np.ndarray, beginnings: np.ndarray) -> np.ndarray:
    """Where in a split a text begins that does not follow on what stands before it, ascending from 0, `(n,)` int64.

    Args:
        ranges: of the split, `(ranges, 2)`, ascending.
        beginnings: where texts begin in the corpus, ascending, `(m,)` integers; those within the ranges count.
    """
    lengths = ranges[:, 1] - ranges[:, 0]
    firsts = np.cumsum(lengths) - lengths
    number = np.searchsorted(ranges[:, 0], beginnings, side="right") - 1
    within = (number >= 0) & (beginnings < ranges[number, 1])
    return np.union1d(firsts, (beginnings - ranges[number, 0] + firsts[number])[within])


def _tails(sources: Sequence[int], validation_fraction: float, test_fraction: float) -> dict[str, np.ndarray]:
    lengths = np.array(sources, np.int64)
    starts = np.cumsum(lengths) - lengths
    train = np.array([int(length * (1 - validation_fraction - test_fraction)) for length in sources], np.int64)
    test = np.array([int(length * test_fraction) for length in sources], np.int64)
    bounds = [starts, starts + train, starts + lengths - test, starts + lengths]
    names = ("train", "validation", "test")
    return {name: np.stack(pair, 1) for name, *pair in zip(names, bounds, bounds[1:], strict=False)}


def _units(total: int, documents: np.ndarray | None) -> np.ndarray:
    """Where each unit begins of which whole ones are held out."""
    if documents is None:
        return np.arange(0, total, min(LONGEST_BLOCK, max(SHORTEST_BLOCK, total // BLOCKS)), dtype=np.int64)
    return np.asarray(documents[:: -(-len(documents) // MOST_UNITS)], np.int64)


def _drawn(bounds: np.ndarray, validation_fraction: float, test_fraction: float, seed: int) -> dict[str, np.ndarray]:
    order = np.random.default_rng(seed).permutation(len(bounds) - 1)
    lengths = np.diff(bounds)[order]
    # A unit goes where its middle falls, so that the shares come out right on average.
    middles = (np.cumsum(lengths) - lengths / 2) / bounds[-1]
    kinds = np.searchsorted([validation_fraction, validation_fraction + test_fraction], middles, side="right")
    _fill(kinds, lengths, [validation_fraction, test_fraction, 1 - validation_fraction - test_fraction])
    split_of = np.empty(len(order), np.int8)
    split_of[order] = kinds
    ranges = np.stack([bounds[:-1], bounds[1:]], 1)
    return {name: ranges[split_of == kind] for name, kind in (("train", 2), ("validation", 0), ("test", 1))}


def _fill(kinds: np.ndarray, lengths: np.ndarray, fractions: Sequence[float]) -> None:
    """Give each split that is too short the unit that fits it best, out of those that another one can spare."""
    for kind, fraction in enumerate(fractions):
        sizes = np.bincount(kinds, lengths, len(fractions))
        if fraction <= 0 or sizes[kind] >= MINIMUM_HELD_OUT:
            continue
        lacks = fraction * lengths.sum() - sizes[kind]
        can_go = (kinds != kind) & (sizes[kinds] - lengths >= MINIMUM_HELD_OUT)
        is_enough = can_go & (lengths + sizes[kind] >= MINIMUM_HELD_OUT)
        if is_enough.any():
            kinds[np.where(is_enough, np.abs(lengths - lacks), np.inf).argmin()] = kind


def _joined(ranges: np.ndarray) -> np.ndarray:
    """The ranges that are not empty; those that touch as one."""
    ranges = ranges[ranges[:, 1] > ranges[:, 0]]
    if not len(ranges):
        return ranges.astype(np.int64)
    apart = ranges[1:, 0] != ranges[:-1, 1]
    first, last = np.concatenate([[True], apart]), np.concatenate([apart, [True]])
    return np.stack([ranges[first, 0], ranges[last, 1]], 1).astype(np.int64)


def _check(splits: dict[str, np.ndarray], total: int, test_fraction: float, hold_out: HoldOut) -> None:
    option = {"train": "a smaller", "validation": "a larger", "test": "a larger"}
    for name, ranges in splits.items():
        characters = characters_of(ranges)
        if characters < MINIMUM_HELD_OUT and not (name == "test" and test_fraction == 0):
            which = "--test-fraction" if name == "test" else "--validation-fraction"
            other = ", or another --hold-out" if hold_out != "tail" else ""
            raise CorpusError(
                f"the {name} split would have {characters} of {total:,} characters; {MINIMUM_HELD_OUT} are the least; "
                f"give more text, or {option[name]} {which}{other}"
            )
