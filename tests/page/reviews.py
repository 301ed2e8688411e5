"""Reviews to render: small ones, with any text in any place."""

import math

import numpy as np

from tasks.data.samples import pack_surprise
from tasks.page.content import Review
from tasks.page.curve import Point
from tasks.text.vocabulary import vocabulary_of

CORPUS = "First Citizen:\nBefore we proceed any further, hear me speak.\n"
FLOORS = {"uniform": 6.0, "unigram": 4.8, "bzip2": 2.4, "xz": 2.6}


def a_sample(text="To be, or not to be", temperature=0.8, index=0, prompt="ROMEO:\n", bits=2.0):
    return {
        "temperature": temperature,
        "prompt": prompt,
        "seed": 1,
        "index": index,
        "text": text,
        "log_probability": -bits * len(text) * math.log(2),
        "characters": len(text),
        "surprise": pack_surprise(np.full(len(text), bits)),
    }


def a_review(corpus=CORPUS, samples=None, changes=(), preview="Thou", encodings=("utf-8",), **training):
    vocabulary = vocabulary_of(corpus)
    return Review(
        opening=corpus[:250],
        text={"characters": len(corpus), "encodings": list(encodings), "changes": list(changes)},
        vocabulary=vocabulary,
        splits={"train": 90, "validation": 10},
        floors=FLOORS,
        window=vocabulary.encode(corpus[:11]).tolist(),
        training={**TRAINING, "previews": [{"step": 0, "text": "xq"}, {"step": 20, "text": preview}], **training},
        points=[Point(10, 3.5, None), Point(20, 2.5, 2.4)],
        samples=[a_sample()] if samples is None else samples,
    )


TRAINING = {
    "parameters": 1234,
    "steps": 20,
    "validation_bits_per_character": 2.1,
    "best_step": 20,
    "layers": [{"name": "lstm_1", "type": "LSTM", "output_shape": ["batch", "time", 64], "parameters": 1234}],
    "hyperparameters": {"sequence_length": 10, "dropout": 0.1, "epochs": None, "units": 64, "cell": "lstm"},
    "resumed_from": [],
}

RUN = {
    "run": "nightly-1",
    "started": "2030-01-02T03:04:05+00:00",
    "sources": ["https://example.org/corpus.txt"],
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
