"""The LSTM over a sequence, forward and backward, as an operation of TensorFlow's with a gradient.

Only what depends on the step before is computed step by step, in machine code of its own. What the inputs add to the
products is looked up in a table, and the gradient of the recurrent weights is one product over all steps afterwards: in
code of its own where the processor has tiles, which TensorFlow does not keep busy. Products, and with them the outputs,
are in the given type, gates and cells in float32.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from tasks.kernels.layer import Layer, Packing
from tasks.kernels.loops import loops_of, weight_gradient
from tasks.kernels.lstm import GATES
from tasks.kernels.processor import this_processor
from tasks.network.numerics import used_threads

LoopsOf = Callable[[Layer, int], Any]


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
    layer, units = layer_of(recurrent, GATES, dtype, keep, differentiable), recurrent.shape[0]
    missing = layer.units - units
    if missing:
        table, recurrent = (wider_gates(weights, GATES, missing) for weights in (table, recurrent))
        recurrent = tf.pad(recurrent, [[0, missing], [0, 0]])
        h, c = (tf.pad(state, [[0, 0], [0, missing]]) for state in (h, c))
    kept = [] if keep is None else [keep]

    if differentiable:
        outputs, h, c = _with_gradient(layer, indices, dtype, kept)(table, recurrent, h, c)
    else:
        weights, states = tf.cast(recurrent, dtype), (tf.cast(h, dtype), c)
        hidden, c, *_ = run_forward(loops_of, layer, indices, table, weights, *states, *kept)
        outputs, h = hidden[1:], tf.cast(hidden[-1], tf.float32)
    return (outputs[..., :units], h[:, :units], c[:, :units]) if missing else (outputs, h, c)


def _with_gradient(layer: Layer, indices: tf.Tensor, dtype: tf.DType, kept: Sequence[tf.Tensor]) -> Callable[..., Any]:
    """The scan of a layer, of the table, recurrent weights and the states, of which it has the gradients."""

    @tf.custom_gradient
    def scan(table: tf.Tensor, recurrent: tf.Tensor, h: tf.Tensor, c: tf.Tensor) -> Any:
        weights = tf.cast(recurrent, dtype)
        hidden, last, *saved, inputs = run_forward(
            loops_of, layer, indices, table, weights, tf.cast(h, dtype), c, *kept
        )

        def gradient(d_outputs: tf.Tensor, d_h: tf.Tensor, d_c: tf.Tensor) -> Any:
            given = d_outputs, *saved, d_h, d_c, tf.shape(table)[0], *kept
            shapes = None, table.shape, d_h.shape, d_c.shape
            d_z, d_table, *d_states = run_backward(loops_of, layer, indices, weights, *given, shapes=shapes)
            return d_table, recurrent_gradient(layer, hidden[:-1], inputs, d_z, *kept), *d_states

        return (hidden[1:], tf.cast(hidden[-1], tf.float32), last), gradient

    return scan


def layer_of(recurrent: tf.Tensor, gates: int, dtype: tf.DType, keep: tf.Tensor | None, differentiable: bool) -> Layer:
    """The layer with these weights, with as many units more as fill the processor's vectors."""
    units, processor = recurrent.shape[0], this_processor()
    return Layer(
        units=units + -units % processor.lanes,
        bfloat16=dtype == tf.bfloat16,
        processor=processor,
        resets=keep is not None,
        differentiable=differentiable,
        gates=gates,
    )


def product(a: tf.Tensor, b: tf.Tensor, dtype: tf.DType, transpose_a: bool = False) -> tf.Tensor:
    """Matrix product of factors in the given type, to which sums are rounded too; the result is float32."""
    return tf.cast(tf.matmul(tf.cast(a, dtype), tf.cast(b, dtype), transpose_a=transpose_a), tf.float32)


def in_rows(sequence: tf.Tensor) -> tf.Tensor:
    """A sequence `(time, batch, n)` as a matrix `(time * batch, n)`."""
    return tf.reshape(sequence, (-1, sequence.shape[-1]))


