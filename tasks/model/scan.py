"""The LSTM over a sequence, forward and backward, made for CPUs.

Only what depends on the step before stays in the loops: one product each. The gradient of the recurrent weights is
one large product over all steps afterwards, and the products with the inputs happen outside. Products run in the
given type, states and gates in float32.
"""

from typing import Any

import tensorflow as tf


def product(a: tf.Tensor, b: tf.Tensor, dtype: tf.DType, **options: Any) -> tf.Tensor:
    """Matrix product in the given type, result in float32."""
    return tf.cast(tf.matmul(tf.cast(a, dtype), tf.cast(b, dtype), **options), tf.float32)


def lstm_scan(
    projected: tf.Tensor, recurrent: tf.Tensor, h: tf.Tensor, c: tf.Tensor, dtype: tf.DType
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Outputs and last states of an LSTM (Hochreiter and Schmidhuber 1997, with forget gate) over a sequence.

    Args:
        projected: inputs times kernel plus bias, `(time, batch, 4 * units)` float32, gates in the order i f c o.
        recurrent: recurrent kernel, `(units, 4 * units)`.
        h: output before the first step, `(batch, units)`.
        c: cell state before the first step, `(batch, units)`.
        dtype: type of the products.

    Returns:
        outputs `(time, batch, units)`, the last h and the last c.
    """

    @tf.custom_gradient
    def scan(projected: tf.Tensor, recurrent: tf.Tensor, h: tf.Tensor, c: tf.Tensor) -> Any:
        weights = tf.cast(recurrent, dtype)
        outputs, gates, cells = _forward(projected, weights, h, c, dtype)

        def gradient(d_outputs: tf.Tensor, d_h: tf.Tensor, d_c: tf.Tensor) -> Any:
            before = tf.concat([h[None], outputs[:-1]], 0)
            cells_before = tf.concat([c[None], cells[:-1]], 0)
            d_projected, d_h, d_c = _backward(weights, gates, cells, cells_before, (d_outputs, d_h, d_c), dtype)
            units, rows = tf.shape(recurrent)[0], (-1, tf.shape(recurrent)[1])
            d_recurrent = product(
                tf.reshape(before, (-1, units)), tf.reshape(d_projected, rows), dtype, transpose_a=True
            )
            return d_projected, d_recurrent, d_h, d_c

        return (outputs, outputs[-1], cells[-1]), gradient

    return scan(projected, recurrent, h, c)


def _forward(
    projected: tf.Tensor, weights: tf.Tensor, h: tf.Tensor, c: tf.Tensor, dtype: tf.DType
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    steps, units = tf.shape(projected)[0], weights.shape[0]

    def body(t: tf.Tensor, h: tf.Tensor, c: tf.Tensor, kept: Any) -> Any:
        z = projected[t] + product(h, weights, dtype)
        first = tf.sigmoid(z[:, : 2 * units])
        g, o = tf.tanh(z[:, 2 * units : 3 * units]), tf.sigmoid(z[:, 3 * units :])
        c = first[:, units:] * c + first[:, :units] * g
        h = o * tf.tanh(c)
        values = (h, tf.concat([first, g, o], 1), c)
        return t + 1, h, c, [array.write(t, value) for array, value in zip(kept, values, strict=True)]

    kept = [tf.TensorArray(tf.float32, size=steps, element_shape=(None, n * units)) for n in (1, 4, 1)]
    _, _, _, kept = tf.while_loop(lambda t, *_: t < steps, body, (0, h, c, kept), maximum_iterations=steps)
    outputs, gates, cells = (array.stack() for array in kept)
    return outputs, gates, cells


def _backward(
    weights: tf.Tensor,
    gates: tf.Tensor,
    cells: tf.Tensor,
    cells_before: tf.Tensor,
    incoming: tuple[tf.Tensor, tf.Tensor, tf.Tensor],
    dtype: tf.DType,
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    d_outputs, d_h, d_c = incoming
    steps = tf.shape(gates)[0]

    def body(k: tf.Tensor, d_h: tf.Tensor, d_c: tf.Tensor, kept: tf.TensorArray) -> Any:
        t = steps - 1 - k
        i, f, g, o = tf.split(gates[t], 4, 1)
        squashed = tf.tanh(cells[t])
        d_h = d_h + d_outputs[t]
        d_c = d_c + d_h * o * (1 - squashed * squashed)
        d_z = tf.concat(
            [
                d_c * g * i * (1 - i),
                d_c * cells_before[t] * f * (1 - f),
                d_c * i * (1 - g * g),
                d_h * squashed * o * (1 - o),
            ],
            1,
        )
        return k + 1, product(d_z, weights, dtype, transpose_b=True), d_c * f, kept.write(t, d_z)

    kept = tf.TensorArray(tf.float32, size=steps, element_shape=(None, weights.shape[1]))
    start = (0, d_h, d_c, kept)
    _, d_h, d_c, kept = tf.while_loop(lambda k, *_: k < steps, body, start, maximum_iterations=steps)
    return kept.stack(), d_h, d_c
