"""Reviews to render: small ones, with any text in any place."""

import io
import math

import numpy as np

from tasks.data.ids import Ids
from tasks.data.sample_pairs import SampleFile
from tasks.data.samples import pack_surprise, write_samples
from tasks.page.comparison import Record
from tasks.page.content import Review
from tasks.page.index import Entry
from tasks.quality.learning_curve import Point
from tasks.quality.verdict import faults_of
from tasks.text.vocabulary import vocabulary_of

CORPUS = "First Citizen:\nBefore we proceed any further, hear me speak.\n"
FLOORS = {"uniform": 6.0, "unigram": 4.8, "bzip2": 2.4, "xz": 2.6, "ppmd": 2.2}
LEAST_COPY = 5


def a_sample(
    text="To be, or not to be",
    temperature=0.8,
    index=0,
    prompt="ROMEO:\n",
    bits=2.0,
    copied=(),
    loops=(),
    unknown=(),
    surprise=None,
    **measures,
):
    """A row as the score stage writes it; `copied` holds (start, end, offset), the other spans (start, end)."""
    return {
        "temperature": temperature,
        "prompt": prompt,
        "seed": 1,
        "index": index,
        "text": text,
        "log_probability": -bits * len(text) * math.log(2),
        "characters": len(text),
        "surprise": pack_surprise(np.array([bits] * len(text) if surprise is None else surprise)),
        "bits_per_character": bits,
        "copied_share": share_of(copied, text),
        "longest_copy": max((end - start for start, end, _ in copied), default=0),
        "copied": [{"start": start, "end": end, "offset": offset} for start, end, offset in copied],
        "novel_share": 0.5,
        "looped_share": share_of(loops, text),
        "loops": [{"start": start, "end": end} for start, end in loops],
        "known_words": 0.9,
        "unknown_words": [{"start": start, "end": end} for start, end in unknown],
        "distinct_4": 0.8,
        "alphabet_divergence": 0.03,
        **measures,
    }


def share_of(spans, text):
    return len({place for start, end, *_ in spans for place in range(start, end)}) / max(1, len(text))


def scores_of(samples, recommended=None, reference=None, words=True):
    """`scores.json` of these samples: means, with intervals of a tenth to each side."""

    def interval(value):
        return None if value is None else {"value": value, "low": 0.9 * value, "high": 1.1 * value}

    loss = {"bits": 2.1, "standard_error": 0.01, "floor": "bzip2", "saved": 0.125}

    names = ["bits_per_character", "copied_share", "longest_copy", "novel_share", "looped_share", "distinct_4"]
    names += ["alphabet_divergence"]
    names += ["known_words"] if words else []
    held_out = {**dict.fromkeys(names, 0.02), "bits_per_character": 2.1, "known_words": 0.95, **(reference or {})}
    temperatures = []
    for temperature in sorted({sample["temperature"] for sample in samples}):
        rows = [sample for sample in samples if sample["temperature"] == temperature]
        means = {name: sum(row[name] or 0 for row in rows) / len(rows) for name in names}
        measures = {name: interval(value) for name, value in means.items()}
        characters = sum(row["characters"] for row in rows)
        row = {"temperature": temperature, "samples": len(rows), "characters": characters, "measures": measures}
        temperatures.append({**row, "faults": faults_of(measures, {name: interval(held_out[name]) for name in names})})
    chosen = temperatures[-1]["temperature"] if recommended is None else recommended
    return {
        "least_copy": LEAST_COPY,
        "quoted_share": 0.0,
        "copies_told": True,
        "sample_characters": 500,
        "has_words": words,
        "reference": {"windows": 64, "measures": {name: interval(held_out[name]) for name in names}},
        "temperatures": temperatures,
        "recommended": {"temperature": chosen, "faultless": chosen, "nearest": chosen, "told": True},
        "findings": [{"code": "floors-beaten", "severity": "good", "numbers": loss, "interval": None}],
    }


def a_continuation(text="Is the day so young?", prompt="ROMEO:\n", bits=2.0):
    """What really follows a prompt, as `read_continuations` gives it."""
    packed = pack_surprise(np.full(len(text), bits))
    log_probability = -bits * len(text) * math.log(2)
    return {
        "offset": 9,
        "prompt": prompt,
        "text": text,
        "log_probability": log_probability,
        "characters": len(text),
        "surprise": packed,
    }