def run_forward(
    loops: LoopsOf, layer: Layer, indices: tf.Tensor, table: tf.Tensor, weights: tf.Tensor, *given: tf.Tensor
) -> list[tf.Tensor]:
    """What the forward loop of a layer gives: outputs, the last memory, and what the backward loop reads.

    Args:
        loops: the loops of such a layer, for so many rows.
        layer: with these weights.
        indices: as the scan takes them.
        table: as the scan takes it.
        weights: the recurrent ones, in the type of the products.
        given: what else the loop takes.
    """

    def run(indices: np.ndarray, *given: Any) -> Any:
        return loops(layer, indices.shape[1]).forward(used_threads(), indices, *given)

    types = weights.dtype, tf.float32, tf.float32, tf.as_dtype(layer.gate_dtype), tf.bfloat16
    all_given = indices, table, packed(weights, layer.packing_forward), *given
    hidden, last, *others = tf.numpy_function(run, all_given, types, stateful=False)
    shape = indices.shape[1], layer.units
    return [tf.ensure_shape(hidden, (None, *shape)), tf.ensure_shape(last, shape), *others]


def run_backward(
    loops: LoopsOf,
    layer: Layer,
    indices: tf.Tensor,
    weights: tf.Tensor,
    *given: tf.Tensor,
    shapes: Sequence[tf.TensorShape | None],
) -> list[tf.Tensor]:
    """Gradients of the products' results, in their type, and three others in float32, of these shapes.

    Args:
        loops: as for `run_forward`, as is all that follows but the last two.
        layer: with these weights.
        indices: as the scan takes them.
        weights: the recurrent ones.
        given: what else the loop takes, the gradients of the outputs first.
        shapes: of what it gives.
    """

    def run(indices: np.ndarray, *given: Any) -> Any:
        return loops(layer, indices.shape[1]).backward(used_threads(), indices, *given)

    with tf.control_dependencies([given[0]]):  # not at the same time as the forward pass, which needs all processors
        weights_packed = packed(weights, layer.packing_backward)
    types = weights.dtype, *[tf.float32] * 3
    made = tf.numpy_function(run, (indices, weights_packed, *given), types, stateful=False)
    return [tf.ensure_shape(one, shape) for one, shape in zip(made, shapes, strict=True)]


def recurrent_gradient(
    layer: Layer, before: tf.Tensor, inputs: tf.Tensor, d_z: tf.Tensor, *keep: tf.Tensor
) -> tf.Tensor:
    """The gradient of the recurrent weights: a product over all steps of outputs before, or these in tiles, and d_z."""
    shape = layer.units, layer.gates * layer.units
    if layer.method != "tiles":
        for kept in keep:
            before *= tf.cast(kept, before.dtype)[..., None]
        d_z = tf.ensure_shape(d_z, (None, before.shape[1], shape[1]))
        return product(in_rows(before), in_rows(d_z), before.dtype, transpose_a=True)

    def run(inputs: np.ndarray, d_z: np.ndarray) -> np.ndarray:
        return weight_gradient(used_threads(), inputs, d_z)

    return tf.ensure_shape(tf.numpy_function(run, (inputs[:-1], d_z), tf.float32, stateful=False), shape)


def packed(weights: tf.Tensor, packing: Packing) -> tf.Tensor:
    """Weights as the loops read them."""
    return tf.transpose(tf.reshape(weights, packing.shape), packing.axes)


def wider_gates(weights: tf.Tensor, gates: int, missing: int) -> tf.Tensor:
    """Weights `(n, gates * units)` with so many units more, all of zeros, which stay zero."""
    units = weights.shape[1] // gates
    padded = tf.pad(tf.reshape(weights, (-1, gates, units)), [[0, 0], [0, 0], [0, missing]])
    return tf.reshape(padded, (-1, gates * (units + missing)))
