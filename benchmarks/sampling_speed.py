"""Speed of sampling: charflow beside the notebook's loop, PyTorch and the machine's own matrix products.

Everyone draws at temperature 0.8 from the same network, 1 x LSTM 1024 on an embedding of 256, 65 characters: the
notebook one character of one sample after another, the others 256 samples at once. Compiling is not counted.

    python benchmarks/sampling_speed.py --json speed.json

PyTorch comes with the extra `benchmark`.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.side_by_side import arguments, median_seconds, run

if TYPE_CHECKING:
    from tasks.network.parameters import FixedPrecision

UNITS, EMBEDDING, CHARACTERS, ROWS = 1024, 256, 65, 256
TEMPERATURE = 0.8
WARM_UP, STEPS = 2, 7


def _rate(draw: Callable[[], Any], characters: int) -> dict[str, float]:
    """Characters per second of the median call."""
    return {"characters_per_second": characters / median_seconds(draw, WARM_UP, STEPS)}


def charflow(options: argparse.Namespace, precision: "FixedPrecision | None" = None) -> dict[str, float]:
    """Whole samples as the stage makes them: drawn, kept on disk, read back, with the surprise of each character."""
    from tasks.learning.presets import resolve
    from tasks.network.model import build
    from tasks.network.parameters import SamplingParameters
    from tasks.network.precision import fastest_precision
    from tasks.sampling.generation import Generation
    from tasks.text.vocabulary import vocabulary_of

    vocabulary = vocabulary_of("".join(map(chr, range(ord("0"), ord("0") + CHARACTERS))))
    network = build(resolve("quick", {"units": UNITS, "embedding_dim": EMBEDDING}), CHARACTERS)
    parameters = SamplingParameters(
        samples_per_temperature=ROWS,
        sample_length=128,
        prompts=("A",),
        seed=1,
        precision=precision or fastest_precision(),
    )

    def draw() -> None:
        with tempfile.TemporaryDirectory() as folder:
            list(Generation(network, vocabulary, TEMPERATURE, parameters, Path(folder)))

    return _rate(draw, ROWS * parameters.sample_length)


def notebook(options: argparse.Namespace) -> dict[str, float]:
    """Stock layers that keep their state, called for each character."""
    import keras
    import tensorflow as tf

    model = keras.Sequential(
        [
            keras.Input(batch_shape=(1, None)),
            keras.layers.Embedding(CHARACTERS, EMBEDDING),
            keras.layers.LSTM(UNITS, return_sequences=True, stateful=True),
            keras.layers.Dense(CHARACTERS),
        ]
    )
    length = 100

    def draw() -> None:
        ids = tf.constant([[1]])
        for _ in range(length):
            predictions = tf.squeeze(model(ids), 0) / TEMPERATURE
            ids = tf.expand_dims([tf.random.categorical(predictions, num_samples=1)[-1, 0].numpy()], 0)

    return _rate(draw, length)


def pytorch(options: argparse.Namespace, bfloat16: bool) -> dict[str, float]:
    """`nn.LSTM` a step at a time and `multinomial`, for the whole batch; in bfloat16 by autocast."""
    import torch

    embedding, lstm = torch.nn.Embedding(CHARACTERS, EMBEDDING), torch.nn.LSTM(EMBEDDING, UNITS, batch_first=True)
    dense = torch.nn.Linear(UNITS, CHARACTERS)
    length = 32

    @torch.inference_mode()
    def draw() -> None:
        ids, state = torch.ones((ROWS, 1), dtype=torch.long), None
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            for _ in range(length):
                outputs, state = lstm(embedding(ids), state)
                logits = dense(outputs[:, -1]).float()
                ids = torch.multinomial(torch.softmax(logits / TEMPERATURE, 1), 1)

    return _rate(draw, ROWS * length)


def bound(options: argparse.Namespace) -> dict[str, float]:
    """Only the products that no sampling from this network can do without, at these very shapes.

    For each character of 256 samples `(256, 1024) x (1024, 4096)` and `(256, 1024) x (1024, 65)`.
    """
    import tensorflow as tf

    from tasks.network.precision import fastest_precision

    precision, length = fastest_precision(), 32

    def made(*shape: int) -> tf.Tensor:
        return tf.cast(tf.random.normal(shape), precision)

    @tf.function
    def products(h: tf.Tensor, recurrent: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
        total = tf.zeros((), precision)
        for _ in tf.range(length):
            z = tf.matmul(h + total, recurrent)
            total = (z[0, 0] + tf.matmul(h, kernel)[0, 0]) * 0
        return total

    given = made(ROWS, UNITS), made(UNITS, 4 * UNITS), made(UNITS, CHARACTERS)
    return _rate(lambda: products(*given).numpy(), ROWS * length)


PEERS = {
    "charflow": charflow,
    "charflow float32": lambda options: charflow(options, "float32"),
    "notebook": notebook,
    "PyTorch float32": lambda options: pytorch(options, bfloat16=False),
    "PyTorch bfloat16": lambda options: pytorch(options, bfloat16=True),
    "matrix products": bound,
}


def ratios(medians: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The figures that the README quotes."""
    rate = {name: row["characters_per_second"] for name, row in medians.items()}
    return {
        "times_notebook": rate["charflow"] / rate["notebook"],
        "times_pytorch": rate["charflow"] / rate["PyTorch float32"],
        "times_pytorch_bfloat16": rate["charflow"] / rate["PyTorch bfloat16"],
        "float32_times_pytorch": rate["charflow float32"] / rate["PyTorch float32"],
        "fraction_of_bound": rate["charflow"] / rate["matrix products"],
    }


if __name__ == "__main__":
    run(arguments(__doc__.splitlines()[0], rounds=3).parse_args(), PEERS, ratios)
