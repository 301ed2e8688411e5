"""Time of training to a quality: charflow's presets quick and best beside PyTorch and nanoGPT's CPU recipe.

The text is split as nanoGPT splits it, the first nine tenths to train on and the last to validate. Losses are in nats
per character on the whole validation split: cold, in windows of 256 from a zero state, and carried, as one reads on.
The preset quick's LSTM is trained by PyTorch, too, for as many seconds as quick takes in the same round, with each of
some batches and rates; the best of them is the peer.

    python benchmarks/time_to_quality.py --corpus tinyshakespeare.txt --json quality.json

PyTorch comes with the extra `benchmark`.
"""

import argparse
import functools
import math
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.peers import nanogpt, torch_quality
from benchmarks.side_by_side import Peer, Row, arguments, run, text_of

if TYPE_CHECKING:
    from tasks.learning.presets import PresetName

NANOGPT_PUBLISHED = 1.4697


def _splits(options: argparse.Namespace) -> tuple[Any, Any, Any]:
    return _splits_of(text_of(options))


def _splits_of(text: str) -> tuple[Any, Any, Any]:
    from tasks.data.ids import Ids
    from tasks.text.vocabulary import vocabulary_of

    vocabulary = vocabulary_of(text)
    ids = vocabulary.encode(text)
    place = int(0.9 * len(ids))
    return Ids.of(ids[:place]), Ids.of(ids[place:]), vocabulary


def charflow(options: argparse.Namespace, preset: "PresetName") -> Row:
    """A preset on the corpus."""
    return preset_on(text_of(options), preset)


def preset_on(text: str, preset: "PresetName") -> Row:
    """A preset from start to end; seconds are of the steps, all seconds with validations and previews."""
    from tasks.learning.presets import resolve
    from tasks.learning.training import train

    training, validation, vocabulary = _splits_of(text)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        kept, shared = Path(folder, "kept"), Path(folder, "shared")
        trained = train(training, validation, vocabulary, resolve(preset, {}), kept, shared)
    seconds = {"seconds": trained.run.seconds, "all_seconds": time.perf_counter() - started}
    return {**seconds, "cold": trained.loss_cold, "carried": trained.loss_carried}


PEERS: dict[str, Peer] = {
    "charflow quick": functools.partial(charflow, preset="quick"),
    **torch_quality.peers(_splits),
    "charflow best": functools.partial(charflow, preset="best"),
    **nanogpt.peers(_splits),
}
OPTIONAL = {*torch_quality.peers(_splits), *nanogpt.peers(_splits)}


def ratios(medians: Mapping[str, Mapping[str, float]]) -> dict[str, float | str]:
    """The figures that the README quotes; seconds are infinite where the loss was not reached.

    `equal_seconds_` are of PyTorch's best batch and rate, by the loss that is compared.
    """
    quick, best = medians["charflow quick"], medians["charflow best"]
    nothing = {"seconds": math.nan, "cold": math.nan, "carried": math.nan}
    transformer = medians.get("nanoGPT's CPU recipe", nothing)
    tuned = {name: row for name, row in medians.items() if name.startswith("PyTorch")} or {"none ran": nothing}
    cold = min(tuned, key=lambda name: tuned[name]["cold"])
    carried = min(tuned, key=lambda name: tuned[name]["carried"])
    return {
        "seconds_to_nanogpt": quick["seconds"] if quick["cold"] <= NANOGPT_PUBLISHED else math.inf,
        "quick_cold": quick["cold"],
        "quick_carried": quick["carried"],
        "quick_all_seconds": quick["all_seconds"],
        "equal_seconds_cold": tuned[cold]["cold"],
        "equal_seconds_carried": tuned[carried]["carried"],
        "cold_below_equal_seconds": tuned[cold]["cold"] - quick["cold"],
        "carried_below_equal_seconds": tuned[carried]["carried"] - quick["carried"],
        "cold_below_nanogpt_cpu": transformer["cold"] - quick["cold"],
        "best_cold": best["cold"],
        "best_carried": best["carried"],
        "minutes_of_best": best["all_seconds"] / 60,
        "seconds_of_nanogpt_cpu": transformer["seconds"],
        "best_equal_seconds": cold,
    }


if __name__ == "__main__":
    run(arguments(__doc__.splitlines()[0], rounds=1).parse_args(), PEERS, ratios, OPTIONAL)
