"""The network: a stock Keras model that owns the weights, and a fast way to compute with them."""

import functools
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tasks.kernels.availability import available
from tasks.network import fallback
from tasks.network.cells import cell_named, cell_of
from tasks.network.device import Device, used_device
from tasks.network.parameters import TrainingParameters
from tasks.network.scan import in_rows, product


def build(parameters: TrainingParameters, vocabulary_size: int) -> keras.Model:
    """A new network with weights drawn from the seed.

    Inputs are ids `(batch, time)` int32 and the states, outputs logits `(batch, time, vocabulary_size)` and the new
    states: h and c for each LSTM layer, h for each GRU layer, each `(batch, units)` float32. It is made of stock layers
    alone: Embedding, LSTM or GRU, Dense.
    """
    keras.utils.set_random_seed(parameters.training_seed)
    plain = parameters.initialiser == "keras"
    ids = keras.Input((None,), dtype="int32", name="ids")
    start = "uniform" if plain else keras.initializers.RandomNormal(stddev=1.0)
    x = keras.layers.Embedding(
        vocabulary_size, parameters.embedding_dim, embeddings_initializer=start, name="embedding"
    )(ids)
    cell, inputs, outputs = cell_named(parameters.cell), [], []
    for number in range(1, parameters.layers + 1):
        states = [keras.Input((parameters.units,), name=f"{name}_{number}") for name in cell.states]
        layer = cell.layer(
            parameters.units,
            return_sequences=True,
            return_state=True,
            recurrent_initializer="glorot_uniform" if plain else "orthogonal",
            name=f"{cell.name}_{number}",
        )
        x, *new = layer(x, initial_state=states if len(states) > 1 else states[0])
        inputs += states
        outputs += new
    logits = keras.layers.Dense(vocabulary_size, name="logits")(x)
    return keras.Model([ids, *inputs], [logits, *outputs], name="charflow")


def zero_states(network: keras.Model, rows: int) -> list[tf.Tensor]:
    """States before any text, one `(rows, units)` for each state of the network."""
    return [tf.zeros((rows, state.shape[-1])) for state in network.inputs[1:]]


def forward(
    network: keras.Model,
    ids: tf.Tensor,
    states: Sequence[tf.Tensor],
    dtype: tf.DType,
    masks: Sequence[tf.Tensor] | None = None,
    keep: tf.Tensor | None = None,
    *,
    differentiable: bool = True,
    device: Device | None = None,
) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """Logits and new states: what calling the network gives, computed fast.

    Layers run in machine code of their own; where none can be compiled, or where states are reset on a GPU, in
    TensorFlow's operations; on a GPU else as they are, in float32.

    Args:
        network: as built.
        ids: `(batch, time)` int32.
        states: as the network takes them.
        dtype: type of the products.
        masks: for each recurrent layer a factor `(batch, units)` for its outputs at every step (dropout).
        keep: 0 at characters before which all states are reset to zero, else 1, `(batch, time)` float32; None: they
            never are.
        differentiable: whether a gradient can be taken, for which layers keep more.
        device: what TensorFlow computes on; None: what it was pinned to.

    Returns:
        logits `(time, batch, vocabulary_size)` float32, and the states.
    """
    embedding, *recurrent, dense = (layer for layer in network.layers if layer.weights)
    x, new_states, left = None, [], list(states)
    on_gpu = (device or used_device()) == "gpu"
    for number, layer in enumerate(recurrent):
        count = len(cell_of(layer).states)
        before, left = left[:count], left[count:]
        if on_gpu and keep is None:
            inputs = embedding(ids) if x is None else tf.transpose(x, (1, 0, 2))
            outputs, *new = layer(inputs, initial_state=before if count > 1 else before[0])
            x = tf.transpose(outputs, (1, 0, 2))
        else:
            first, given = (embedding, ids) if x is None else (None, x)
            kernels = available() and not on_gpu
            x, *new = _scan(layer, first, given, before, dtype, keep, kernels=kernels, differentiable=differentiable)
        if masks is not None:
            x *= tf.cast(masks[number], x.dtype)
        new_states += new
    logits = _dense(in_rows(x), dense.kernel, dense.bias, dtype)
    return tf.reshape(logits, (*tf.unstack(tf.shape(x)[:2]), dense.units)), new_states


