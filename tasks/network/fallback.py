"""A recurrent layer over a sequence in TensorFlow's own operations, gradients included: where no kernels run."""

from typing import Any

import tensorflow as tf

from tasks.network.cells import Cell


def scan(
    cell: Cell,
    table: tf.Tensor,
    indices: tf.Tensor,
    recurrent: tf.Tensor,
    *rest: tf.Tensor,
    dtype: tf.DType,
    keep: tf.Tensor | None = None,
) -> list[tf.Tensor]:
    """What the cell's scan computes, up to the last bits: products are in the same type, all else in float32.

    Args:
        cell: of the layer.
        table: as the cell's scan takes it.
        indices: as the cell's scan takes them.
        recurrent: `(units, gates * units)` float32.
        rest: the bias of the recurrent products, if the cell has one, and the states.
        dtype: type of the products.
        keep: as the cell's scan takes it.

    Returns:
        outputs `(time, batch, units)` in the type of the products, and the last states in float32.
    """
    count = len(cell.states)
    bias, states = rest[:-count], rest[-count:]
    inputs, start = tf.gather(table, indices), (tf.cast(states[0], dtype), states[-1])

    def step(before: tuple[tf.Tensor, tf.Tensor], given: Any) -> tuple[tf.Tensor, ...]:
        output, memory = before
        if keep is not None:
            given, kept = given
            output, memory = output * tf.cast(kept, dtype)[:, None], memory * kept[:, None]
        weights = tf.cast(recurrent, dtype)  # at each step, so that its gradient is added up in float32
        bias_of_both = (0.0, *bias) if bias else 0.0  # the inputs have theirs
        after = cell.step(tf.matmul(output, weights), given, bias_of_both, memory)
        return tuple(tf.ensure_shape(one, first.shape) for one, first in zip(after, start, strict=True))

    outputs, memories = tf.scan(step, inputs if keep is None else (inputs, keep), start)
    return [outputs, *[tf.cast(outputs[-1], tf.float32), memories[-1]][-count:]]
