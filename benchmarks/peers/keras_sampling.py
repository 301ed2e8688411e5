"""Keras beside charflow in sampling: stock layers that keep their state, called for each character.

The notebook calls its model eagerly, one sample at a time. Compiled, as TensorFlow's own tutorial has it, a call draws
as well: `OneStep` there.
"""

import functools
from collections.abc import Callable
from typing import Any

from benchmarks.peers.drawing import CHARACTERS, EMBEDDING, TEMPERATURE, UNITS, Draw, Way


def notebook(rows: int, length: int) -> Draw:
    """The notebook's own loop."""
    import tensorflow as tf

    model, first = _model(rows), tf.ones((rows, 1), tf.int64)

    def draw() -> None:
        ids = first
        for _ in range(length):
            predictions = model(ids)[:, -1] / TEMPERATURE
            ids = tf.constant(tf.random.categorical(predictions, num_samples=1).numpy())

    return draw


def one_step(rows: int, length: int, policy: str, compiled: bool) -> Draw:
    """A function that is traced once and draws a character of each sample; with XLA or without."""
    import keras
    import tensorflow as tf

    keras.mixed_precision.set_dtype_policy(policy)
    model, first = _model(rows), tf.ones((rows, 1), tf.int64)
    predict: Callable[[Any], Any] = tf.function(lambda ids: model(ids)[:, -1] / TEMPERATURE, jit_compile=compiled)
    # XLA cannot draw: `categorical` stays outside of what it compiles.
    step = tf.function(lambda ids: tf.random.categorical(predict(ids), num_samples=1))

    def draw() -> None:
        ids = first
        for _ in range(length):
            ids = step(ids)
        ids.numpy()

    return draw


def _model(rows: int) -> Any:
    import keras

    return keras.Sequential(
        [
            keras.Input(batch_shape=(rows, None)),
            keras.layers.Embedding(CHARACTERS, EMBEDDING),
            keras.layers.LSTM(UNITS, return_sequences=True, stateful=True),
            keras.layers.Dense(CHARACTERS, dtype="float32"),
        ]
    )


WAYS: dict[str, Way] = {
    "Keras notebook's loop": notebook,
    "Keras OneStep, float32": functools.partial(one_step, policy="float32", compiled=False),
    "Keras OneStep, float32, XLA": functools.partial(one_step, policy="float32", compiled=True),
    "Keras OneStep, bfloat16": functools.partial(one_step, policy="mixed_bfloat16", compiled=False),
    "Keras OneStep, bfloat16, XLA": functools.partial(one_step, policy="mixed_bfloat16", compiled=True),
}