def _scan(
    layer: keras.layers.RNN,
    embedding: keras.layers.Embedding | None,
    x: tf.Tensor,
    states: list[tf.Tensor],
    dtype: tf.DType,
    keep: tf.Tensor | None,
    *,
    kernels: bool,
    differentiable: bool,
) -> Sequence[tf.Tensor]:
    """Outputs and last states of a layer whose inputs are the embeddings of ids, or the outputs of a layer below."""
    cell, (kernel, recurrent, bias) = cell_of(layer), map(tf.convert_to_tensor, layer.trainable_weights)
    bias, *recurrent_bias = tf.unstack(tf.reshape(bias, (cell.biases, -1)))
    of_inputs = kernel, bias, dtype
    table, indices = _inputs(x, *of_inputs) if embedding is None else _first_inputs(embedding, x, *of_inputs)
    in_kernels = functools.partial(cell.scan, differentiable=differentiable)
    scan = in_kernels if kernels else functools.partial(fallback.scan, cell)
    kept = None if keep is None else tf.transpose(keep)
    return scan(table, indices, recurrent, *recurrent_bias, *states, dtype=dtype, keep=kept)


def _first_inputs(
    embedding: keras.layers.Embedding, ids: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor, dtype: tf.DType
) -> tuple[tf.Tensor, tf.Tensor]:
    """What each character adds to the products of the first layer, and which one is where: see `lstm_scan`.

    For an alphabet float32 costs nothing; for thousands of characters the product is as large as the others.
    """
    embeddings = tf.convert_to_tensor(embedding.embeddings)
    count, width = embeddings.shape
    return _dense(embeddings, kernel, bias, tf.float32 if count <= width else dtype), tf.transpose(ids)


def _inputs(x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor, dtype: tf.DType) -> tuple[tf.Tensor, tf.Tensor]:
    """What each output below adds to the products of a layer, and which one is where: each in its place."""
    time, batch = tf.unstack(tf.shape(x)[:2])
    return _dense(in_rows(x), kernel, bias, dtype), tf.reshape(tf.range(time * batch), (time, batch))


def _dense(x: tf.Tensor, kernel: Any, bias: Any, dtype: tf.DType) -> tf.Tensor:
    """Rows times a kernel plus a bias, in float32."""
    return _with_bias(product(x, tf.convert_to_tensor(kernel), dtype), tf.convert_to_tensor(bias))


@tf.custom_gradient
def _with_bias(products: tf.Tensor, bias: tf.Tensor) -> Any:
    """Products in rows plus a bias; TensorFlow's own gradient of it, a sum, is slow."""

    def gradient(d_products: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        d_products = tf.convert_to_tensor(d_products)  # of rows that were looked up it comes as those rows
        return d_products, tf.matmul(tf.ones((1, tf.shape(d_products)[0])), d_products)[0]

    return products + bias, gradient


def dropout_masks(parameters: TrainingParameters, rate: float, rows: int, step: tf.Tensor) -> list[tf.Tensor]:
    """Masks for one step, the same at every time step (Gal and Ghahramani 2016), a function of seed and step alone.

    What is not dropped is scaled by a number that bfloat16 has, and the share that is kept is its inverse, within
    0.4 % of what the rate asks for: so outputs keep their mean in either type.
    """
    shape, scale = (rows, parameters.units), float(np.asarray(1 / (1 - rate), tf.bfloat16.as_numpy_dtype))
    masks = []
    for number in range(parameters.layers):
        seed = tf.stack([tf.constant(parameters.training_seed * 64 + number, tf.int64), tf.cast(step, tf.int64)])
        masks.append(tf.cast(tf.random.stateless_uniform(shape, seed) < 1 / scale, tf.float32) * scale)
    return masks


def describe_layers(network: keras.Model) -> list[dict[str, Any]]:
    """The layers with weights: name, type, output shape for one sequence, number of parameters."""
    described = []
    for layer in (layer for layer in network.layers if layer.weights):
        output = layer.output[0] if isinstance(layer.output, list | tuple) else layer.output
        shape = ["batch", "time", *output.shape[2:]]
        count = int(sum(np.prod(weight.shape) for weight in layer.weights))
        described.append({"name": layer.name, "type": type(layer).__name__, "output_shape": shape, "parameters": count})
    return described
