"""Keras beside charflow in sampling: stock layers that keep their state, called for each character.

The notebook calls its model eagerly, one sample at a time. Traced once, a call draws as well, as `OneStep` of the
tutorial of TensorFlow; so can the whole loop be. Each of these is in float32 and bfloat16, with XLA and without.
"""

import functools
from collections.abc import Callable
from typing import Any

from benchmarks.peers.draws import CHARACTERS, EMBEDDING, TEMPERATURE, UNITS, Draw, Way


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


def traced(rows: int, length: int, policy: str, compiled: bool, whole: bool) -> Draw:
    """A traced step that draws a character of each sample, called in a loop; or the whole loop, traced."""
    import keras
    import tensorflow as tf

    keras.mixed_precision.set_dtype_policy(policy)
    model, first = _model(rows), tf.ones((rows, 1), tf.int64)
    predict: Callable[[Any], Any] = tf.function(lambda ids: model(ids)[:, -1] / TEMPERATURE, jit_compile=compiled)
    # XLA cannot draw: `categorical` stays outside of what it compiles.
    step = tf.function(lambda ids: tf.random.categorical(predict(ids), num_samples=1))

    def draw() -> Any:
        ids = first
        for _ in tf.range(length) if whole else range(length):
            ids = step(ids)
        return ids

    call = tf.function(draw) if whole else draw
    return lambda: call().numpy()


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
    **{
        f"Keras {loop}, {precision}{', XLA' if compiled else ''}": functools.partial(
            traced, policy=policy, compiled=compiled, whole=loop == "traced loop"
        )
        for loop in ("OneStep", "traced loop")
        for precision, policy in (("float32", "float32"), ("bfloat16", "mixed_bfloat16"))
        for compiled in (False, True)
    },
}
