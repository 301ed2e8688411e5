"""A finished model, for use from Python: samples, characters as they are drawn, the surprise of a text."""

import functools
import itertools
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tasks.corpus.choices import DocumentUnit
from tasks.network.loading import load_network
from tasks.network.model import forward, zero_states
from tasks.network.parameters import FixedPrecision, SamplingParameters
from tasks.network.precision import fastest_precision
from tasks.network.resets import before_document, reset_id
from tasks.sampling.drawer import Drawer, Place
from tasks.sampling.generation import Generation, Sample
from tasks.sampling.padding import ROWS
from tasks.text.documents import beginnings
from tasks.text.vocabulary import Vocabulary

PIECE = 4  # characters that are drawn before they are shown
SCORED_AT_ONCE = 256


@dataclass(frozen=True, kw_only=True)
class ScoredCharacter:
    """A character of a text under the model.

    Attributes:
        character: it.
        bits: how surprising it is, given all before it; the sum over the bytes that it is made of, if it is.
        alternatives: the likeliest characters in its place, each with its probability; at the level of bytes the
            likeliest bytes in the place of its first, those beyond ASCII written out.
    """

    character: str
    bits: float
    alternatives: Sequence[tuple[str, float]]


@dataclass(frozen=True)
class FinishedModel:
    """A model that was trained, with its vocabulary.

    Attributes:
        network: as `build` makes it.
        vocabulary: of the network.
        precision: of the matrix products of sampling.
        reset_at: documents at whose beginnings the state is reset, as it was in training; None: none.
        end_mark: what ends documents, if the model is to begin and end texts so; a model's folder does not tell.
    """

    network: keras.Model
    vocabulary: Vocabulary
    precision: FixedPrecision = "float32"
    reset_at: DocumentUnit | None = None
    end_mark: str | None = None

    @classmethod
    def load(cls, folder: Path | str) -> "FinishedModel":
        """Read the model in a folder that holds `model.keras` and `vocabulary.json`.

        It samples in the precision that it was trained in, as `config.json` has it, where this machine is fast at it.

        Raises:
            OSError: a file is missing.
            ValueError: a file does not hold what it should.
        """
        vocabulary = Vocabulary.from_json((Path(folder) / "vocabulary.json").read_text(encoding="ascii"))
        trained = _training(Path(folder) / "config.json")
        network = load_network(Path(folder) / "model.keras")
        if network.output[0].shape[-1] != vocabulary.size:
            sizes = f"{network.output[0].shape[-1]} characters, its vocabulary {vocabulary.size}"
            raise ValueError(f"the network in {folder} has {sizes}")
        return cls(network, vocabulary, _precision(trained.get("precision")), trained.get("reset_at"))

    @property
    def first(self) -> str:
        """What a text begins after where nothing else is said: what ends documents, else a new line."""
        return self.end_mark or self.vocabulary.first

    def samples(
        self,
        *prompts: str,
        temperature: float = 0.8,
        samples: int = 1,
        length: int = 500,
        seed: int = 1,
        **choice: Any,
    ) -> Iterator[Sample]:
        """Samples of each prompt; each is the same however many are drawn, here or by the flow.

        Args:
            prompts: texts that they go on from; none: a new line.
            temperature: divisor of the logits; 0 takes the likeliest character.
            samples: how many of each prompt.
            length: characters of a sample, at most.
            seed: of the random numbers.
            choice: other fields of `SamplingParameters`: top_k, top_p, min_p, stop, precision, ...

        Raises:
            ValueError: a prompt has a character that the vocabulary lacks, or a value is out of range.
        """
        parameters = self._parameters(prompts, samples, length, seed=seed, **choice)
        with tempfile.TemporaryDirectory() as folder:
            for sample in Generation(self.network, self.vocabulary, temperature, parameters, Path(folder)):
                yield sample.outside(self.vocabulary)

    def stream(
        self,
        *prompts: str,
        temperature: float = 0.8,
        samples: int = 1,
        length: int = 500,
        seed: int = 1,
        first_index: int = 0,
        **choice: Any,
    ) -> Iterator[tuple[Place, str]]:
        """The texts of `samples` piece by piece: those of the sample that is shown as soon as they are drawn.

        All are drawn together; the next one follows when the one before has ended.

        Args:
            prompts: as for `samples`, as is all that follows but the last.
            temperature: divisor of the logits.
            samples: how many of each prompt.
            length: characters of a sample, at most.
            seed: of the random numbers.
            first_index: index of the first sample of each prompt.
            choice: other fields of `SamplingParameters`.

        Yields:
            which sample, and a few characters of it.
        """
        parameters = self._parameters(prompts, samples, length, seed=seed, **choice)
        drawer = Drawer(self.network, self.vocabulary, temperature, parameters)
        places = [
            Place(prompt=prompt, index=first_index + index) for prompt in parameters.prompts for index in range(samples)
        ]
        for start in range(0, len(places), ROWS):
            yield from self._stream(drawer, places[start : start + ROWS], length)

    def score(self, text: str, alternatives: int = 0) -> Iterator[ScoredCharacter]:
        """Each character of a text under the model in float32, as if the text began after a new line.

        If the state was reset in training where documents begin, it is in the text, which then begins as one does.
        A character that the vocabulary lacks is scored, and named, as its unknown one where it has that.

        Args:
            text: any length; memory does not grow with it.
            alternatives: how many of the likeliest characters to name at each place.

        Raises:
            ValueError: the text has a character that the vocabulary lacks.
        """
        content = self.vocabulary.folded(self.vocabulary.inside(text))
        shown, ends = self.vocabulary.aligned(content)
        scores = self._scores(content, alternatives)
        for character, size in zip(shown, np.diff(ends, prepend=0), strict=True):
            bits, likeliest = next(scores)
            bits += sum(more for more, _ in itertools.islice(scores, int(size) - 1))
            yield ScoredCharacter(character=character, bits=bits, alternatives=likeliest)

    def _scores(self, content: str, alternatives: int) -> Iterator[tuple[float, list[tuple[str, float]]]]:
        """The bits of each character of a text of the model, and the likeliest in its place."""
        first = before_document(self.vocabulary, self.reset_at) if self.reset_at else self.first
        ids = self.vocabulary.encode(first + content).astype(np.int32)
        named = [self.vocabulary.named(character) for character in self.vocabulary.characters]
        keep, states = self._kept(content, ids[:-1]), zero_states(self.network, 1)
        for start in range(0, len(content), SCORED_AT_ONCE):
            part = ids[start : start + SCORED_AT_ONCE + 1]
            kept = None if keep is None else tf.constant(keep[None, start : start + len(part) - 1])
            log2_p, states = self._forward(tf.constant(part[None, :-1]), kept, states)
            for place, row in zip(part[1:], log2_p.numpy(), strict=True):
                likeliest = np.argsort(-row, kind="stable")[:alternatives]
                yield -float(row[place]), [(named[n], float(2.0 ** row[n])) for n in likeliest]

    def _kept(self, text: str, inputs: np.ndarray) -> np.ndarray | None:
        """0 at inputs that a document of the text follows on, or that end one in what is drawn, else 1."""
        if self.reset_at is None:
            return None
        keep = np.ones(len(text), np.float32)
        keep[beginnings(text, self.reset_at)] = 0
        if (end := reset_id(self.vocabulary, self.reset_at)) is not None:
            keep[inputs == end] = 0
        return keep

    @functools.cached_property
    def _forward(self) -> Any:
        """The compiled log2 probabilities `(time, vocabulary_size)` of one text, and the states after it."""

        @tf.function(reduce_retracing=True, autograph=False)
        def log2_probabilities(ids: Any, keep: Any, states: list[tf.Tensor]) -> tuple[tf.Tensor, list[tf.Tensor]]:
            logits, states = forward(self.network, ids, states, tf.float32, keep=keep, differentiable=False)
            return tf.nn.log_softmax(logits[:, 0]) / np.float32(np.log(2)), states

        return log2_probabilities

    def _parameters(self, prompts: Sequence[str], samples: int, length: int, **chosen: Any) -> SamplingParameters:
        given = tuple(map(self.vocabulary.inside, prompts)) or (self.first,)
        return SamplingParameters(
            prompts=given,
            samples_per_temperature=samples,
            sample_length=length,
            **{"precision": self.precision, "reset_at": self.reset_at, "stop": self.end_mark, **chosen},
        )

    def _stream(self, drawer: Drawer, places: Sequence[Place], length: int) -> Iterator[tuple[Place, str]]:
        group, shown = drawer.begin(places), 0
        waiting = [""] * len(places)
        told = [replace(place, prompt=self.vocabulary.outside(place.prompt)) for place in places]
        while shown < len(places):
            complete = group.position >= length or group.has_ended
            if not complete:
                drawn, group = drawer.draw(group, min(PIECE, length - group.position))
                for row, count in enumerate(drawn.lengths):
                    waiting[row] += self.vocabulary.decode(drawn.ids[row, :count])
            while shown < len(places):
                is_drawn_on = group.position < length and not bool(group.ended[shown])
                text, waiting[shown] = self.vocabulary.begun(waiting[shown])
                text += "" if is_drawn_on else self.vocabulary.outside(waiting[shown])
                if text:
                    yield told[shown], text
                if is_drawn_on:
                    break
                shown += 1


def _training(config: Path) -> dict[str, Any]:
    """The parameters of training that a model's `config.json` names; none if there is no such file."""
    return dict(json.loads(config.read_text(encoding="utf-8")).get("training", {})) if config.exists() else {}


def _precision(trained_in: str | None) -> FixedPrecision:
    fastest = fastest_precision()
    return fastest if trained_in == fastest else "float32"
