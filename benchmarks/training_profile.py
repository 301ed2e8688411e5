"""What a training step is made of: the time of each part alone, in milliseconds, and what is left for the rest.

The network is that of `training_speed.py`. Each part runs as often as in a step and with arrays of its own, as the step
has them: the products of both loops with the weights on the left, the gates forward and backward with what is kept of
each step, and the gradient of the recurrent weights. The rest is the output layer, the loss, the optimizer and the
bookkeeping.

    python benchmarks/training_profile.py --corpus tinyshakespeare.txt
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.side_by_side import arguments, median_seconds, run
from benchmarks.training_speed import (
    BATCH,
    LENGTH,
    STEPS,
    UNITS,
    WARM_UP,
    charflow,
    gradient_product,
    loop_products,
    made,
)


def _milliseconds(part: Callable[[], Any]) -> dict[str, float]:
    return {"milliseconds": 1000 * median_seconds(part, WARM_UP, STEPS)}


def whole(options: argparse.Namespace) -> dict[str, float]:
    """The step of charflow's own training loop."""
    return {"milliseconds": 1000 * BATCH * LENGTH / charflow(options, "auto")["characters_per_second"]}


def gates() -> Callable[[], Any]:
    """The gates of each place, what is kept of them, and their gradients."""
    import tensorflow as tf

    from tasks.model.scan import array_of, gate_gradients, gates_of

    @tf.function
    def both(z: tf.Tensor, bias: tf.Tensor, c: tf.Tensor, h: tf.Tensor) -> tf.Tensor:
        arrays = [array_of(dtype, LENGTH, rows, BATCH) for dtype, rows in kept_types]
        for t in tf.range(LENGTH):
            values = gates_of(z, bias, c)
            h, c, _ = values
            arrays = [array.write(t, value) for array, value in zip(arrays, values, strict=True)]
        hidden, cells, kept = arrays
        gradients = array_of(z.dtype, LENGTH, 4 * UNITS, BATCH)
        for t in tf.range(LENGTH):
            d_z, c = gate_gradients(kept.read(t), cells.read(t), c, hidden.read(t), h, c)
            gradients = gradients.write(t, d_z)
        return gradients.stack()[0, 0, 0]

    z, h = made(4 * UNITS, BATCH), made(UNITS, BATCH)
    kept_types = (h.dtype, UNITS), (tf.float32, UNITS), (tf.float32, 4 * UNITS)
    given = z, made(4 * UNITS, dtype="float32"), made(UNITS, BATCH, dtype="float32"), h
    return lambda: both(*given).numpy()


PEERS = {
    "whole step": whole,
    "products of the loops": lambda options: _milliseconds(loop_products()),
    "gates": lambda options: _milliseconds(gates()),
    "gradient of the recurrent weights": lambda options: _milliseconds(gradient_product()),
}


def shares(medians: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """How much of the step each part is, and the rest."""
    whole, *parts = (row["milliseconds"] for row in medians.values())
    named = {f"share of the {name}": part / whole for name, part in zip(list(medians)[1:], parts, strict=True)}
    return {**named, "share of the rest": 1 - sum(parts) / whole}


if __name__ == "__main__":
    run(arguments(__doc__.splitlines()[0], rounds=1).parse_args(), PEERS, shares)
