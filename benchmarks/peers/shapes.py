"""What every peer of a benchmark trains or draws from: the shape of the network, and the windows that it sees."""

import argparse
import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from benchmarks.side_by_side import median_seconds, text_of
from tasks.learning.hyperparameters import USUAL_BATCH
from tasks.learning.presets import PRESETS

WARM_UP, STEPS = 4, 16

ShapeName = Literal["notebook", "quick"]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A network of one LSTM layer between an embedding and an output layer, and the windows of a training step."""

    units: int
    embedding: int
    batch: int
    length: int

    @property
    def characters(self) -> int:
        """How many a training step sees."""
        return self.batch * self.length


def _shape_of_preset(name: ShapeName) -> Shape:
    values = PRESETS[name].training
    return Shape(
        units=values["units"],
        embedding=values["embedding_dim"],
        batch=values["batch_size"] or USUAL_BATCH,
        length=values["seq_length"],
    )


SHAPES: dict[ShapeName, Shape] = {"notebook": _shape_of_preset("notebook"), "quick": _shape_of_preset("quick")}


def add_shape(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The same options, and the choice of a shape."""
    parser.add_argument("--shape", choices=list(SHAPES), default="notebook", help="of the notebook or preset quick")
    return parser


def shape_of(options: argparse.Namespace) -> Shape:
    """The shape that was chosen."""
    return SHAPES[options.shape]


def ids_of(options: argparse.Namespace) -> tuple[Any, int]:
    """The ids of the corpus, `tasks.data.ids.Ids`, and the size of its vocabulary."""
    from tasks.data.ids import Ids
    from tasks.text.vocabulary import vocabulary_of

    text = text_of(options)
    vocabulary = vocabulary_of(text)
    return Ids.of(vocabulary.encode(text)), vocabulary.size


def windows(ids: Any, shape: Shape) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Inputs and targets of one training step after the other, `(batch, length)` int32 each, as charflow has them."""
    from tasks.data.batches import Streams

    streams = Streams(ids=ids, batch_size=shape.batch, sequence_length=shape.length, seed=1)
    return ((batch.inputs, batch.targets) for batch in map(streams.batch, itertools.count()))


def rate(step: Callable[[], Any], characters: int, warm_up: int = WARM_UP, steps: int = STEPS) -> dict[str, float]:
    """Characters per second of the median step."""
    return {"characters_per_second": characters / median_seconds(step, warm_up, steps)}


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
