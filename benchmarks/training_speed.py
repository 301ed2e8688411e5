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

from benchmarks.side_by_side import arguments, median_seconds, peak_mb, run, text_of

if TYPE_CHECKING:
    import tensorflow as tf

    from tasks.network.parameters import Precision

UNITS, EMBEDDING, BATCH, LENGTH = 1024, 256, 64, 100
WARM_UP, STEPS = 4, 16


def _ids(options: argparse.Namespace) -> tuple[Any, int]:
    from tasks.data.ids import Ids
    from tasks.text.vocabulary import vocabulary_of

    text = text_of(options)
    vocabulary = vocabulary_of(text)
    return Ids.of(vocabulary.encode(text)), vocabulary.size


def _windows(ids: Any) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    from tasks.data.batches import Streams

    streams = Streams(ids=ids, batch_size=BATCH, sequence_length=LENGTH, seed=1)
    return ((batch.inputs, batch.targets) for batch in map(streams.batch, itertools.count()))


def _rate(step: Callable[[], Any]) -> dict[str, float]:
    """Characters per second of the median step."""
    return {"characters_per_second": BATCH * LENGTH / median_seconds(step, WARM_UP, STEPS)}


def charflow(options: argparse.Namespace, precision: "Precision") -> dict[str, float]:
    """The step of charflow's own training loop."""
    from tasks.learning.presets import resolve
    from tasks.learning.update import updates_of

    ids, size = _ids(options)
    network = {"units": UNITS, "embedding_dim": EMBEDDING, "batch_size": BATCH, "seq_length": LENGTH}
    parameters = resolve("quick", {**network, "dropout": 0.0, "optimizer": "adam", "precision": precision})
    return _rate(updates_of(ids, size, parameters).step)


def epoch(options: argparse.Namespace) -> dict[str, float]:
    """The steps of an epoch of the quick preset: the share that its input takes, and the memory that it adds."""
    from tasks.learning.presets import resolve
    from tasks.learning.update import updates_of

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


def made(*shape: int, dtype: str | None = None) -> "tf.Tensor":
    """Random numbers, in the type of the products where no other is given."""
    import tensorflow as tf

    from tasks.network.precision import fastest_precision

    return tf.cast(tf.random.normal(shape), dtype or fastest_precision())


def loop_products() -> Callable[[], Any]:
    """For each place of a window one product forward and one backward, the weights on the left, one after the other."""
    import tensorflow as tf

    @tf.function
    def products(weights: tf.Tensor, turned: tf.Tensor, h: tf.Tensor, d_z: tf.Tensor) -> tf.Tensor:
        total = tf.zeros((), weights.dtype)
        for _ in tf.range(LENGTH):
            total += tf.matmul(turned, h + total)[0, 0] * 0
            total += tf.matmul(weights, d_z + total)[0, 0] * 0
        return total

    weights = made(UNITS, 4 * UNITS)
    given = weights, tf.transpose(weights), made(UNITS, BATCH), made(4 * UNITS, BATCH)
    return lambda: products(*given).numpy()


def gradient_product() -> Callable[[], Any]:
    """The gradient of the recurrent weights over a whole window."""
    import tensorflow as tf

    product = tf.function(lambda hidden, d_z: tf.matmul(hidden, d_z, transpose_b=True)[0, 0])
    given = made(UNITS, BATCH * LENGTH), made(4 * UNITS, BATCH * LENGTH)
    return lambda: product(*given).numpy()


def output_products(size: int) -> Callable[[], Any]:
    """The output layer over a whole window: forward, and the gradients of its kernel and its inputs."""
    import tensorflow as tf

    @tf.function
    def products(kernel: tf.Tensor, hidden: tf.Tensor, d_logits: tf.Tensor) -> tf.Tensor:
        forward, d_kernel = tf.matmul(kernel, hidden), tf.matmul(d_logits, hidden, transpose_b=True)
        return forward[0, 0] + d_kernel[0, 0] + tf.matmul(kernel, d_logits, transpose_a=True)[0, 0]

    given = made(size, UNITS), made(UNITS, BATCH * LENGTH), made(size, BATCH * LENGTH)
    return lambda: products(*given).numpy()


def bound(options: argparse.Namespace) -> dict[str, float]:
    """Only the matrix products that no LSTM of this shape can do without, at these very shapes, by TensorFlow."""
    parts = loop_products(), gradient_product(), output_products(_ids(options)[1])
    seconds = sum(median_seconds(part, WARM_UP, STEPS) for part in parts)
    return {"characters_per_second": BATCH * LENGTH / seconds}


def pytorch_bound(options: argparse.Namespace) -> dict[str, float]:
    """The same products by PyTorch."""
    import torch

    from tasks.network.precision import fastest_precision

    def made(*shape: int) -> torch.Tensor:
        return torch.randn(shape).to(getattr(torch, fastest_precision()))

    size, characters = _ids(options)[1], BATCH * LENGTH
    weights, turned, h, d_z = made(UNITS, 4 * UNITS), made(4 * UNITS, UNITS), made(UNITS, BATCH), made(4 * UNITS, BATCH)
    hidden, all_d_z = made(UNITS, characters), made(characters, 4 * UNITS)
    kernel, d_logits = made(size, UNITS), made(size, characters)

    def products() -> None:
        for _ in range(LENGTH):
            torch.matmul(turned, h)
            torch.matmul(weights, d_z)
        torch.matmul(hidden, all_d_z)
        for a, b in ((kernel, hidden), (d_logits, hidden.T), (kernel.T, d_logits)):
            torch.matmul(a, b)

    return _rate(products)


PEERS = {
    "charflow": lambda options: charflow(options, "auto"),
    "charflow float32": lambda options: charflow(options, "float32"),
    "charflow quick, an epoch": epoch,
    "Keras fit": keras_fit,
    "PyTorch float32": lambda options: pytorch(options, bfloat16=False),
    "PyTorch bfloat16": lambda options: pytorch(options, bfloat16=True),
    "matrix products, TensorFlow": bound,
    "matrix products, PyTorch": pytorch_bound,
}


def ratios(medians: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The figures that the README quotes."""
    rate = {name: row["characters_per_second"] for name, row in medians.items()}
    return {
        "times_keras": rate["charflow"] / rate["Keras fit"],
        "times_pytorch": rate["charflow"] / max(rate["PyTorch float32"], rate["PyTorch bfloat16"]),
        "float32_times_keras": rate["charflow float32"] / rate["Keras fit"],
        "fraction_of_bound": rate["charflow"] / max(rate[name] for name in rate if name.startswith("matrix products")),
    }


if __name__ == "__main__":
    run(arguments(__doc__.splitlines()[0], rounds=3).parse_args(), PEERS, ratios)
