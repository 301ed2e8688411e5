"""The network: a stock Keras model that owns the weights, and a fast way to compute with them."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tasks.network.parameters import TrainingParameters
from tasks.network.scan import in_rows, lstm_scan, product


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
    keep: tf.Tensor | None = None,
    *,
    differentiable: bool = True,
) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """Logits and new states: what calling the network gives, computed fast.

    LSTM layers run in machine code of their own; on an accelerator as they are, with their cuDNN kernel.

    Args:
        network: as built.
        ids: `(batch, time)` int32.
        states: as the network takes them.
        dtype: type of the products.
        masks: for each recurrent layer a factor `(batch, units)` for its outputs at every step (dropout).
        keep: 0 at characters before which all states are reset to zero, else 1, `(batch, time)` float32; None: they
            never are.
        differentiable: whether a gradient can be taken, for which layers keep more.

    Returns:
        logits `(time, batch, vocabulary_size)` float32, and the states.
    """
    embedding, *recurrent, dense = (layer for layer in network.layers if layer.weights)
    x, new_states = None, []
    for number, layer in enumerate(recurrent):
        if isinstance(layer, keras.layers.LSTM) and not tf.config.list_physical_devices("GPU"):
            table, indices = _first_inputs(embedding, layer, ids, dtype) if x is None else _inputs(layer, x, dtype)
            weights = tf.convert_to_tensor(layer.trainable_weights[1])
            h, c = states[2 * number : 2 * number + 2]
            kept = None if keep is None else tf.transpose(keep)
            x, *new = lstm_scan(table, indices, weights, h, c, dtype, kept, differentiable=differentiable)
        else:
            width = 2 if isinstance(layer, keras.layers.LSTM) else 1
            inputs = embedding(ids) if x is None else tf.transpose(x, (1, 0, 2))
            before = list(states[width * number : width * (number + 1)])
            if keep is None:
                outputs, *new = layer(inputs, initial_state=before if width > 1 else before[0])
                x = tf.transpose(outputs, (1, 0, 2))
            else:
                x, new = _with_resets(layer, tf.transpose(inputs, (1, 0, 2)), before, tf.transpose(keep))
        if masks is not None:
            x *= tf.cast(masks[number], x.dtype)
        new_states += new
    logits = _dense(in_rows(x), dense.kernel, dense.bias, dtype)
    return tf.reshape(logits, (*tf.unstack(tf.shape(x)[:2]), dense.units)), new_states


def _with_resets(
    layer: keras.layers.RNN, inputs: tf.Tensor, states: list[tf.Tensor], keep: tf.Tensor
) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """Outputs and last states of a stock layer whose states are reset on the way, which it cannot do itself."""

    def step(states: list[tf.Tensor], given: tuple[tf.Tensor, tf.Tensor]) -> list[tf.Tensor]:
        x, kept = given
        return list(layer.cell(x, [state * kept[:, None] for state in states])[1])

    every = tf.scan(step, (inputs, keep), states)
    return every[0], [state[-1] for state in every]


def _first_inputs(
    embedding: keras.layers.Embedding, layer: keras.layers.LSTM, ids: tf.Tensor, dtype: tf.DType
) -> tuple[tf.Tensor, tf.Tensor]:
    """What each character adds to the products of the first layer, and which one is where: see `lstm_scan`.

    For an alphabet float32 costs nothing; for thousands of characters the product is as large as the others.
    """
    kernel, _, bias = layer.trainable_weights
    embeddings = tf.convert_to_tensor(embedding.embeddings)
    count, width = embeddings.shape
    return _dense(embeddings, kernel, bias, tf.float32 if count <= width else dtype), tf.transpose(ids)


def _inputs(layer: keras.layers.LSTM, x: tf.Tensor, dtype: tf.DType) -> tuple[tf.Tensor, tf.Tensor]:
    """What each output below adds to the products of a layer, and which one is where: each in its place."""
    kernel, _, bias = layer.trainable_weights
    time, batch = tf.unstack(tf.shape(x)[:2])
    return _dense(in_rows(x), kernel, bias, dtype), tf.reshape(tf.range(time * batch), (time, batch))


def _dense(x: tf.Tensor, kernel: Any, bias: Any, dtype: tf.DType) -> tf.Tensor:
    """Rows times a kernel plus a bias, in float32."""
    return _with_bias(product(x, tf.convert_to_tensor(kernel), dtype), tf.convert_to_tensor(bias))


@tf.custom_gradient
def _with_bias(products: tf.Tensor, bias: tf.Tensor) -> Any:
    """Products in rows plus a bias; TensorFlow's own gradient of it, a sum, is slow."""

    def gradient(d_products: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
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
