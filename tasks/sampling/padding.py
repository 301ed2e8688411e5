"""How many rows the loop has: few for few samples, but only where that changes no bit of any."""

from typing import Any

import numpy as np
import tensorflow as tf

ROWS = 256
SMALLER = (16, 64, 128)


def fewest_rows(layers: Any, needed: int) -> int:
    """The smallest number of rows at which every product gives the same bits as at 256."""
    kernels = [w for n, weights in enumerate(layers) for m, w in enumerate(weights) if m < 2 and (n, m) != (0, 0)]
    kernels = [kernel for kernel in kernels if kernel.shape.rank == 2]
    for rows in (rows for rows in SMALLER if rows >= needed):
        if all(_same_bits(kernel, rows) for kernel in kernels):
            return rows
    return ROWS


def _same_bits(kernel: tf.Tensor, rows: int) -> bool:
    random = np.random.default_rng(rows).uniform(-1, 1, (ROWS, kernel.shape[0]))
    x = tf.cast(tf.constant(random, tf.float32), kernel.dtype)
    return bool(tf.reduce_all(_product(x, kernel)[:rows] == _product(x[:rows], kernel)))


@tf.function(autograph=False, reduce_retracing=True)  # kernels are of many shapes
def _product(x: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    return tf.matmul(x, kernel)
