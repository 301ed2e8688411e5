"""The network: a stock Keras model that owns the weights, and a fast way to compute with them."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tasks.model.parameters import TrainingParameters
from tasks.model.scan import columns, lstm_scan, product


def build(parameters: TrainingParameters, vocabulary_size: int) -> keras.Model:
    """A new network with weights drawn from the seed.

    Inputs are ids `(batch, time)` int32 and the states, outputs logits `(batch, time, vocabulary_size)` and the new
    states: h and c for each LSTM layer, h for each GRU layer, each `(batch, units)` float32. It is made of stock layers
    alone: Embedding, LSTM or GRU, Dense.
    """
    keras.utils.set_random_seed(parameters.seed)
    plain = parameters.initialiser == "keras"
    ids = keras.Input((None,), dtype="int32", name="ids")
    start = "uniform" if plain else keras.initializers.RandomNormal(stddev=1.0)
    x = keras.layers.Embedding(
        vocabulary_size, parameters.embedding_dim, embeddings_initializer=start, name="embedding"
    )(ids)
    layer_type = keras.layers.LSTM if parameters.cell == "lstm" else keras.layers.GRU
    inputs, outputs = [], []
    for number in range(1, parameters.layers + 1):
        names = ["h", "c"] if parameters.cell == "lstm" else ["h"]
        states = [keras.Input((parameters.units,), name=f"{name}_{number}") for name in names]
        layer = layer_type(
            parameters.units,
            return_sequences=True,
            return_state=True,
            recurrent_initializer="glorot_uniform" if plain else "orthogonal",
            name=f"{parameters.cell}_{number}",
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
) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """Logits and new states: what calling the network gives, computed fast.

    Between the layers a sequence lies with a column for each row of the batch, as the scan needs it. On an accelerator
    LSTM layers run as they are, with their cuDNN kernel.

    Args:
        network: as built.
        ids: `(batch, time)` int32.
        states: as the network takes them.
        dtype: type of the products.
        masks: for each recurrent layer a factor `(batch, units)` for its outputs at every step (dropout).

    Returns:
        logits `(time, batch, vocabulary_size)` float32, and the states.
    """
    embedding, *recurrent, dense = (layer for layer in network.layers if layer.weights)
    x, new_states = None, []
    for number, layer in enumerate(recurrent):
        if isinstance(layer, keras.layers.LSTM) and not tf.config.list_physical_devices("GPU"):
            kernel, weights, bias = (tf.convert_to_tensor(w) for w in layer.trainable_weights)
            if x is None:
                x, kernel = _first_inputs(ids, tf.convert_to_tensor(embedding.embeddings), kernel, dtype)
            h, c = (tf.transpose(state) for state in states[2 * number : 2 * number + 2])
            x, *new = lstm_scan(x, kernel, weights, bias, h, c, dtype)
            new = [tf.transpose(state) for state in new]
        else:
            width = 2 if isinstance(layer, keras.layers.LSTM) else 1
            inputs = embedding(ids) if x is None else tf.transpose(x, (2, 0, 1))
            before = list(states[width * number : width * (number + 1)])
            outputs, *new = layer(inputs, initial_state=before if width > 1 else before[0])
            x = tf.transpose(outputs, (1, 2, 0))
        if masks is not None:
            x *= tf.cast(tf.transpose(masks[number]), x.dtype)[None]
        new_states += new
    kernel, bias = (tf.convert_to_tensor(w) for w in dense.trainable_weights)
    logits = _with_bias(product(tf.transpose(kernel), columns(x), dtype), bias)
    batch, time = tf.unstack(tf.shape(ids))
    return tf.transpose(tf.reshape(logits, (-1, time, batch)), (1, 2, 0)), new_states


def _first_inputs(
    ids: tf.Tensor, embeddings: tf.Tensor, kernel: tf.Tensor, dtype: tf.DType
) -> tuple[tf.Tensor, tf.Tensor]:
    """What the first layer sees `(time, n, batch)`, and the kernel to it, whichever makes n the smaller.

    That is the embeddings, or ones and zeros that pick a row of embedding times kernel, one for each character.
    """
    count, width = embeddings.shape
    if count <= width:
        return tf.one_hot(tf.transpose(ids), count, axis=1, dtype=dtype), tf.matmul(embeddings, kernel)
    return tf.transpose(tf.gather(embeddings, ids), (1, 2, 0)), kernel


@tf.custom_gradient
def _with_bias(products: tf.Tensor, bias: tf.Tensor) -> Any:
    """Products in columns plus a bias; TensorFlow's own gradient of it, a sum, is slow."""

    def gradient(d_products: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return d_products, tf.matmul(d_products, tf.ones((tf.shape(d_products)[1], 1)))[:, 0]

    return products + bias[:, None], gradient


def dropout_masks(parameters: TrainingParameters, rate: float, rows: int, step: tf.Tensor) -> list[tf.Tensor]:
    """Masks for one step, the same at every time step (Gal and Ghahramani 2016), a function of seed and step alone."""
    shape, keep = (rows, parameters.units), 1 - rate
    masks = []
    for number in range(parameters.layers):
        seed = tf.stack([tf.constant(parameters.seed * 64 + number, tf.int64), tf.cast(step, tf.int64)])
        masks.append(tf.cast(tf.random.stateless_uniform(shape, seed) < keep, tf.float32) / keep)
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
