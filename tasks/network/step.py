"""One character at a time: the network's weights ready for sampling, and a single step with them."""

from typing import Any

import keras
import tensorflow as tf


def weights_for_steps(network: keras.Model, dtype: tf.DType) -> list[list[tf.Tensor]]:
    """The network's weights by layer, kernels in the type of the products.

    The first layer's kernel is replaced by the table that a character's id looks up: `(vocabulary, gates)` float32.
    """
    embedding, *recurrent, dense = (layer for layer in network.layers if layer.weights)
    layers = [[tf.convert_to_tensor(weight) for weight in layer.trainable_weights] for layer in (*recurrent, dense)]
    layers[0][0] = tf.matmul(tf.convert_to_tensor(embedding.embeddings), layers[0][0])
    return [
        [w if (n, m) == (0, 0) or w.shape.rank < 2 or m == 2 else tf.cast(w, dtype) for m, w in enumerate(weights)]
        for n, weights in enumerate(layers)
    ]


def carried_states(states: list[tf.Tensor], layers: Any, dtype: tf.DType) -> list[tf.Tensor]:
    """States as `step` carries them: an LSTM's h in the type of the products, in which it is used, all else float32."""
    is_lstm = len(states) > len(layers) - 1
    return [tf.cast(state, dtype if is_lstm and n % 2 == 0 else tf.float32) for n, state in enumerate(states)]


def step(
    layers: Any, ids: tf.Tensor, states: list[tf.Tensor], dtype: tf.DType, reset_at: int | None = None
) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """Logits `(batch, vocabulary_size)` float32 and new states after one more character.

    Args:
        layers: from `weights_for_steps`.
        ids: the character of each row, `(batch,)` int32.
        states: h and c of each LSTM layer or h of each GRU layer, `(batch, units)`, from `carried_states`.
        dtype: type of the products.
        reset_at: the id before which a row's states are reset to zero; None: no one.
    """
    if reset_at is not None:
        states = [tf.where((ids == reset_at)[:, None], tf.zeros_like(state), state) for state in states]
    *recurrent, (kernel, bias) = layers
    x, new_states = None, []
    for number, (weights, inner, biases) in enumerate(recurrent):
        projected = (weights, ids) if x is None else (tf.matmul(x, weights), None)
        if len(states) > len(recurrent):
            h, c = states[2 * number : 2 * number + 2]
            x, c = _lstm(tf.matmul(h, inner), *projected, biases, c)
            new_states += [x, c]
        else:
            h = states[number]
            x, h = _gru(tf.matmul(tf.cast(h, dtype), inner), *projected, biases, h)
            new_states.append(h)
    return tf.cast(tf.matmul(x, kernel), tf.float32) + bias, new_states


@tf.function(jit_compile=True, autograph=False)
def _lstm(z: tf.Tensor, x: tf.Tensor, ids: tf.Tensor | None, bias: tf.Tensor, c: tf.Tensor) -> tuple[tf.Tensor, ...]:
    """One step of a layer after its products: the output in their type, and the cell.

    Args:
        z: output before times recurrent kernel, `(batch, 4 * units)`.
        x: input times kernel, `(batch, 4 * units)`; with `ids` a table of such rows.
        ids: row of the table for each row of the batch, or None.
        bias: `(4 * units,)`, gates in the order i f c o.
        c: cell, `(batch, units)` float32.
    """
    x = tf.cast(x, tf.float32) if ids is None else tf.gather(x, ids)
    i, f, g, o = tf.split(tf.cast(z, tf.float32) + x + bias, 4, 1)
    c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
    return tf.cast(tf.sigmoid(o) * tf.tanh(c), z.dtype), c


@tf.function(jit_compile=True, autograph=False)
def _gru(h: tf.Tensor, x: tf.Tensor, ids: tf.Tensor | None, bias: tf.Tensor, before: tf.Tensor) -> Any:
    """One step as of `_lstm`, with the state in place of the cell.

    Cho et al. 2014, in the variant whose reset gate is applied after the product, as Keras has it.
    """
    x = tf.cast(x, tf.float32) if ids is None else tf.gather(x, ids)
    x_z, x_r, x_h = tf.split(x + bias[0], 3, 1)
    h_z, h_r, h_h = tf.split(tf.cast(h, tf.float32) + bias[1], 3, 1)
    z = tf.sigmoid(x_z + h_z)
    new = z * before + (1 - z) * tf.tanh(x_h + tf.sigmoid(x_r + h_r) * h_h)
    return tf.cast(new, h.dtype), new
