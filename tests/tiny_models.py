"""Tiny texts, parameters and networks: enough to be wrong about, small enough to train in a second."""

import itertools
from typing import Any

import keras
import numpy as np

from tasks.data.ids import Ids
from tasks.learning.presets import resolve
from tasks.network.model import build
from tasks.network.numerics import HERE, pin
from tasks.network.parameters import TrainingParameters
from tasks.text.vocabulary import vocabulary_of

pin(HERE)

SENTENCE = "the quick brown fox jumps over the lazy dog.\n"
VOCABULARY = vocabulary_of(SENTENCE)

SMALL: dict[str, Any] = {
    "units": 16,
    "embedding_dim": 8,
    "dropout": 0.0,
    "seq_length": 16,
    "batch_size": 8,
    "epochs": 1,
    "learning_rate": 0.004,
    "warmup_steps": 5,
    "patience": 0,
    "precision": "float32",
}


def parameters(preset: str = "quick", **overrides: object) -> TrainingParameters:
    """A preset in miniature."""
    return resolve(preset, {**SMALL, **overrides})


def text(characters: int) -> np.ndarray:
    """Ids of the sentence over and over."""
    return VOCABULARY.encode((SENTENCE * (characters // len(SENTENCE) + 1))[:characters])


def noise(characters: int, seed: int) -> np.ndarray:
    """Ids without any pattern."""
    return np.random.default_rng(seed).integers(VOCABULARY.size, size=characters).astype("<u1")


def in_lines(ids: np.ndarray) -> Ids:
    """Ids whose documents are lines."""
    return Ids.of(ids, np.flatnonzero(ids == VOCABULARY.characters.index("\n")) + 1)


def lines(characters: int, seed: int) -> np.ndarray:
    """Ids without any pattern, about every sixth of which is a line feed."""
    ids = noise(characters, seed)
    ids[np.random.default_rng(seed).random(characters) < 1 / 6] = VOCABULARY.characters.index("\n")
    return ids


def losses_by_line(network: keras.Model, ids: np.ndarray) -> np.ndarray:
    """As `losses`, each line, with the line feed before it, by itself."""
    feeds = np.flatnonzero(ids[:-1] == VOCABULARY.characters.index("\n"))
    bounds = np.unique([0, *feeds, len(ids) - 1])
    return np.concatenate([losses(network, ids[a : b + 1]) for a, b in itertools.pairwise(bounds)])


def random_network(
    cell: str = "lstm",
    layers: int = 1,
    size: int = VOCABULARY.size,
    seed: int = 0,
    units: int = 12,
    embedding_dim: int = SMALL["embedding_dim"],
) -> keras.Model:
    """A network none of whose weights, biases included, are zero."""
    network = build(parameters(cell=cell, layers=layers, units=units, embedding_dim=embedding_dim), size)
    random = np.random.default_rng(seed)
    network.set_weights([random.normal(0, 0.4, weight.shape) for weight in network.weights])
    return network


def random_states(network: keras.Model, rows: int) -> list[np.ndarray]:
    """Recurrent states as after some text."""
    random = np.random.default_rng(rows)
    return [random.uniform(-1, 1, (rows, s.shape[-1])).astype(np.float32) for s in network.inputs[1:]]


def losses(network: keras.Model, ids: np.ndarray) -> np.ndarray:
    """The stock model's loss in nats for each character after the first, from a zero state."""
    zeros = [np.zeros((1, s.shape[-1]), np.float32) for s in network.inputs[1:]]
    logits = network([ids[None, :-1].astype(np.int32), *zeros])[0].numpy()[0].astype(np.float64)
    logits -= logits.max(1, keepdims=True)
    return np.log(np.exp(logits).sum(1)) - logits[np.arange(len(ids) - 1), ids[1:]]
