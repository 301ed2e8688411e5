"""One character at a time: the network's weights ready for sampling, and a single step with them."""

from typing import Any, NamedTuple

import keras
import tensorflow as tf

from tasks.network.cells import Cell, cell_of


class RecurrentWeights(NamedTuple):
    """Of a recurrent layer; of the first one the kernel is the table that a character's id looks up."""

    kernel: tf.Tensor
    recurrent: tf.Tensor
    bias: tf.Tensor
    cell: Cell


class DenseWeights(NamedTuple):
    """Of the layer of logits."""

    kernel: tf.Tensor
    bias: tf.Tensor


def weights_for_steps(network: keras.Model, dtype: tf.DType) -> list[RecurrentWeights | DenseWeights]:
    """The network's weights by layer, kernels in the type of the products.

    The first layer's kernel is replaced by the table that a character's id looks up: `(vocabulary, gates)` float32.
    """
    embedding, *recurrent, dense = (layer for layer in network.layers if layer.weights)
    layers: list[RecurrentWeights | DenseWeights] = []
    for number, layer in enumerate(recurrent):
        kernel, inner, bias = map(tf.convert_to_tensor, layer.trainable_weights)
        first = number == 0
        kernel = tf.matmul(tf.convert_to_tensor(embedding.embeddings), kernel) if first else tf.cast(kernel, dtype)
        layers.append(RecurrentWeights(kernel, tf.cast(inner, dtype), bias, cell_of(layer)))
    kernel, bias = map(tf.convert_to_tensor, dense.trainable_weights)
    return [*layers, DenseWeights(tf.cast(kernel, dtype), bias)]


def carried_states(states: list[tf.Tensor], layers: Any, dtype: tf.DType) -> list[tf.Tensor]:
    """States as `step` carries them: outputs in the type of the products, in which they are used, memory in float32."""
    types = [kind for layer in layers[:-1] for kind in [*[dtype] * (len(layer.cell.states) - 1), tf.float32]]
    return [tf.cast(state, kind) for state, kind in zip(states, types, strict=True)]


def step(
    layers: Any, ids: tf.Tensor, states: list[tf.Tensor], dtype: tf.DType, reset_at: int | None = None
) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """Logits `(batch, vocabulary_size)` float32 and new states after one more character.

    Args:
        layers: from `weights_for_steps`.
        ids: the character of each row, `(batch,)` int32.
        states: those of each layer's cell, `(batch, units)`, from `carried_states`.
        dtype: type of the products.
        reset_at: the id before which a row's states are reset to zero; None: no one.
    """
    if reset_at is not None:
        states = [tf.where((ids == reset_at)[:, None], tf.zeros_like(state), state) for state in states]
    *recurrent, dense = layers
    x, left, new_states = None, list(states), []
    for kernel, inner, bias, cell in recurrent:
        count = len(cell.states)
        own, left = left[:count], left[count:]
        inputs = (kernel, ids) if x is None else (tf.matmul(x, kernel), None)
        x, memory = _after_products(cell, tf.matmul(tf.cast(own[0], dtype), inner), *inputs, bias, own[-1])
        new_states += [x, memory][-count:]
    return tf.cast(tf.matmul(x, dense.kernel), tf.float32) + dense.bias, new_states


@tf.function(jit_compile=True, autograph=False)
def _after_products(
    cell: Cell, products: tf.Tensor, inputs: tf.Tensor, ids: tf.Tensor | None, bias: tf.Tensor, memory: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """A step of a cell; with `ids` the inputs are a table of rows, of which they say whose is whose."""
    inputs = tf.cast(inputs, tf.float32) if ids is None else tf.gather(inputs, ids)
    return cell.step(products, inputs, bias, memory)
