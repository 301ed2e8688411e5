"""Drawing characters: many rows at once in one compiled loop, each from a random stream of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import keras
import numpy as np
import tensorflow as tf

from tasks.kernels.rules import Rules
from tasks.kernels.sampler import Samples
from tasks.network.parameters import SamplingParameters
from tasks.network.resets import before_document, reset_id
from tasks.sampling.choice import COLDEST
from tasks.sampling.engine import engine_of
from tasks.sampling.randomness import Stream
from tasks.text.vocabulary import Vocabulary

CHUNK = 256  # characters; a multiple of 8, where random streams can be taken up


@dataclass(frozen=True, kw_only=True)
class Place:
    """Which sample a row is: the prompt and the index that its random stream depends on."""

    prompt: str
    index: int


@dataclass(frozen=True, kw_only=True)
class Group:
    """Samples that are drawn together, and how far they are.

    Attributes:
        places: which samples, at most 256.
        streams: their random numbers from the position on.
        position: characters drawn of each.
        samples: where they stand.
    """

    places: Sequence[Place]
    streams: Sequence[Stream]
    position: int
    samples: Samples

    @property
    def ended(self) -> np.ndarray:
        """Which samples are complete."""
        return self.samples.ended

    @property
    def has_ended(self) -> bool:
        """Whether every sample is complete."""
        return bool(self.ended.all())


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Characters drawn of a group's samples.

    Attributes:
        ids: `(len(places), characters)` int32; what follows a sample's end has no meaning.
        surprise: bits of each under the model at temperature 1, `(len(places), characters)` float32.
        lengths: how many each sample has of them, `(len(places),)` int32.
    """

    ids: np.ndarray
    surprise: np.ndarray
    lengths: np.ndarray


def state_of(group: Group) -> dict[str, np.ndarray]:
    """All that drawing on needs, but the samples' places and position."""
    samples = group.samples
    states = {f"state_{n}": state for n, state in enumerate(samples.states)}
    return {**states, "recent": samples.recent, "ended": samples.ended}


class Drawer:
    """Draws samples of one temperature.

    A sample depends on its prompt and index, the seed and the temperature, and on nothing beside it.
    """

    def __init__(
        self, network: keras.Model, vocabulary: Vocabulary, temperature: float, parameters: SamplingParameters
    ) -> None:
        self._vocabulary, self._temperature, self._parameters = vocabulary, temperature, parameters
        self.rules = _rules(vocabulary, temperature, parameters)
        self._engine = engine_of(network, tf.as_dtype(parameters.precision), parameters.total)
        self._after: dict[str, list[np.ndarray]] = {}

    def begin(self, places: Sequence[Place]) -> Group:
        """A group of at most 256 samples, after their prompts."""
        self._read_prompts(list(dict.fromkeys(place.prompt for place in places)))
        samples = Samples(
            states=[np.stack(rows) for rows in zip(*(self._after[place.prompt] for place in places), strict=True)],
            recent=np.stack([self._last_ids(place.prompt) for place in places]),
            ended=np.zeros(len(places), bool),
        )
        return Group(places=places, streams=self._streams(places, 0), position=0, samples=samples)

    def resume(self, places: Sequence[Place], position: int, state: Mapping[str, np.ndarray]) -> Group | None:
        """The group as `state_of` described it at this position, a multiple of 8 unless all have ended."""
        if len(state["ended"]) != len(places):
            return None
        states = [state[f"state_{n}"] for n in range(sum(name.startswith("state_") for name in state))]
        samples = Samples(states=states, recent=state["recent"], ended=state["ended"])
        return Group(places=places, streams=self._streams(places, position), position=position, samples=samples)

    def _streams(self, places: Sequence[Place], position: int) -> list[Stream]:
        seed = self._parameters.seed
        return [Stream(seed, self._temperature, place.prompt, place.index, position) for place in places]

    def draw(self, group: Group, characters: int) -> tuple[Drawn, Group]:
        """Up to so many more characters, at most 256, of each sample of the group that has not ended."""
        uniforms = np.stack([stream.next(characters) for stream in group.streams], axis=1)
        temperature = max(self._temperature, COLDEST)
        ids, surprise, lengths, samples = self._engine.draw(
            group.samples, uniforms, temperature, group.position, self.rules
        )
        longest = int(lengths.max())
        drawn = Drawn(ids=ids[:longest].T, surprise=surprise[:longest].T, lengths=lengths)
        return drawn, replace(group, position=group.position + longest, samples=samples)

    def _read_prompts(self, prompts: list[str]) -> None:
        """Know the states after all but the last character of each of these prompts, and forget others."""
        self._after = {prompt: states for prompt, states in self._after.items() if prompt in prompts}
        missing = [prompt for prompt in prompts if prompt not in self._after]
        if missing:
            texts = [self._vocabulary.encode(self._read(prompt)) for prompt in missing]
            states = self._engine.read(texts, self.rules.reset_at)
            for row, prompt in enumerate(missing):
                self._after[prompt] = [state[row] for state in states]

    def _read(self, prompt: str) -> str:
        """The prompt as it is read: where documents begin anew, as the beginning of one."""
        unit = self._parameters.reset_at
        before = before_document(self._vocabulary, unit) if unit else ""
        return prompt if prompt.startswith(before) else before + prompt

    def _last_ids(self, prompt: str) -> np.ndarray:
        ids = self._vocabulary.encode(prompt[-self.rules.remembered :]).astype(np.int32)
        return np.pad(ids, (self.rules.remembered - len(ids), 0), constant_values=-1)


def _rules(vocabulary: Vocabulary, temperature: float, parameters: SamplingParameters) -> Rules:
    return Rules(
        greedy=temperature < COLDEST,
        top_k=parameters.top_k if parameters.top_k < vocabulary.size else 0,
        top_p=parameters.top_p,
        min_p=parameters.min_p,
        repetition_penalty=parameters.repetition_penalty,
        window=parameters.repetition_window,
        stop=tuple(vocabulary.encode(vocabulary.inside(parameters.stop or "")).tolist()),
        minimum_length=parameters.minimum_length,
        never=vocabulary.never_drawn,
        reset_at=reset_id(vocabulary, parameters.reset_at),
    )
