"""What many samples come to: the mean of a measure, and within what it would be for other such samples."""

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
    count = len(totals)
    drawn = np.random.default_rng(count).multinomial(count, np.full(count, 1 / count), RESAMPLES)
    low, high = np.percentile((drawn @ totals) / (drawn @ weights), INTERVAL)
    value, low, high = (round(float(figure), DIGITS) for figure in (totals.sum() / weights.sum(), low, high))
    return {"value": value, "low": low, "high": high}
