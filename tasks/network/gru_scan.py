"""The GRU over a sequence, forward and backward, as an operation of TensorFlow's with a gradient: see `lstm_scan`."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from tasks.kernels.gru import GATES
from tasks.kernels.gru_loops import gru_loops_of
from tasks.kernels.layer import Layer
from tasks.network.scan import layer_of, recurrent_gradient, run_backward, run_forward, wider_gates


def gru_scan(
    table: tf.Tensor,
    indices: tf.Tensor,
    recurrent: tf.Tensor,
    bias: tf.Tensor,
    h: tf.Tensor,
    dtype: tf.DType,
    keep: tf.Tensor | None = None,
    *,
    differentiable: bool = True,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Outputs and last state of a GRU (Cho et al. 2014), its reset gate after the product, over a sequence.

    Args:
        table: what inputs add to the products, `(n, 3 * units)` float32, gates in the order z r h, as Keras has them.
        indices: the row of the table for each step and row of the batch, `(time, batch)` int32.
        recurrent: `(units, 3 * units)` float32.
        bias: of the recurrent products, `(3 * units,)` float32.
        h: first state, `(batch, units)` float32.
        dtype: type of the products.
        keep: 0 at steps before which the state is reset to zero, else 1, `(time, batch)` float32; None: it never is.
        differentiable: whether a gradient can be taken, for which all gates are saved.

    Returns:
        outputs `(time, batch, units)` in the type of the products, and the last state in float32.
    """
    layer, units = layer_of(recurrent, GATES, dtype, keep, differentiable), recurrent.shape[0]
    missing, bias = layer.units - units, bias[tf.newaxis]
    if missing:
        table, recurrent, bias = (wider_gates(weights, GATES, missing) for weights in (table, recurrent, bias))
        recurrent, h = tf.pad(recurrent, [[0, missing], [0, 0]]), tf.pad(h, [[0, 0], [0, missing]])
    kept = [] if keep is None else [keep]

    bias = tf.reshape(bias, (GATES, layer.units))
    if differentiable:
        outputs, h = _with_gradient(layer, indices, dtype, kept)(table, recurrent, bias, h)
    else:
        weights = tf.cast(recurrent, dtype)
        hidden, h, *_ = run_forward(gru_loops_of, layer, indices, table, weights, bias, h, *kept)
        outputs = hidden[1:]
    return (outputs[..., :units], h[:, :units]) if missing else (outputs, h)


def _with_gradient(layer: Layer, indices: tf.Tensor, dtype: tf.DType, kept: Sequence[tf.Tensor]) -> Callable[..., Any]:
    """The scan of a layer, of the table, recurrent weights, the bias and the state, of which it has the gradients."""

    @tf.custom_gradient
    def scan(table: tf.Tensor, recurrent: tf.Tensor, bias: tf.Tensor, h: tf.Tensor) -> Any:
        weights = tf.cast(recurrent, dtype)
        hidden, last, *saved, inputs = run_forward(gru_loops_of, layer, indices, table, weights, bias, h, *kept)

        def gradient(d_outputs: tf.Tensor, d_h: tf.Tensor) -> Any:
            given = d_outputs, *saved, d_h, tf.shape(table)[0], *kept
            shapes = None, table.shape, bias.shape, d_h.shape
            d_z, d_table, *d_rest = run_backward(gru_loops_of, layer, indices, weights, *given, shapes=shapes)
            return d_table, recurrent_gradient(layer, hidden[:-1], inputs, d_z, *kept), *d_rest

        return (hidden[1:], last), gradient

    return scan
