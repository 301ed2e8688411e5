"""The recommended temperature: the highest at which no fault is clear, beside the one nearest to real text."""

import math
from collections.abc import Mapping
from typing import TypedDict

from tasks.quality.verdict import FAULTS, Measures, extent, faults_of, tells


class Recommended(TypedDict):
    """Which temperature to sample at.

    `temperature` is that to begin with: `faultless`, the highest at which no fault is clear though it would show. Where
    there is none it is that of the least faults, if each has a clear one, and else the nearest of those without, of
    which there is too little text to tell (not `told`). `nearest` is the one whose samples are nearest to held-out text
    in bits per character: for text that varies as much as the corpus does. A model that fits is nearest at about 1 by
    construction.
    """

    temperature: float
    faultless: float | None
    nearest: float
    told: bool


def recommend(temperatures: Mapping[float, Measures], reference: Measures) -> Recommended:
    """The temperatures to sample at.

    Args:
        temperatures: estimates of the measures of each, by name; at least one.
        reference: of held-out text.
    """
    ascending = sorted(temperatures)
    by_bits = sorted(ascending, key=lambda t: _distance(temperatures[t], reference))
    sampled = [t for t in by_bits if temperatures[t].get("bits_per_character")] or by_bits
    without = [t for t in sampled if not faults_of(temperatures[t], reference)]
    faultless = max((t for t in without if tells(temperatures[t], reference)), default=None)
    if faultless is not None:
        chosen = faultless
    elif without:
        chosen = without[0]
    else:
        chosen = min(sampled, key=lambda t: (_extent(temperatures[t], reference), t))
    told = faultless is not None or not without
    return {"temperature": chosen, "faultless": faultless, "nearest": by_bits[0], "told": told}


def _extent(samples: Measures, reference: Measures) -> float:
    return sum(extent(fault, samples, reference) for fault in FAULTS)


def _distance(samples: Measures, reference: Measures) -> float:
    """By how many bits per character samples differ from held-out text."""
    here, there = samples.get("bits_per_character"), reference.get("bits_per_character")
    return math.inf if here is None or there is None else abs(float(here["value"] - there["value"]))
