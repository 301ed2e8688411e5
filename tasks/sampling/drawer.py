"""Drawing characters: many rows at once in one compiled loop, each from a random stream of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import keras
import numpy as np
import tensorflow as tf

from tasks.network.model import zero_states
from tasks.network.parameters import SamplingParameters
from tasks.network.resets import before_document, reset_id
from tasks.network.step import carried_states, weights_for_steps
from tasks.sampling.choice import COLDEST, Rules
from tasks.sampling.loop import compiled_loop, compiled_reader
from tasks.sampling.padding import fewest_rows
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
        states: recurrent states as `step` carries them, padded to the loop's number of rows, as is all that follows.
        recent: ids of the last characters, `(rows, rules.remembered)` int32, -1 before the first.
        ended: which rows are complete.
    """

    places: Sequence[Place]
    streams: Sequence[Stream]
    position: int
    states: list[tf.Tensor]
    recent: tf.Tensor
    ended: tf.Tensor

    @property
    def has_ended(self) -> bool:
        """Whether every sample is complete."""
        return bool(tf.reduce_all(self.ended))


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
    states = {f"state_{n}": tf.cast(state, tf.float32).numpy() for n, state in enumerate(group.states)}
    return {**states, "recent": group.recent.numpy(), "ended": group.ended.numpy()}


class Drawer:
    """Draws samples of one temperature.

    The rows of the loop are padded to 256, or to fewer where the products then give the same bits, which is tried
    out. So a sample depends on its prompt and index, the seed and the temperature, and on nothing beside it.
    """

    def __init__(
        self, network: keras.Model, vocabulary: Vocabulary, temperature: float, parameters: SamplingParameters
    ) -> None:
        self._network, self._vocabulary = network, vocabulary
        self._temperature, self._parameters = temperature, parameters
        self.rules = _rules(vocabulary, temperature, parameters)
        self._dtype = tf.as_dtype(parameters.precision)
        self._layers = weights_for_steps(network, self._dtype)
        self._rows = fewest_rows(self._layers, parameters.total)
        self._after: dict[str, list[tf.Tensor]] = {}

    def begin(self, places: Sequence[Place]) -> Group:
        """A group of at most 256 samples, after their prompts."""
        self._read_prompts(list(dict.fromkeys(place.prompt for place in places)))
        padded = [*places, *[places[-1]] * (self._rows - len(places))]
        states = [tf.stack(rows) for rows in zip(*(self._after[place.prompt] for place in padded), strict=True)]
        recent = np.stack([self._last_ids(place.prompt) for place in padded])
        return Group(
            places=places,
            streams=self._streams(places, 0),
            position=0,
            states=states,
            recent=tf.constant(recent),
            ended=tf.range(self._rows) >= len(places),
        )

    def resume(self, places: Sequence[Place], position: int, state: Mapping[str, np.ndarray]) -> Group | None:
        """The group as `state_of` described it at this position, a multiple of 8 unless all have ended."""
        if len(state["ended"]) != self._rows:
            return None
        states = [tf.constant(state[f"state_{n}"]) for n in range(len(self._network.inputs) - 1)]
        return Group(
            places=places,
            streams=self._streams(places, position),
            position=position,
            states=carried_states(states, self._layers, self._dtype),
            recent=tf.constant(state["recent"]),
            ended=tf.constant(state["ended"]),
        )

    def _streams(self, places: Sequence[Place], position: int) -> list[Stream]:
        seed = self._parameters.seed
        return [Stream(seed, self._temperature, place.prompt, place.index, position) for place in places]

    def draw(self, group: Group, characters: int) -> tuple[Drawn, Group]:
        """Up to so many more characters, at most 256, of each sample of the group that has not ended."""
        count = len(group.places)
        uniforms = np.zeros((CHUNK, self._rows), np.float32)  # of one shape, so that the loop is compiled once
        uniforms[:characters, :count] = np.stack([stream.next(characters) for stream in group.streams], axis=1)
        ids, surprise, lengths, states, recent, ended = compiled_loop(self._dtype.name, self.rules)(
            self._layers,
            tf.constant(uniforms),
            tf.constant(characters),
            tf.constant(max(self._temperature, COLDEST), tf.float32),
            tf.constant(group.position),
            (group.states, group.recent, group.ended),
        )
        lengths = lengths.numpy()[:count]
        longest = int(lengths.max())
        drawn = Drawn(
            ids=ids.numpy()[:longest, :count].T, surprise=surprise.numpy()[:longest, :count].T, lengths=lengths
        )
        after = replace(group, position=group.position + longest, states=states, recent=recent, ended=ended)
        return drawn, after

    def _read_prompts(self, prompts: list[str]) -> None:
        """Know the states after all but the last character of each of these prompts, and forget others."""
        self._after = {prompt: states for prompt, states in self._after.items() if prompt in prompts}
        missing = [prompt for prompt in prompts if prompt not in self._after]
        if not missing:
            return
        read = [self._read(prompt) for prompt in missing]
        lengths = [len(text) for text in read] + [1] * (self._rows - len(read))
        ids = np.zeros((-(-max(lengths) // CHUNK) * CHUNK, self._rows), np.int32)  # of few shapes, as what is drawn is
        for row, text in enumerate(read):
            ids[: len(text), row] = self._vocabulary.encode(text)
        start = carried_states(zero_states(self._network, self._rows), self._layers, self._dtype)
        states = compiled_reader(self._dtype.name, self.rules.reset_at)(
            self._layers, tf.constant(ids), tf.constant(lengths), start
        )
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
