"""The LSTM over a sequence, forward and backward, made for CPUs.

Only what depends on the step before stays in the loops: one product each, and the gates, which XLA fuses. The
gradient of the recurrent weights is one large product over all steps afterwards. What the backward pass needs of each
step is kept as it is, step by step, and never copied together. Products, and with them the outputs, are in the given
type, gates and cells in float32.
"""

from typing import Any

import tensorflow as tf

ONE_HOT_ROWS = 512


def product(a: tf.Tensor, b: tf.Tensor, dtype: tf.DType, **options: Any) -> tf.Tensor:
    """Matrix product in the given type, result in float32."""
    return tf.cast(tf.matmul(tf.cast(a, dtype), tf.cast(b, dtype), **options), tf.float32)


def lstm_scan(
    inputs: tf.Tensor, ids: tf.Tensor | None, recurrent: tf.Tensor, h: tf.Tensor, c: tf.Tensor, dtype: tf.DType
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Outputs and last states of an LSTM (Hochreiter and Schmidhuber 1997, with forget gate) over a sequence.

    Args:
        inputs: inputs times kernel plus bias, `(time, batch, 4 * units)` float32, gates in the order i f c o; with
            `ids` a table of such rows, `(n, 4 * units)`.
        ids: the row of the table at each place, `(time, batch)` int32, or None.
        recurrent: recurrent kernel, `(units, 4 * units)`.
        h: first output, `(batch, units)` float32.
        c: first cell, `(batch, units)` float32.
        dtype: type of the products.

    Returns:
        outputs `(time, batch, units)` in the type of the products, the last h and the last c in float32.
    """

    @tf.custom_gradient
    def scan(inputs: tf.Tensor, recurrent: tf.Tensor, h: tf.Tensor, c: tf.Tensor) -> Any:
        weights, start = tf.cast(recurrent, dtype), tf.cast(h, dtype)
        hidden, cells, gates = _forward(inputs, ids, weights, start, c)
        outputs = hidden[1:]

        def gradient(d_outputs: tf.Tensor, d_h: tf.Tensor, d_c: tf.Tensor) -> Any:
            d_z, d_h, d_c = _backward(weights, cells, gates, d_outputs, d_h, d_c)
            d_recurrent = product(_rows(hidden[:-1]), _rows(d_z), dtype, transpose_a=True)
            d_inputs = tf.cast(d_z, tf.float32) if ids is None else _summed_by_id(d_z, ids, tf.shape(inputs)[0])
            return d_inputs, d_recurrent, d_h, d_c

        return (outputs, tf.cast(outputs[-1], tf.float32), cells.read(tf.shape(outputs)[0])), gradient

    return scan(inputs, recurrent, h, c)


@tf.function(jit_compile=True)
def _gates(z: tf.Tensor, x: tf.Tensor, c: tf.Tensor) -> tuple[tf.Tensor, ...]:
    """One step after its product: the output in the product's type, the cell, its squashed value and the gates."""
    i, f, g, o = tf.split(tf.cast(z, tf.float32) + x, 4, 1)
    i, f, g, o = tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)
    c = f * c + i * g
    squashed = tf.tanh(c)
    return tf.cast(o * squashed, z.dtype), c, squashed, i, f, g, o


@tf.function(jit_compile=True)
def _gates_of_ids(z: tf.Tensor, table: tf.Tensor, ids: tf.Tensor, c: tf.Tensor) -> tuple[tf.Tensor, ...]:
    return _gates(z, tf.gather(table, ids), c)


@tf.function(jit_compile=True)
def _gate_gradients(
    kept: list[tf.Tensor], before: tf.Tensor, d_output: tf.Tensor, d_h: tf.Tensor, d_c: tf.Tensor
) -> Any:
    """The gradients of one step before its product, gate by gate in the product's type, and of the cell before."""
    squashed, i, f, g, o = kept
    d_h = tf.cast(d_h, tf.float32) + tf.cast(d_output, tf.float32)
    d_c = d_c + d_h * o * (1 - squashed * squashed)
    d_z = d_c * g * i * (1 - i), d_c * before * f * (1 - f), d_c * i * (1 - g * g), d_h * squashed * o * (1 - o)
    return [tf.cast(d, d_output.dtype) for d in d_z], d_c * f


