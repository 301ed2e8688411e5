"""The LSTM over a sequence, forward and backward, made for CPUs.

Sequences lie with a column for each row of the batch, so that in every product the weights stand on the left: they are
large and are read as they are, and only the small factor is rearranged. Only what depends on the step before stays in
the loops: one product each, and the gates, which XLA fuses. The gradient of all weights is taken over all steps
afterwards. What the backward pass needs of each step is kept as it is, step by step, and never copied together.
Products, and with them the outputs, are in the given type, gates and cells in float32.
"""

from typing import Any

import tensorflow as tf


def lstm_scan(
    x: tf.Tensor,
    kernel: tf.Tensor,
    recurrent: tf.Tensor,
    bias: tf.Tensor,
    h: tf.Tensor,
    c: tf.Tensor,
    dtype: tf.DType,
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Outputs and last states of an LSTM (Hochreiter and Schmidhuber 1997, with forget gate) over a sequence.

    Args:
        x: inputs, `(time, n, batch)`.
        kernel: `(n, 4 * units)`, gates in the order i f c o, as Keras has them.
        recurrent: `(units, 4 * units)`.
        bias: `(4 * units,)`.
        h: first output, `(units, batch)` float32.
        c: first cell, `(units, batch)` float32.
        dtype: type of the products.

    Returns:
        outputs `(time, units, batch)` in the type of the products, the last h and the last c in float32.
    """

    @tf.custom_gradient
    def scan(x: tf.Tensor, kernel: tf.Tensor, recurrent: tf.Tensor, bias: tf.Tensor, h: tf.Tensor, c: tf.Tensor) -> Any:
        inputs, start = tf.cast(x, dtype), tf.cast(h, dtype)
        weights, below = tf.cast(recurrent, dtype), tf.cast(kernel, dtype)
        turned = tf.transpose(tf.concat([weights, below], 0))
        hidden, cells, gates = _forward(inputs, turned, bias, start, c)
        outputs = hidden[1:]

        def gradient(d_outputs: tf.Tensor, d_h: tf.Tensor, d_c: tf.Tensor) -> Any:
            d_outputs = tf.ensure_shape(d_outputs, outputs.shape)
            d_z, d_h, d_c = _backward(weights, cells, gates, d_outputs, d_h, d_c)
            d_weights = _weight_gradients(hidden[:-1], inputs, d_z)
            return tf.cast(_input_gradients(below, d_z), x.dtype), *d_weights, d_h, d_c

        return (outputs, tf.cast(outputs[-1], tf.float32), cells.read(tf.shape(outputs)[0])), gradient

    return scan(x, kernel, recurrent, bias, h, c)


def product(a: tf.Tensor, b: tf.Tensor, dtype: tf.DType) -> tf.Tensor:
    """Matrix product in the given type, result in float32."""
    return tf.cast(tf.matmul(tf.cast(a, dtype), tf.cast(b, dtype)), tf.float32)


@tf.function(jit_compile=True)
def gates_of(z: tf.Tensor, bias: tf.Tensor, c: tf.Tensor) -> tuple[tf.Tensor, ...]:
    """One step after its product: the output in the product's type, the cell, and the gates one above the other."""
    units = c.shape[0]
    # One function for all gates: the sigmoid of z is 1/2 + 1/2 tanh(z / 2).
    scale = tf.repeat(tf.constant([0.5, 0.5, 1.0, 0.5]), units)[:, None]
    shift = tf.repeat(tf.constant([0.5, 0.5, 0.0, 0.5]), units)[:, None]
    gates = tf.tanh((tf.cast(z, tf.float32) + bias[:, None]) * scale) * scale + shift
    i, f, g, o = tf.split(gates, 4)
    c = f * c + i * g
    return tf.cast(o * tf.tanh(c), z.dtype), c, gates


@tf.function(jit_compile=True)
def gate_gradients(
    gates: tf.Tensor, before: tf.Tensor, c: tf.Tensor, d_output: tf.Tensor, d_h: tf.Tensor, d_c: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """The gradients of one step before its product, in the output's type, and of the cell before."""
    i, f, g, o = tf.split(gates, 4)
    squashed = tf.tanh(c)
    d_h = tf.cast(d_h, tf.float32) + tf.cast(d_output, tf.float32)
    d_c += d_h * o * (1 - squashed * squashed)
    d_z = d_c * g * i * (1 - i), d_c * before * f * (1 - f), d_c * i * (1 - g * g), d_h * squashed * o * (1 - o)
    return tf.concat([tf.cast(d, d_output.dtype) for d in d_z], 0), d_c * f


def _forward(
    x: tf.Tensor, weights: tf.Tensor, bias: tf.Tensor, h: tf.Tensor, c: tf.Tensor
) -> tuple[tf.Tensor, tf.TensorArray, tf.TensorArray]:
    """Hidden states and cells, the first ones before any step; the gates of each step."""
    steps = tf.shape(x)[0]

    def body(t: tf.Tensor, h: tf.Tensor, c: tf.Tensor, hidden: Any, cells: Any, gates: Any) -> Any:
        h, c, gate = gates_of(tf.matmul(weights, tf.concat([h, x[t]], 0)), bias, c)
        return t + 1, h, c, hidden.write(t + 1, h), cells.write(t + 1, c), gates.write(t, gate)

    units, batch = c.shape
    hidden = array_of(h.dtype, steps + 1, units, batch).write(0, h)
    cells = array_of(c.dtype, steps + 1, units, batch).write(0, c)
    start = (0, h, c, hidden, cells, array_of(c.dtype, steps, 4 * units, batch))
    *_, hidden, cells, gates = tf.while_loop(lambda t, *_: t < steps, body, start, maximum_iterations=steps)
    return hidden.stack(), cells, gates


def _backward(
    weights: tf.Tensor,
    cells: tf.TensorArray,
    gates: tf.TensorArray,
    d_outputs: tf.Tensor,
    d_h: tf.Tensor,
    d_c: tf.Tensor,
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Gradients of the products' results, `(time, 4 * units, batch)` in their type, and of the first states."""
    steps, dtype = tf.shape(d_outputs)[0], weights.dtype

    def body(k: tf.Tensor, d_h: tf.Tensor, d_c: tf.Tensor, d_z: tf.TensorArray) -> Any:
        t = steps - 1 - k
        each, d_c = gate_gradients(gates.read(t), cells.read(t), cells.read(t + 1), d_outputs[t], d_h, d_c)
        return k + 1, tf.matmul(weights, each), d_c, d_z.write(t, each)

    start = (0, tf.cast(d_h, dtype), d_c, array_of(dtype, steps, weights.shape[1], d_c.shape[1]))
    _, d_h, d_c, d_z = tf.while_loop(lambda k, *_: k < steps, body, start, maximum_iterations=steps)
    return d_z.stack(), tf.cast(d_h, tf.float32), d_c


def _weight_gradients(hidden: tf.Tensor, x: tf.Tensor, d_z: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Those of kernel, recurrent kernel and bias, which is the kernel of an input that is always one."""
    d_z, x, dtype = tf.transpose(columns(d_z)), columns(x), d_z.dtype
    d_kernel = product(tf.concat([x, tf.ones_like(x[:1])], 0), d_z, dtype)
    return d_kernel[:-1], product(columns(hidden), d_z, dtype), d_kernel[-1]


def _input_gradients(kernel: tf.Tensor, d_z: tf.Tensor) -> tf.Tensor:
    d_x = tf.reshape(product(kernel, columns(d_z), kernel.dtype), (kernel.shape[0], tf.shape(d_z)[0], -1))
    return tf.transpose(d_x, (1, 0, 2))


def columns(sequence: tf.Tensor) -> tf.Tensor:
    """A sequence `(time, n, batch)` as a matrix `(n, time * batch)`."""
    return tf.reshape(tf.transpose(sequence, (1, 0, 2)), (sequence.shape[1], -1))


def array_of(dtype: tf.DType, steps: tf.Tensor, rows: int, batch: int | None) -> tf.TensorArray:
    """Room for a matrix `(rows, batch)` of each step."""
    return tf.TensorArray(dtype, size=steps, element_shape=(rows, batch), clear_after_read=False)
