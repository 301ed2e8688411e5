"""The learning curve: the losses that training logged, step by step."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Point(NamedTuple):
    """A logged step; losses in bits per character, that of validation where it was measured."""

    step: int
    train: float
    validation: float | None


def read_curve(path: Path) -> list[Point]:
    """The logged steps of `metrics.jsonl`, whose losses are in nats."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    losses = [(line["step"], _bits(line["train_loss_nats"]), _bits(line["validation_loss_nats"])) for line in lines]
    return [Point(step, train, validation) for step, train, validation in losses if train is not None]


def best_of(points: Sequence[Point]) -> Point | None:
    """The point with the lowest validation loss, the first of equal ones."""
    validated = [point for point in points if point.validation is not None]
    return min(validated, key=lambda point: point.validation or 0.0, default=None)


def _bits(nats: float | None) -> float | None:
    return None if nats is None or not math.isfinite(nats) else nats / math.log(2)
