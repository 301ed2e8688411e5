"""Scales of a chart: from values to places, round ticks, and labels kept apart."""

import math
from collections.abc import Sequence
from typing import NamedTuple


class Scale(NamedTuple):
    """Leads `low` to `start` and `high` to `end`, and what lies between in proportion."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, count: int) -> list[float]:
        """Round values inside the scale, 1, 2 or 5 times a power of ten apart, about `count` of them."""
        rough = (self.high - self.low) / count
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(step for step in (power, 2 * power, 5 * power, 10 * power) if step >= rough)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(number * step, 10) for number in range(first, last + 1)]


def spread(places: Sequence[float], gap: float, lowest: float, highest: float) -> list[float]:
    """Ascending places moved as little as a single sweep each way can, so that they stand `gap` apart.

    What does not fit between `lowest` and `highest` overflows at `lowest`.
    """
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + gap if moved else lowest))
    limit = highest
    for number in range(len(moved) - 1, -1, -1):
        moved[number] = min(moved[number], limit)
        limit = moved[number] - gap
    return moved
