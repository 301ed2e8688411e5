"""A constructed language and models of it whose faults are known."""

import functools

import numpy as np

from tasks.data.ids import Ids
from tasks.quality.learning_curve import Point
from tasks.quality.measuring import Ground, measured
from tasks.quality.summary import summary
from tasks.quality.verdict import of_model
from tasks.quality.windows import held_out_windows
from tasks.text.vocabulary import vocabulary_of

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LENGTH, SAMPLES = 400, 24
FLOORS = {"uniform": 4.8, "unigram": 4.2, "bzip2": 2.6, "xz": 2.7, "ppmd": 2.3}
LEARNT = [Point(10, 3.0, 3.0), Point(20, 2.2, 2.1), Point(30, 2.1, 2.095)]
BOILERPLATE = "permission is hereby granted to any person to deal in this text without limits of any kind. " * 2


@functools.cache
def words() -> list[str]:
    """1500 made-up words."""
    random = np.random.default_rng(11)
    return ["".join(random.choice(list(LETTERS), random.integers(3, 9))) for _ in range(1500)]


def prose(characters: int, seed: int) -> str:
    """Text of the language: words by the law of Zipf and Mandelbrot, in sentences."""
    random, weights = np.random.default_rng(seed), 1 / (np.arange(1500) + 8)
    count = characters // 5
    chosen = random.choice(words(), count, p=weights / weights.sum())
    ends = random.random(count) < 0.1
    return "".join(f"{word}.\n" if end else f"{word} " for word, end in zip(chosen, ends, strict=True))[:characters]


def planted(text: str, passages: str, length: int, share: float, seed: int) -> str:
    """The text with so long passages of another put in, which make up this share of it."""
    random, count = np.random.default_rng(seed), max(1, round(share * len(text) / length))
    parts = np.array_split(np.arange(len(text) - count * length), count)
    pieces = []
    for part in parts:
        start = random.integers(0, len(passages) - length)
        pieces += [text[part[0] : part[-1] + 1] if len(part) else "", passages[start : start + length]]
    return "".join(pieces)


def samples_of(text: str) -> list[str]:
    return [text[start : start + LENGTH] for start in range(0, SAMPLES * LENGTH, LENGTH)]


class Corpus:
    """A training text and held-out text, to judge samples beside."""

    def __init__(self, training: str, held_out: str) -> None:
        self.training = training
        vocabulary = vocabulary_of(training + held_out + LETTERS)
        train, validation = (Ids.of(vocabulary.encode(text)) for text in (training, held_out))
        self.ground = Ground.of(vocabulary, train, validation)
        windows = held_out_windows(validation, LENGTH, 1)
        texts = [vocabulary.decode(ids[-windows.length :]) for ids in windows.ids]
        self.windows = measured(texts, [-1.4 * LENGTH] * len(texts), self.ground)

    def measure(self, texts: list[str]):
        return measured(texts, [-1.4 * len(text) for text in texts], self.ground, self.windows.rule)

    def scores(self, texts, bits=2.1, training_bits=2.05, points=LEARNT, kept=30, floors=FLOORS, epochs=3.0):
        """`scores.json` of a model with these samples and losses."""
        training = {
            "validation_bits_per_character": bits,
            "validation_standard_error_bits": 0.01,
            "validation_blocks": 64,
            "training_bits_per_character": training_bits,
            "training_standard_error_bits": 0.01,
            "training_blocks": 64,
            "best_step": kept,
            "epochs": epochs,
        }
        found = self.measure(texts)
        return summary(
            self.windows,
            np.full(len(texts), 0.8),
            np.arange(len(texts)),
            found.texts.lengths,
            found.measures,
            of_model(training, points, floors),
        )
