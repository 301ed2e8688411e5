"""Speed of a training step: charflow beside Keras, PyTorch and the machine's own matrix products.

Everyone trains the same network on the same windows of the same text with Adam: 1 x LSTM on an embedding of 256, of the
notebook's shape (1024 units, batch 64, windows of 100) or that of the preset quick (512 units, batch 64, windows of
64). A figure is the median of the steps after the first ones, whole steps with their input. Keras and PyTorch are
measured in every way that they have to be fast, compiled ones included, and the fastest of each is the peer. One that
does not run on a machine is listed with the reason.

    python benchmarks/training_speed.py --corpus tinyshakespeare.txt --shape quick --json speed.json

PyTorch comes with the extra `benchmark`; its compiled variants need a C++ compiler and the headers of Python.
"""

import argparse
import functools
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import products
from benchmarks.peers import keras_training, torch_training
from benchmarks.peers.shapes import WARM_UP, add_shape, ids_of, rate, shape_of
from benchmarks.side_by_side import Peer, arguments, best_of, peak_mb, run

if TYPE_CHECKING:
    from tasks.network.parameters import Precision


def charflow(options: argparse.Namespace, precision: "Precision") -> dict[str, float]:
    """The step of charflow's own training loop."""
    from tasks.learning.presets import resolve
    from tasks.learning.update import updates_of

    shape, (ids, size) = shape_of(options), ids_of(options)
    sizes = {"units": shape.units, "embedding_dim": shape.embedding}
    window = {"batch_size": shape.batch, "seq_length": shape.length}
    parameters = resolve("quick", {**sizes, **window, "dropout": 0.0, "optimizer": "adam", "precision": precision})
    return rate(updates_of(ids, size, parameters).step, shape.characters)


def epoch(options: argparse.Namespace) -> dict[str, float]:
    """The steps of an epoch of the quick preset: the share that its input takes, and the memory that it adds."""
    from tasks.learning.presets import resolve
    from tasks.learning.update import updates_of

    ids, size = ids_of(options)
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


PEERS: dict[str, Peer] = {
    "charflow": functools.partial(charflow, precision="auto"),
    "charflow float32": functools.partial(charflow, precision="float32"),
    "charflow quick, an epoch": epoch,
    **keras_training.PEERS,
    **torch_training.PEERS,
    **products.PEERS,
}
OPTIONAL = {*keras_training.PEERS, *torch_training.PEERS, *products.PEERS}
USUAL = {"Keras fit, float32", "PyTorch nn.LSTM, float32", "PyTorch nn.LSTM, bfloat16 autocast"}
IN_FLOAT32 = {name for name in OPTIONAL if ", float32" in name and "master" not in name}


def ratios(medians: Mapping[str, Mapping[str, float]]) -> dict[str, float | str]:
    """The figures that the README quotes.

    `times_keras` is of `fit` as the tutorials have it and `times_pytorch` of the faster of `nn.LSTM` in float32 and by
    autocast: what one gets without looking further. `times_best_` is of the fastest variant, in any precision.
    """
    rate = {name: row["characters_per_second"] for name, row in medians.items()}
    in_float32 = {name: rate[name] for name in rate if name in IN_FLOAT32}
    keras, best_keras = best_of(rate, "Keras")
    pytorch, best_pytorch = best_of(rate, "PyTorch")
    usual = {name: rate[name] for name in rate if name in USUAL}
    return {
        "times_keras": rate["charflow"] / best_of(usual, "Keras")[1],
        "times_pytorch": rate["charflow"] / best_of(usual, "PyTorch")[1],
        "float32_times_keras": rate["charflow float32"] / best_of(in_float32, "Keras")[1],
        "float32_times_pytorch": rate["charflow float32"] / best_of(in_float32, "PyTorch")[1],
        "times_best_keras": rate["charflow"] / best_keras,
        "times_best_pytorch": rate["charflow"] / best_pytorch,
        "fraction_of_bound": rate["charflow"] / best_of(rate, "matrix products")[1],
        "best_keras": keras,
        "best_pytorch": pytorch,
    }


if __name__ == "__main__":
    parser = add_shape(arguments(__doc__.splitlines()[0], rounds=3, limit=600))
    run(parser.parse_args(), PEERS, ratios, OPTIONAL)
