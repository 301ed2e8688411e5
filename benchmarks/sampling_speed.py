"""Speed of sampling: charflow beside the notebook's loop, Keras, PyTorch and the machine's own matrix products.

Everyone draws at temperature 0.8 from the same network, 1 x LSTM 1024 on an embedding of 256, 65 characters: 256
samples at once, and one alone. Compiling is not counted. Keras and PyTorch are measured in every way that they have to
be fast, and the fastest of each is the peer. One that does not run on a machine is listed with the reason.

    python benchmarks/sampling_speed.py --json speed.json

PyTorch comes with the extra `benchmark`; its compiled variants need a C++ compiler and the headers of Python.
"""

import argparse
import functools
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.peers import keras_sampling, torch_sampling
from benchmarks.peers.draws import (
    CHARACTERS,
    EMBEDDING,
    LENGTH,
    ROWS,
    TEMPERATURE,
    UNITS,
    alone,
    at_once,
    drawn,
)
from benchmarks.side_by_side import Peer, arguments, best_of, run

if TYPE_CHECKING:
    from tasks.network.parameters import FixedPrecision


def charflow(
    options: argparse.Namespace, rows: int = ROWS, length: int = 128, precision: "FixedPrecision | None" = None
) -> dict[str, float]:
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
        samples_per_temperature=rows,
        sample_length=length,
        prompts=("A",),
        seed=1,
        precision=precision or fastest_precision(),
    )

    def draw() -> None:
        with tempfile.TemporaryDirectory() as folder:
            list(Generation(network, vocabulary, TEMPERATURE, parameters, Path(folder)))

    return drawn(draw, rows * length)


def bound(options: argparse.Namespace) -> dict[str, float]:
    """Only the products that no sampling from this network can do without, at these very shapes.

    For each character of 256 samples `(256, 1024) x (1024, 4096)` and `(256, 1024) x (1024, 65)`.
    """
    import tensorflow as tf

    from tasks.network.precision import fastest_precision

    precision = fastest_precision()

    def made(*shape: int) -> tf.Tensor:
        return tf.cast(tf.random.normal(shape), precision)

    @tf.function
    def products(h: tf.Tensor, recurrent: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
        total = tf.zeros((), precision)
        for _ in tf.range(LENGTH):
            z = tf.matmul(h + total, recurrent)
            total = (z[0, 0] + tf.matmul(h, kernel)[0, 0]) * 0
        return total

    given = made(ROWS, UNITS), made(UNITS, 4 * UNITS), made(UNITS, CHARACTERS)
    return drawn(lambda: products(*given).numpy(), ROWS * LENGTH)


AT_ONCE: dict[str, Peer] = {
    "charflow": charflow,
    "charflow float32": functools.partial(charflow, precision="float32"),
    **at_once(keras_sampling.WAYS),
    **at_once(torch_sampling.WAYS),
    "matrix products": bound,
}
ALONE: dict[str, Peer] = {
    "charflow, alone": functools.partial(charflow, rows=1, length=500),
    **alone(keras_sampling.WAYS),
    **alone(torch_sampling.WAYS),
}
PEERS = AT_ONCE | ALONE
OPTIONAL = {name for name in PEERS if name.startswith(("Keras", "PyTorch"))}

USUAL = {"PyTorch nn.LSTM, float32", "PyTorch nn.LSTM, bfloat16 autocast"}


def ratios(medians: Mapping[str, Mapping[str, float]]) -> dict[str, float | str]:
    """The figures that the README quotes: `single_` of one sample alone, the others of 256 at once.

    The notebook draws one sample at a time, and is compared as it is, too: `times_notebook`. `times_pytorch` is of
    `nn.LSTM` as one would write it first, `times_best_` of the fastest variant.
    """
    rate = {name: row["characters_per_second"] for name, row in medians.items()}
    together = {name: rate[name] for name in rate if name in AT_ONCE}
    single = {name: rate[name] for name in rate if name in ALONE}
    usual = {name: rate[name] for name in rate if name in USUAL}
    in_float32 = {name: together[name] for name in together if ", float32" in name}
    keras, best_keras = best_of(together, "Keras")
    pytorch, best_pytorch = best_of(together, "PyTorch")
    single_keras, best_single_keras = best_of(single, "Keras")
    single_pytorch, best_single_pytorch = best_of(single, "PyTorch")
    return {
        "times_notebook": rate["charflow"] / best_of(single, "Keras notebook's loop")[1],
        "times_pytorch": rate["charflow"] / best_of(usual, "PyTorch nn.LSTM, float32")[1],
        "times_pytorch_bfloat16": rate["charflow"] / best_of(usual, "PyTorch nn.LSTM, bfloat16")[1],
        "float32_times_pytorch": rate["charflow float32"] / best_of(usual, "PyTorch nn.LSTM, float32")[1],
        "times_best_keras": rate["charflow"] / best_keras,
        "times_best_pytorch": rate["charflow"] / best_pytorch,
        "float32_times_best_pytorch": rate["charflow float32"] / best_of(in_float32, "PyTorch")[1],
        "fraction_of_bound": rate["charflow"] / rate["matrix products"],
        "single_sample_characters_per_second": rate["charflow, alone"],
        "single_times_notebook": rate["charflow, alone"] / best_of(single, "Keras notebook's loop")[1],
        "single_times_best_keras": rate["charflow, alone"] / best_single_keras,
        "single_times_best_pytorch": rate["charflow, alone"] / best_single_pytorch,
        "best_keras": keras,
        "best_pytorch": pytorch,
        "single_best_keras": single_keras,
        "single_best_pytorch": single_pytorch,
    }


if __name__ == "__main__":
    run(arguments(__doc__.splitlines()[0], rounds=3, limit=600).parse_args(), PEERS, ratios, OPTIONAL)