def _forward(
    inputs: tf.Tensor, ids: tf.Tensor | None, weights: tf.Tensor, h: tf.Tensor, c: tf.Tensor
) -> tuple[tf.Tensor, tf.TensorArray, list[tf.TensorArray]]:
    """Hidden states and cells, the first ones before any step; the squashed cell and the gates of each step."""
    steps, units = tf.shape(inputs if ids is None else ids)[0], weights.shape[0]

    def body(t: tf.Tensor, h: tf.Tensor, c: tf.Tensor, hidden: Any, cells: Any, gates: Any) -> Any:
        z = tf.matmul(h, weights)
        h, c, *values = _gates(z, inputs[t], c) if ids is None else _gates_of_ids(z, inputs, ids[t], c)
        kept = [array.write(t, value) for array, value in zip(gates, values, strict=True)]
        return t + 1, h, c, hidden.write(t + 1, h), cells.write(t + 1, c), kept

    hidden = _array(weights.dtype, steps + 1, units).write(0, h)
    cells = _array(tf.float32, steps + 1, units).write(0, c)
    gates = [_array(tf.float32, steps, units) for _ in range(5)]
    start = (0, h, c, hidden, cells, gates)
    *_, hidden, cells, gates = tf.while_loop(lambda t, *_: t < steps, body, start, maximum_iterations=steps)
    return hidden.stack(), cells, gates


def _backward(
    weights: tf.Tensor,
    cells: tf.TensorArray,
    gates: list[tf.TensorArray],
    d_outputs: tf.Tensor,
    d_h: tf.Tensor,
    d_c: tf.Tensor,
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Gradients of the products' results, `(time, batch, 4 * units)` in their type, and of the first states."""
    steps, dtype = tf.shape(d_outputs)[0], weights.dtype
    # Where float32 is multiplied by a transposed matrix, TensorFlow leaves its fast kernel.
    turned = tf.transpose(weights) if dtype == tf.float32 else None

    def body(k: tf.Tensor, d_h: tf.Tensor, d_c: tf.Tensor, kept: tf.TensorArray) -> Any:
        t = steps - 1 - k
        parts, d_c = _gate_gradients([gate.read(t) for gate in gates], cells.read(t), d_outputs[t], d_h, d_c)
        d_z = tf.concat(parts, 1)
        d_h = tf.matmul(d_z, weights, transpose_b=True) if turned is None else tf.matmul(d_z, turned)
        return k + 1, d_h, d_c, kept.write(t, d_z)

    start = (0, tf.cast(d_h, dtype), d_c, _array(dtype, steps, weights.shape[1]))
    _, d_h, d_c, kept = tf.while_loop(lambda k, *_: k < steps, body, start, maximum_iterations=steps)
    return kept.stack(), tf.cast(d_h, tf.float32), d_c


def _array(dtype: tf.DType, steps: tf.Tensor, width: int) -> tf.TensorArray:
    return tf.TensorArray(dtype, size=steps, element_shape=(None, width), clear_after_read=False)


def _rows(values: tf.Tensor) -> tf.Tensor:
    return tf.reshape(values, (-1, values.shape[-1]))


def _summed_by_id(d_z: tf.Tensor, ids: tf.Tensor, count: tf.Tensor) -> tf.Tensor:
    """The gradient of a table `(count, width)` from those of what was looked up in it; a product for small ones."""
    flat, rows = tf.reshape(ids, (-1,)), _rows(d_z)
    return tf.cond(
        count <= ONE_HOT_ROWS,
        lambda: product(tf.one_hot(flat, count, dtype=d_z.dtype), rows, d_z.dtype, transpose_a=True),
        lambda: tf.math.unsorted_segment_sum(tf.cast(rows, tf.float32), flat, count),
    )