def a_review(
    corpus=CORPUS,
    samples=None,
    findings=(),
    warnings=(),
    preview="Thou",
    scores=None,
    compressed=None,
    continuations=(),
    **training,
):
    vocabulary = vocabulary_of(corpus)
    samples = [a_sample()] if samples is None else samples
    return Review(
        opening=corpus[:250],
        text={"characters": len(corpus), "documents": 1, "divided_by": "files", "findings": list(findings)},
        warnings=list(warnings),
        vocabulary=vocabulary,
        splits={"train": 90, "validation": 10},
        floors=FLOORS,
        compressed=compressed or {"train": 90, "validation": 10},
        train=Ids.of(vocabulary.encode(corpus)),
        training={**TRAINING, "previews": [{"step": 0, "text": "xq"}, {"step": 20, "text": preview}], **training},
        points=[Point(10, 3.5, None), Point(20, 2.5, 2.4)],
        samples=samples,
        total_samples=len(samples),
        continuations=continuations,
        scores=scores or scores_of(samples),
    )


TRAINING = {
    "parameters": 1234,
    "steps": 20,
    "validation_bits_per_character": 2.1,
    "validation_characters": 9,
    "validation_standard_error_bits": 0.0123,
    "validation_bits_per_character_cold": 2.2,
    "validation_standard_error_cold_bits": 0.0234,
    "training_bits_per_character": 2.0,
    "best_step": 20,
    "layers": [{"name": "lstm_1", "type": "LSTM", "output_shape": ["batch", "time", 64], "parameters": 1234}],
    "hyperparameters": {"seq_length": 10, "dropout": 0.1, "epochs": None, "units": 64, "cell": "lstm"},
    "resumed_from": [],
    "findings": [],
    "preview_prompt": "\n",
}

RUN = {
    "run": "nightly-1",
    "started": "2030-01-02T03:04:05+00:00",
    "sources": ["https://example.org/corpus.txt"],
    "corpus": {
        "url": "https://example.org/corpus.txt",
        "sha256": "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
    },
    "command": "python flows/main.py --corpus https://example.org/corpus.txt",
    "versions": {"python": "3.11.9"},
    "machine": {"system": "Linux"},
    "flow_run": None,
    "stages": [
        {
            "name": "train",
            "state": "cached",
            "why": "all ingredients unchanged",
            "seconds": 0.25,
            "key": "0123456789abcdef",
            "output": "ff",
            "made_by": "nightly-0",
        }
    ],
}


def a_sample_file(samples):
    """These samples in Parquet, in memory; what UTF-8 cannot hold is in none."""
    file, names = io.BytesIO(), ("text", "prompt")
    write_samples(file, ({**row, **{n: row[n].encode("utf-8", "replace").decode() for n in names}} for row in samples))
    return SampleFile.read(file)


def a_record(
    name="nightly-1", bits=2.1, text="To be, or not to be", options=None, scores=True, more=(), losses=(), **run
):
    """What a run left, as `compare` reads it back."""
    samples = [a_sample(text, t, index) for t in (0.5, 0.8) for index in range(2)]
    stages = [{"name": "train", "output": str(bits)}, {"name": "sample[0.5]", "output": text}]
    measured = {
        "validation_bits_per_character": bits,
        "validation_standard_error_bits": 0.03,
        "validation_loss_cold_nats": bits,
        "validation_standard_error_cold_bits": 0.04,
        "parameters": 10,
        "steps": 20,
    }
    return Record(
        run={
            "run": name,
            "corpus": {"url": "a.txt", "sha256": "5891"},
            "stages": stages,
            "model": {**measured, **dict(losses)},
            **run,
        },
        options={"units": 64, "dropout": 0.1, **(options or {})},
        points=[Point(10, 3.5, 3.0), Point(20, 2.5, bits)],
        floors=FLOORS,
        samples=a_sample_file([*samples, *more]),
        scores=scores_of(samples) if scores else None,
    )


def an_entry(
    name="nightly-1", when="2030-01-02T03:04:05+00:00", corpus="a.txt", bits=2.1, temperature=0.8, preset="quick"
):
    return Entry(name, f"runs/{name}/review.html", when, corpus, preset, bits, temperature)
