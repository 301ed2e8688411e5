"""What many samples come to: the mean of a measure, and within what it would be for other such samples."""

import functools
import math
from typing import TypedDict

import numpy as np

RESAMPLES = 1000
GROUPS = 1000
INTERVAL = (2.5, 97.5)
DIGITS = 6


class Estimate(TypedDict):
    """A mean, and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def standard_error(totals: np.ndarray, sizes: np.ndarray) -> float:
    """The standard error of the mean of many things that are known by the totals of independent groups.

    Args:
        totals: of the groups, `(groups,)` float64.
        sizes: how many things each group has, `(groups,)`; groups of none do not count.

    Returns:
        no number if there are fewer than two groups.
    """
    totals, sizes = totals[sizes > 0], sizes[sizes > 0]
    count = len(sizes)
    if count < 2:
        return math.nan
    beyond = totals - sizes * totals.sum() / sizes.sum()
    return float(np.sqrt((beyond**2).sum() * count / (count - 1)) / sizes.sum())


def estimate(values: np.ndarray, characters: np.ndarray) -> Estimate | None:
    """The mean of a measure over samples, weighted by their characters, with a 95 % bootstrap interval.

    The interval holds the middle 95 % of the means of 1000 resamples (Efron 1979, the percentile method), drawn from a
    fixed seed. Of more than 1000 samples groups are drawn, which gives the same interval in bounded time.

    Args:
        values: of each sample, `(samples,)` float64; no number where the measure does not apply.
        characters: of each sample, `(samples,)`.

    Returns:
        None if the measure applies to no sample.
    """
    applies = ~np.isnan(values) & (characters > 0)
    if not applies.any():
        return None
    weights = characters[applies].astype(np.float64)
    groups = np.arange(len(weights)) % GROUPS
    totals = np.bincount(groups, weights * values[applies])
    weights = np.bincount(groups, weights)
    drawn = _resamples(len(totals))
    low, high = np.percentile((drawn @ totals) / (drawn @ weights), INTERVAL)
    value, low, high = (round(float(figure), DIGITS) for figure in (totals.sum() / weights.sum(), low, high))
    return {"value": value, "low": low, "high": high}


@functools.lru_cache(maxsize=2)  # the measures of one set of samples are of as many groups, but for a few
def _resamples(groups: int) -> np.ndarray:
    """How often each resample has each group, `(RESAMPLES, groups)` float64."""
    drawn = np.random.default_rng(groups).multinomial(groups, np.full(groups, 1 / groups), RESAMPLES)
    return drawn.astype(np.float64)
