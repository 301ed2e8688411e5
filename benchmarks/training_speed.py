"""Speed of a training step: charflow beside stock Keras, PyTorch and the machine's own matrix products.

Everyone trains the same network, 1 x LSTM 1024 on an embedding of 256, batch 64, windows of 100, with Adam,
on the same text. A figure is the median of the steps after the first ones, whole steps with their input.

    python benchmarks/training_speed.py --corpus tinyshakespeare.txt --json speed.json

PyTorch comes with the extra `benchmark`.
"""

import argparse
import itertools
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.side_by_side import arguments, peak_mb, run, text_of

if TYPE_CHECKING:
    from tasks.model.parameters import Precision

UNITS, EMBEDDING, BATCH, LENGTH = 1024, 256, 64, 100
WARM_UP, STEPS = 4, 16


def _ids(options: argparse.Namespace) -> tuple[np.ndarray, int]:
    from tasks.text.vocabulary import vocabulary_of

    text = text_of(options)
    vocabulary = vocabulary_of(text)
    return vocabulary.encode(text), vocabulary.size


def _windows(ids: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    from tasks.data.batches import Streams

    streams = Streams(ids=ids, batch_size=BATCH, sequence_length=LENGTH, seed=1)
    return ((batch.inputs, batch.targets) for batch in map(streams.batch, itertools.count()))


def _rate(step: Callable[[], Any]) -> dict[str, float]:
    """Characters per second of the median step."""
    seconds = []
    for _ in range(WARM_UP + STEPS):
        started = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - started)
    return {"characters_per_second": BATCH * LENGTH / statistics.median(seconds[WARM_UP:])}


def charflow(options: argparse.Namespace, precision: "Precision") -> dict[str, float]:
    """The step of charflow's own training loop."""
    from tasks.model.presets import resolve
    from tasks.model.updating import updates_of

    ids, size = _ids(options)
    network = {"units": UNITS, "embedding_dim": EMBEDDING, "batch_size": BATCH, "sequence_length": LENGTH}
    parameters = resolve("quick", {**network, "dropout": 0.0, "optimizer": "adam", "precision": precision})
    return _rate(updates_of(ids, size, parameters).step)


def epoch(options: argparse.Namespace) -> dict[str, float]:
    """The steps of an epoch of the quick preset: the share that its input takes, and the memory that it adds."""
    from tasks.model.presets import resolve
    from tasks.model.updating import updates_of

    ids, size = _ids(options)
    updates = updates_of(ids, size, resolve("quick", {}))
    for _ in range(WARM_UP):
        updates.step()
    before, started = peak_mb(), time.perf_counter()
    for _ in range(updates.batches.steps_per_epoch):
        updates.step()
    seconds, after, started = time.perf_counter() - started, peak_mb(), time.perf_counter()
    for step in range(updates.batches.steps_per_epoch):
        updates.batches.batch(step)
    return {
        "characters_per_second": updates.batches.steps_per_epoch * updates.characters_per_step / seconds,
        "input_share": (time.perf_counter() - started) / seconds,
        "added_mb": after - before,
    }


