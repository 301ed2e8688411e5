"""What a training step is made of: the time of each part alone, in milliseconds, and what is left for the rest.

The network is that of `training_speed.py`. Each part runs as often as in a step and with arrays of its own, as the step
has them: both loops, with their products and gates, the gradient of the recurrent weights, and the products of the
output layer. The rest is the loss, the optimizer, what lays the weights out for the loops, and the bookkeeping.

    python benchmarks/training_profile.py --corpus tinyshakespeare.txt
"""

import argparse
import functools
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.peers.shapes import STEPS, WARM_UP, Shape, add_shape, shape_of
from benchmarks.products import made, output_products
from benchmarks.side_by_side import arguments, median_seconds, run
from benchmarks.training_speed import charflow

VOCABULARY = 65  # characters of tiny Shakespeare


def _milliseconds(part: Callable[[], Any]) -> dict[str, float]:
    return {"milliseconds": 1000 * median_seconds(part, WARM_UP, STEPS)}


def whole(options: argparse.Namespace) -> dict[str, float]:
    """The step of charflow's own training loop."""
    return {"milliseconds": 1000 * shape_of(options).characters / charflow(options, "auto")["characters_per_second"]}


def loops(shape: Shape) -> tuple[Callable[[], Any], Callable[[], Any], Callable[[], Any]]:
    """The loops over a window, forward and backward, and the gradient of the recurrent weights."""
    import tensorflow as tf

    from tasks.kernels.layer import Layer
    from tasks.kernels.loops import loops_of
    from tasks.kernels.processor import this_processor
    from tasks.network.numerics import used_threads
    from tasks.network.precision import fastest_precision
    from tasks.network.scan import recurrent_gradient

    dtype, units = fastest_precision(), shape.units
    layer = Layer(units, dtype == "bfloat16", this_processor())
    both = loops_of(layer, shape.batch)
    # Random weights need not be packed: they are random all the same. Large ones would saturate the gates.
    weights = tf.cast(made(units, 4 * units, dtype="float32") / units**0.5, dtype).numpy()
    ahead, back = (weights.reshape(one.packed) for one in (layer.packing_forward, layer.packing_backward))
    state, outputs = made(shape.batch, units), made(shape.length, shape.batch, units).numpy()
    table = made(VOCABULARY, 4 * units, dtype="float32").numpy()
    indices = tf.random.uniform((shape.length, shape.batch), maxval=VOCABULARY, dtype=tf.int32).numpy()
    h, c, threads = state.numpy(), tf.cast(state, "float32").numpy(), used_threads()
    hidden, _, cells, gates, inputs = both.forward(threads, indices, table, ahead, h, c)
    given = outputs, cells, gates, c, c, VOCABULARY
    d_z, *_ = both.backward(threads, indices, back, *given)
    gradient = tf.function(functools.partial(recurrent_gradient, layer, *map(tf.constant, (hidden[:-1], inputs, d_z))))
    return (
        lambda: both.forward(threads, indices, table, ahead, h, c),
        lambda: both.backward(threads, indices, back, *given),
        lambda: gradient().numpy(),
    )


PEERS = {
    "whole step": whole,
    "loop forward": lambda options: _milliseconds(loops(shape_of(options))[0]),
    "loop backward": lambda options: _milliseconds(loops(shape_of(options))[1]),
    "gradient of the recurrent weights": lambda options: _milliseconds(loops(shape_of(options))[2]),
    "products of the output layer": lambda options: _milliseconds(output_products(shape_of(options), VOCABULARY)),
}


def shares(medians: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """How much of the step each part is, and the rest."""
    whole, *parts = (row["milliseconds"] for row in medians.values())
    named = {f"share of the {name}": part / whole for name, part in zip(list(medians)[1:], parts, strict=True)}
    return {**named, "share of the rest": 1 - sum(parts) / whole}


if __name__ == "__main__":
    run(add_shape(arguments(__doc__.splitlines()[0], rounds=1)).parse_args(), PEERS, shares)
