"""Speed and memory of scoring: 1,000,000 sampled characters beside a corpus of 1 MB, and beside one of 100 MB.

Samples are the corpus's words put together anew, every tenth with a passage of the corpus, so that there is something
to find; the large corpus is made of the same words. charflow measures all that it knows of each sample. The peers find
only what is copied, in as many of the samples as they can in some seconds: the longest match at each place by Python's
`in`, the longest of a sample by `difflib`, and by a set of the corpus's 30-grams whether that one length is there.

    python benchmarks/scoring_speed.py --corpus tinyshakespeare.txt --json scoring.json

Memory is the peak of the process.
"""

import argparse
import difflib
import functools
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.side_by_side import Peer, arguments, peak_mb, run, text_of

CORPUS, LARGE_CORPUS = 1_000_000, 100_000_000
SAMPLES, SAMPLE = 2000, 500
COPY = 30


def _corpus(options: argparse.Namespace) -> str:
    return text_of(options)[:CORPUS]


def _shuffled(text: str, characters: int, seed: int) -> str:
    """Words of the text in any order, so many characters of them."""
    words = np.array(text.split(" "), dtype=object)
    random, parts, length = np.random.default_rng(seed), [], 0
    while length < characters:
        parts.append(" ".join(words[random.permutation(len(words))]))
        length += len(parts[-1]) + 1
    return " ".join(parts)[:characters]


def _samples(text: str) -> list[str]:
    shuffled = _shuffled(text, SAMPLES * SAMPLE, seed=1)
    samples = [shuffled[place : place + SAMPLE] for place in range(0, SAMPLES * SAMPLE, SAMPLE)]
    for number, place in enumerate(np.random.default_rng(2).integers(len(text) - SAMPLE // 2, size=SAMPLES // 10)):
        samples[10 * number] = samples[10 * number][: SAMPLE // 2] + text[place : place + SAMPLE // 2]
    return samples


def _write_inputs(options: argparse.Namespace, folder: Path, characters: int) -> None:
    """The inputs of the score stage, with a training text of so many characters that begins with the corpus."""
    from tasks.data.ids import Ids
    from tasks.data.samples import pack_surprise, write_samples
    from tasks.data.scores import write_windows
    from tasks.data.sharding import write_shards
    from tasks.text.vocabulary import vocabulary_of

    text = _corpus(options)
    vocabulary = vocabulary_of(text)
    pieces = [_shuffled(text, len(text), seed=3 + number) for number in range(characters // len(text) + 1)]
    ids = np.concatenate([vocabulary.encode(piece) for piece in [text, *pieces]])
    held_out = vocabulary.decode(ids[characters : characters + 256 * SAMPLE])
    for name in ("dataset", "record", "reference", "samples", "out"):
        (folder / name).mkdir()
    write_shards(folder / "dataset", "train", Ids.of(ids), [(0, characters)], metadata={})
    write_shards(folder / "dataset", "validation", Ids.of(ids), [(characters, len(ids))], metadata={})
    (folder / "dataset" / "vocabulary.json").write_text(vocabulary.to_json(), encoding="ascii")
    (folder / "dataset" / "floors.json").write_text('{"uniform": 6.0}', encoding="ascii")
    (folder / "record" / "training.json").write_text('{"validation_bits_per_character": 2.0, "best_step": 1}')
    (folder / "record" / "metrics.jsonl").touch()

    def row(number: int, string: str) -> dict[str, Any]:
        known = {"text": string, "characters": len(string), "log_probability": -1.0 * len(string)}
        drawn = {"temperature": 0.5, "prompt": "\n", "seed": 1, "index": number, "offset": 0}
        return {**known, **drawn, "surprise": pack_surprise(np.ones(len(string)))}

    write_samples(folder / "samples" / "samples.parquet", [row(*one) for one in enumerate(_samples(text))])
    windows = [held_out[place : place + SAMPLE] for place in range(0, len(held_out), SAMPLE)]
    write_windows(folder / "reference" / "reference.parquet", [row(*one) for one in enumerate(windows)])


def charflow(options: argparse.Namespace, characters: int) -> dict[str, float]:
    """The score stage, its reading and writing included; another process makes what it reads."""
    from tasks.caching import Artifact
    from tasks.score import score

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        writer = multiprocessing.get_context("spawn").Process(target=_write_inputs, args=(options, folder, characters))
        writer.start()
        writer.join()
        inputs = {name: Artifact.of_folder(folder / name) for name in ("dataset", "record", "reference", "samples")}
        started = time.perf_counter()
        score.function(
            folder / "out", *[inputs[name] for name in ("dataset", "record", "reference")], [inputs["samples"]]
        )
        seconds = time.perf_counter() - started
    return {"seconds": seconds, "characters_per_second": SAMPLES * SAMPLE / seconds, "peak_mb": peak_mb()}


def _rate(find: Callable[[str], object], samples: list[str]) -> dict[str, float]:
    """Characters per second of a peer that takes one sample after the other, for some seconds."""
    started, done = time.perf_counter(), 0
    for sample in samples:
        find(sample)
        done += len(sample)
        seconds = time.perf_counter() - started
        if seconds > 5:
            break
    return {"characters_per_second": done / seconds}


def python_in(options: argparse.Namespace) -> dict[str, float]:
    """The longest match at each place, made longer as long as the corpus has it; it starts where the last one ended."""
    text = _corpus(options)

    def longest_matches(sample: str) -> list[int]:
        lengths, length = [], 0
        for start in range(len(sample)):
            while start + length < len(sample) and sample[start : start + length + 1] in text:
                length += 1
            lengths.append(length)
            length = max(0, length - 1)
        return lengths

    return _rate(longest_matches, _samples(text))


def python_difflib(options: argparse.Namespace) -> dict[str, float]:
    """Only the longest match of each sample."""
    text = _corpus(options)
    matcher = difflib.SequenceMatcher(None, "", text, autojunk=False)

    def longest_match(sample: str) -> object:
        matcher.set_seq1(sample)
        return matcher.find_longest_match()

    return _rate(longest_match, _samples(text))


def set_of_ngrams(options: argparse.Namespace) -> dict[str, float]:
    """Only whether the corpus has the 30 characters at each place; making the set counts."""
    text, samples = _corpus(options), _samples(_corpus(options))
    started = time.perf_counter()
    known = {text[place : place + COPY] for place in range(len(text) - COPY + 1)}
    for sample in samples:
        [sample[place : place + COPY] in known for place in range(SAMPLE - COPY + 1)]
    return {"characters_per_second": SAMPLES * SAMPLE / (time.perf_counter() - started)}


PEERS: dict[str, Peer] = {
    "charflow": functools.partial(charflow, characters=CORPUS),
    "charflow, 100 MB": functools.partial(charflow, characters=LARGE_CORPUS),
    "Python's in": python_in,
    "difflib": python_difflib,
    "set of 30-grams": set_of_ngrams,
}


def ratios(medians: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The figures that the README quotes."""
    rate = {name: row["characters_per_second"] for name, row in medians.items()}
    large = medians["charflow, 100 MB"]
    return {
        "seconds": medians["charflow"]["seconds"],
        "times_python_in": rate["charflow"] / rate["Python's in"],
        "times_difflib": rate["charflow"] / rate["difflib"],
        "times_set_of_ngrams": rate["charflow"] / rate["set of 30-grams"],
        "seconds_100_mb": large["seconds"],
        "peak_mb_100_mb": large["peak_mb"],
    }


if __name__ == "__main__":
    run(arguments(__doc__.splitlines()[0], rounds=1).parse_args(), PEERS, ratios)