def keras_fit(options: argparse.Namespace) -> dict[str, float]:
    """Stock layers, `compile` and `fit`, as the tutorials have it."""
    import keras
    import tensorflow as tf

    ids, size = _ids(options)
    model = keras.Sequential(
        [
            keras.layers.Embedding(size, EMBEDDING),
            keras.layers.LSTM(UNITS, return_sequences=True),
            keras.layers.Dense(size),
        ]
    )
    model.compile(keras.optimizers.Adam(), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    windows = list(itertools.islice(_windows(ids), WARM_UP + STEPS))
    inputs, targets = (np.concatenate(part) for part in zip(*windows, strict=True))
    data = tf.data.Dataset.from_tensor_slices((inputs, targets)).batch(BATCH, drop_remainder=True).prefetch(2)
    ends: list[float] = []

    class Clock(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            ends.append(time.perf_counter())

    model.fit(data, epochs=1, verbose=0, callbacks=[Clock()])
    return {"characters_per_second": BATCH * LENGTH / statistics.median(np.diff(ends)[WARM_UP - 1 :])}


def pytorch(options: argparse.Namespace, bfloat16: bool) -> dict[str, float]:
    """`nn.LSTM` with Adam; in bfloat16 by autocast."""
    import torch

    ids, size = _ids(options)
    embedding, lstm = torch.nn.Embedding(size, EMBEDDING), torch.nn.LSTM(EMBEDDING, UNITS, batch_first=True)
    dense = torch.nn.Linear(UNITS, size)
    parameters = [*embedding.parameters(), *lstm.parameters(), *dense.parameters()]
    optimizer = torch.optim.Adam(parameters)
    windows = _windows(ids)

    def step() -> None:
        inputs, targets = (torch.from_numpy(part.astype(np.int64)) for part in next(windows))
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            logits = dense(lstm(embedding(inputs))[0])
            loss = torch.nn.functional.cross_entropy(logits.reshape(-1, size).float(), targets.reshape(-1))
        loss.backward()
        optimizer.step()
        loss.item()

    return _rate(step)


def bound(options: argparse.Namespace) -> dict[str, float]:
    """Only the recurrent matrix products that no LSTM of this shape can do without, at these very shapes.

    For each time step one forward, `(64, 1024) x (1024, 4096)`, and one backward, `(64, 4096) x (4096, 1024)`; for
    the whole window the gradient of the weights, `(1024, 6400) x (6400, 4096)`; and the output layer's three.
    """
    import tensorflow as tf

    from tasks.model.precision import fastest_precision

    size, precision = _ids(options)[1], fastest_precision()

    def made(*shape: int) -> tf.Tensor:
        return tf.cast(tf.random.normal(shape), precision)

    weights, kernel = made(UNITS, 4 * UNITS), made(UNITS, size)

    @tf.function
    def products(h: tf.Tensor, d_z: tf.Tensor, rows: tf.Tensor, d_rows: tf.Tensor, d_logits: tf.Tensor) -> tf.Tensor:
        total = tf.zeros((), precision)
        for _ in tf.range(LENGTH):
            total += tf.matmul(h + total, weights)[0, 0] * 0
            total += tf.matmul(d_z + total, weights, transpose_b=True)[0, 0] * 0
        total += tf.matmul(rows, d_rows, transpose_a=True)[0, 0]
        total += tf.matmul(rows, kernel)[0, 0] + tf.matmul(rows, d_logits, transpose_a=True)[0, 0]
        return total + tf.matmul(d_logits, kernel, transpose_b=True)[0, 0]

    many = BATCH * LENGTH
    given = made(BATCH, UNITS), made(BATCH, 4 * UNITS), made(many, UNITS), made(many, 4 * UNITS), made(many, size)
    return _rate(lambda: products(*given).numpy())


PEERS = {
    "charflow": lambda options: charflow(options, "auto"),
    "charflow float32": lambda options: charflow(options, "float32"),
    "charflow quick, an epoch": epoch,
    "Keras fit": keras_fit,
    "PyTorch float32": lambda options: pytorch(options, bfloat16=False),
    "PyTorch bfloat16": lambda options: pytorch(options, bfloat16=True),
    "matrix products": bound,
}


def ratios(medians: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The figures that the README quotes."""
    rate = {name: row["characters_per_second"] for name, row in medians.items()}
    return {
        "times_keras": rate["charflow"] / rate["Keras fit"],
        "times_pytorch": rate["charflow"] / max(rate["PyTorch float32"], rate["PyTorch bfloat16"]),
        "float32_times_keras": rate["charflow float32"] / rate["Keras fit"],
        "fraction_of_bound": rate["charflow"] / rate["matrix products"],
    }


if __name__ == "__main__":
    run(arguments(__doc__.splitlines()[0], rounds=3).parse_args(), PEERS, ratios)
