"""What every peer draws from, and how much: 256 samples at once, or one alone."""

import argparse
import functools
from collections.abc import Callable, Mapping

from benchmarks.peers.shapes import rate
from benchmarks.side_by_side import Peer

UNITS, EMBEDDING, CHARACTERS = 1024, 256, 65
TEMPERATURE = 0.8
ROWS, LENGTH = 256, 32
ALONE_LENGTH = 100
WARM_UP, STEPS = 2, 7

Draw = Callable[[], None]
Way = Callable[[int, int], Draw]


def drawn(draw: Draw, characters: int) -> dict[str, float]:
    """Characters per second of the median call."""
    return rate(draw, characters, WARM_UP, STEPS)


def at_once(ways: Mapping[str, Way]) -> dict[str, Peer]:
    """Peers that draw many samples at once, of functions that take the number of samples and their length."""
    return {name: functools.partial(_measured, way, ROWS, LENGTH) for name, way in ways.items()}


def alone(ways: Mapping[str, Way]) -> dict[str, Peer]:
    """Peers that draw one sample."""
    return {f"{name}, alone": functools.partial(_measured, way, 1, ALONE_LENGTH) for name, way in ways.items()}


def _measured(way: Way, rows: int, length: int, options: argparse.Namespace) -> dict[str, float]:
    return drawn(way(rows, length), rows * length)
