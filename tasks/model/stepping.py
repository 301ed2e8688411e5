"""One character at a time: the network's weights ready for sampling, and a single step with them."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tasks.model.scan import product


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


def step(layers: Any, ids: tf.Tensor, states: list[tf.Tensor], dtype: tf.DType) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """Logits `(batch, vocabulary_size)` float32 and new states after one more character.

    Args:
        layers: from `weights_for_steps`.
        ids: the character of each row, `(batch,)` int32.
        states: h and c of each LSTM layer or h of each GRU layer, `(batch, units)` float32.
        dtype: type of the products.
    """
    *recurrent, (kernel, bias) = layers
    per_layer = len(states) // len(recurrent)
    x, new_states = None, []
    for number, (weights, inner, biases) in enumerate(recurrent):
        projected = tf.gather(weights, ids) if x is None else product(x, weights, dtype)
        before = states[per_layer * number : per_layer * (number + 1)]
        new = (_lstm if per_layer == 2 else _gru)(projected, inner, biases, before, dtype)
        x = new[0]
        new_states += new
    return product(x, kernel, dtype) + bias, new_states


def _lstm(z: tf.Tensor, inner: tf.Tensor, bias: tf.Tensor, before: list[tf.Tensor], dtype: tf.DType) -> list[tf.Tensor]:
    h, c = before
    i, f, g, o = tf.split(z + bias + product(h, inner, dtype), 4, 1)
    c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
    return [tf.sigmoid(o) * tf.tanh(c), c]


def _gru(x: tf.Tensor, inner: tf.Tensor, bias: tf.Tensor, before: list[tf.Tensor], dtype: tf.DType) -> list[tf.Tensor]:
    """Cho et al. 2014, in the variant whose reset gate is applied after the product, as Keras has it."""
    (h,) = before
    x_z, x_r, x_h = tf.split(x + bias[0], 3, 1)
    h_z, h_r, h_h = tf.split(product(h, inner, dtype) + bias[1], 3, 1)
    z = tf.sigmoid(x_z + h_z)
    return [z * h + (1 - z) * tf.tanh(x_h + tf.sigmoid(x_r + h_r) * h_h)]


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities along the last axis, in float64."""
    shifted = np.exp(logits.astype(np.float64) - logits.max(-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(-1, keepdims=True))
