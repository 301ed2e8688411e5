"""What a training step is made of: the time of each part alone, in milliseconds, and what is left for the rest.

The network is that of `training_speed.py`. Each part runs as often as in a step and with arrays of its own, as the step
has them: the products of both loops with the weights on the left, the gates forward and backward with what is kept of
each step, and the gradient of the recurrent weights. The rest is the output layer, the loss, the optimizer and the
bookkeeping.

    python benchmarks/training_profile.py --corpus tinyshakespeare.txt
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.side_by_side import arguments, run
from benchmarks.training_speed import BATCH, LENGTH, UNITS, charflow

if TYPE_CHECKING:
    import tensorflow as tf

REPEATS, WARM_UP = 12, 3


def _milliseconds(part: Callable[[], Any]) -> dict[str, float]:
    seconds = []
    for _ in range(WARM_UP + REPEATS):
        started = time.perf_counter()
        part()
        seconds.append(time.perf_counter() - started)
    return {"milliseconds": 1000 * statistics.median(seconds[WARM_UP:])}


def _made(*shape: int, exact: bool = False) -> "tf.Tensor":
    import tensorflow as tf

    from tasks.model.precision import fastest_precision

    return tf.cast(tf.random.normal(shape), tf.float32 if exact else fastest_precision())


def whole(options: argparse.Namespace) -> dict[str, float]:
    """The step of charflow's own training loop."""
    return {"milliseconds": 1000 * BATCH * LENGTH / charflow(options, "auto")["characters_per_second"]}


def loop_products(_: argparse.Namespace) -> dict[str, float]:
    """One product forward and one backward for each place of a window."""
    import tensorflow as tf

    @tf.function
    def products(weights: tf.Tensor, turned: tf.Tensor, h: tf.Tensor, d_z: tf.Tensor) -> tf.Tensor:
        for _ in tf.range(LENGTH):
            z, d_h = tf.matmul(turned, h), tf.matmul(weights, d_z)
            h, d_z = h + z[:UNITS] * 0, d_z + tf.concat([d_h] * 4, 0) * 0
        return h[0, 0] + d_z[0, 0]  # both, or TensorFlow leaves one of the products out

    weights = _made(UNITS, 4 * UNITS)
    given = weights, tf.transpose(weights), _made(UNITS, BATCH), _made(4 * UNITS, BATCH)
    return _milliseconds(lambda: products(*given).numpy())


def gates(_: argparse.Namespace) -> dict[str, float]:
    """The gates of each place, what is kept of them, and their gradients."""
    import tensorflow as tf

    from tasks.model import scan

    @tf.function
    def both(z: tf.Tensor, bias: tf.Tensor, c: tf.Tensor, h: tf.Tensor) -> tf.Tensor:
        kept = [scan._array(each, LENGTH) for each in (h, c, tf.concat([c] * 4, 0), z)]
        for t in tf.range(LENGTH):
            h, c, gate = scan._gates(z, bias, c)
            kept = [array.write(t, value) for array, value in zip(kept, (h, c, gate, z), strict=True)]
        for t in tf.range(LENGTH):
            d_z, c = scan._gate_gradients(kept[2].read(t), kept[1].read(t), c, kept[0].read(t), h, c)
            kept[3] = kept[3].write(t, d_z)
        return kept[3].stack()[0, 0, 0] + kept[0].stack()[0, 0, 0]

    given = _made(4 * UNITS, BATCH), _made(4 * UNITS, exact=True), _made(UNITS, BATCH, exact=True), _made(UNITS, BATCH)
    return _milliseconds(lambda: both(*given).numpy())


def weight_gradient(_: argparse.Namespace) -> dict[str, float]:
    """The gradient of the recurrent weights over a whole window."""
    import tensorflow as tf

    hidden, d_z = _made(UNITS, BATCH * LENGTH), _made(4 * UNITS, BATCH * LENGTH)
    product = tf.function(lambda: tf.cast(tf.matmul(hidden, d_z, transpose_b=True), tf.float32))
    return _milliseconds(lambda: product()[0, 0].numpy())


PEERS = {
    "whole step": whole,
    "products of the loops": loop_products,
    "gates": gates,
    "gradient of the recurrent weights": weight_gradient,
}


def shares(medians: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """How much of the step each part is, and the rest."""
    whole, *parts = (row["milliseconds"] for row in medians.values())
    named = {f"share of the {name}": part / whole for name, part in zip(list(medians)[1:], parts, strict=True)}
    return {**named, "share of the rest": 1 - sum(parts) / whole}


if __name__ == "__main__":
    run(arguments(__doc__.splitlines()[0], rounds=1).parse_args(), PEERS, shares)
