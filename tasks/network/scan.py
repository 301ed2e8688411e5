"""The LSTM over a sequence, forward and backward, as an operation of TensorFlow's with a gradient.

Only what depends on the step before is computed step by step, in machine code of its own. What the inputs add to the
products is looked up in a table, and the gradient of the recurrent weights is one product over all steps afterwards: in
code of its own where the processor has tiles, which TensorFlow does not keep busy. Products, and with them the outputs,
are in the given type, gates and cells in float32.
"""

from typing import Any

import numpy as np
import tensorflow as tf

from tasks.kernels.layer import GATES, Layer, Packing
from tasks.kernels.loops import loops_of, weight_gradient
from tasks.kernels.processor import this_processor
from tasks.network.numerics import used_threads


def lstm_scan(
    table: tf.Tensor,
    indices: tf.Tensor,
    recurrent: tf.Tensor,
    h: tf.Tensor,
    c: tf.Tensor,
    dtype: tf.DType,
    keep: tf.Tensor | None = None,
    *,
    differentiable: bool = True,
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Outputs and last states of an LSTM (Hochreiter and Schmidhuber 1997, with forget gate) over a sequence.

    Args:
        table: what inputs add to the products, `(n, 4 * units)` float32, gates in the order i f c o, as Keras has them.
        indices: the row of the table for each step and row of the batch, `(time, batch)` int32.
        recurrent: `(units, 4 * units)` float32.
        h: first output, `(batch, units)` float32.
        c: first cell, `(batch, units)` float32.
        dtype: type of the products.
        keep: 0 at steps before which the state is reset to zero, else 1, `(time, batch)` float32; None: it never is.
        differentiable: whether a gradient can be taken, for which all gates are kept.

    Returns:
        outputs `(time, batch, units)` in the type of the products, the last h and the last c in float32.
    """
    units, processor = recurrent.shape[0], this_processor()
    missing = -units % processor.lanes
    if missing:
        table, recurrent = (_wider_gates(weights, missing) for weights in (table, recurrent))
        recurrent = tf.pad(recurrent, [[0, missing], [0, 0]])
        h, c = (tf.pad(state, [[0, 0], [0, missing]]) for state in (h, c))
    layer = Layer(
        units=units + missing,
        bfloat16=dtype == tf.bfloat16,
        processor=processor,
        resets=keep is not None,
        differentiable=differentiable,
    )
    kept = [] if keep is None else [keep]

    @tf.custom_gradient
    def scan(table: tf.Tensor, recurrent: tf.Tensor, h: tf.Tensor, c: tf.Tensor) -> Any:
        weights = tf.cast(recurrent, dtype)
        hidden, cells, gates = _forward(layer, indices, table, weights, h, c, *kept)

        def gradient(d_outputs: tf.Tensor, d_h: tf.Tensor, d_c: tf.Tensor) -> Any:
            made = d_outputs, cells, gates, d_h, d_c
            d_z, d_table, *d_states = _backward(layer, indices, table, weights, *made, *kept)
            before = hidden[:-1] if keep is None else hidden[:-1] * tf.cast(keep, dtype)[..., None]
            return d_table, _weight_gradient(layer, before, d_z, dtype), *d_states

        return (hidden[1:], tf.cast(hidden[-1], tf.float32), cells[-1]), gradient

    if differentiable:
        outputs, h, c = scan(table, recurrent, h, c)
    else:
        hidden, cells, _ = _forward(layer, indices, table, tf.cast(recurrent, dtype), h, c, *kept)
        outputs, h, c = hidden[1:], tf.cast(hidden[-1], tf.float32), cells[-1]
    return (outputs[..., :units], h[:, :units], c[:, :units]) if missing else (outputs, h, c)


def product(a: tf.Tensor, b: tf.Tensor, dtype: tf.DType, transpose_a: bool = False) -> tf.Tensor:
    """Matrix product of factors in the given type, to which sums are rounded too; the result is float32."""
    return tf.cast(tf.matmul(tf.cast(a, dtype), tf.cast(b, dtype), transpose_a=transpose_a), tf.float32)


def in_rows(sequence: tf.Tensor) -> tf.Tensor:
    """A sequence `(time, batch, n)` as a matrix `(time * batch, n)`."""
    return tf.reshape(sequence, (-1, sequence.shape[-1]))


def _forward(
    layer: Layer,
    indices: tf.Tensor,
    table: tf.Tensor,
    weights: tf.Tensor,
    h: tf.Tensor,
    c: tf.Tensor,
    *keep: tf.Tensor,
) -> list[tf.Tensor]:
    """Hidden states and cells, the first ones before any step, and the gates of each step."""

    def run(indices: np.ndarray, *given: Any) -> Any:
        return loops_of(layer, indices.shape[1]).forward(used_threads(), indices, *given)

    batch, units = c.shape
    given = indices, table, _packed(weights, layer.packing_forward), tf.cast(h, weights.dtype), c, *keep
    made = tf.numpy_function(run, given, (weights.dtype, tf.float32, tf.float32), stateful=False)
    return [tf.ensure_shape(one, (None, batch, n * units)) for one, n in zip(made, (1, 1, GATES), strict=True)]


def _backward(
    layer: Layer,
    indices: tf.Tensor,
    table: tf.Tensor,
    weights: tf.Tensor,
    d_outputs: tf.Tensor,
    cells: tf.Tensor,
    gates: tf.Tensor,
    d_h: tf.Tensor,
    d_c: tf.Tensor,
    *keep: tf.Tensor,
) -> list[tf.Tensor]:
    """Gradients of the products' results, in their type, of the table and of the first states."""

    def run(indices: np.ndarray, *given: Any) -> Any:
        return loops_of(layer, indices.shape[1]).backward(used_threads(), indices, *given)

    with tf.control_dependencies([d_outputs]):  # not at the same time as the forward pass, which needs all processors
        packed = _packed(weights, layer.packing_backward)
    given = indices, packed, d_outputs, cells, gates, d_h, d_c, tf.shape(table)[0], *keep
    made = tf.numpy_function(run, given, (weights.dtype, *[tf.float32] * 3), stateful=False)
    shapes = gates.shape, table.shape, d_h.shape, d_c.shape
    return [tf.ensure_shape(one, shape) for one, shape in zip(made, shapes, strict=True)]


def _weight_gradient(layer: Layer, before: tf.Tensor, d_z: tf.Tensor, dtype: tf.DType) -> tf.Tensor:
    """The gradient of the recurrent weights: a product over all steps."""
    if layer.method != "tiles":
        return product(in_rows(before), in_rows(d_z), dtype, transpose_a=True)

    def run(before: np.ndarray, d_z: np.ndarray) -> np.ndarray:
        return weight_gradient(used_threads(), before, d_z)

    made = tf.numpy_function(run, (before, d_z), tf.float32, stateful=False)
    return tf.ensure_shape(made, (before.shape[-1], d_z.shape[-1]))


def _packed(weights: tf.Tensor, packing: Packing) -> tf.Tensor:
    return tf.transpose(tf.reshape(weights, packing.shape), packing.axes)


def _wider_gates(weights: tf.Tensor, missing: int) -> tf.Tensor:
    """Weights `(n, 4 * units)` with so many units more, all of zeros, which stay zero."""
    units = weights.shape[1] // GATES
    gates = tf.pad(tf.reshape(weights, (-1, GATES, units)), [[0, 0], [0, 0], [0, missing]])
    return tf.reshape(gates, (-1, GATES * (units + missing)))
