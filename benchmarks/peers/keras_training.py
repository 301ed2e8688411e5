"""Keras beside charflow in training: stock layers, `compile` and `fit`, in two precisions, with XLA and without."""

import argparse
import functools
import itertools
import time
from typing import Any

import numpy as np

from benchmarks.peers.shapes import STEPS, WARM_UP, ids_of, shape_of, windows
from benchmarks.side_by_side import Peer


def fit(options: argparse.Namespace, policy: str, compiled: bool) -> dict[str, float]:
    """As the tutorials have it, at a dtype policy, with XLA or without it; the output layer is in float32."""
    import keras
    import tensorflow as tf

    keras.mixed_precision.set_dtype_policy(policy)
    shape, (ids, size) = shape_of(options), ids_of(options)
    model = keras.Sequential(
        [
            keras.layers.Embedding(size, shape.embedding),
            keras.layers.LSTM(shape.units, return_sequences=True),
            keras.layers.Dense(size, dtype="float32"),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(), loss, jit_compile=compiled)
    seen = itertools.islice(windows(ids, shape), WARM_UP + STEPS)
    inputs, targets = (np.concatenate(part) for part in zip(*seen, strict=True))
    data = tf.data.Dataset.from_tensor_slices((inputs, targets)).batch(shape.batch, drop_remainder=True).prefetch(2)
    ends: list[float] = []

    class Clock(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            ends.append(time.perf_counter())

    model.fit(data, epochs=1, verbose=0, callbacks=[Clock()])
    return {"characters_per_second": float(shape.characters / np.median(np.diff(ends)[WARM_UP - 1 :]))}


PEERS: dict[str, Peer] = {
    "Keras fit, float32": functools.partial(fit, policy="float32", compiled=False),
    "Keras fit, float32, XLA": functools.partial(fit, policy="float32", compiled=True),
    "Keras fit, bfloat16": functools.partial(fit, policy="mixed_bfloat16", compiled=False),
    "Keras fit, bfloat16, XLA": functools.partial(fit, policy="mixed_bfloat16", compiled=True),
}
