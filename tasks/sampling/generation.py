"""Bulk sampling: group after group, chunk after chunk, each kept on disk until its samples are asked for."""

import itertools
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import keras
import numpy as np

from tasks.data.samples import summed
from tasks.network.parameters import SamplingParameters
from tasks.sampling.chunks import CHARACTER, KeptGroup
from tasks.sampling.drawer import CHUNK, Drawer, Drawn, Group, Place, state_of
from tasks.sampling.padding import ROWS
from tasks.text.vocabulary import Vocabulary

AT_ONCE = 1 << 22  # characters that are read back together


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One sample.

    Attributes:
        prompt: what it goes on from.
        index: which of those at the same temperature, prompt and seed.
        text: what follows the prompt.
        surprise: of each character in bits under the model at temperature 1, `(len(text),)` float32.
        log_probability: of the text, the natural logarithm, at temperature 1.
        content: the bytes of the text, where it is shown as what they are in UTF-8; else None.
    """

    prompt: str
    index: int
    text: str
    surprise: np.ndarray
    log_probability: float
    content: bytes | None = None

    @property
    def bits_per_character(self) -> float:
        """Of the text, at temperature 1; per byte where it is made of those."""
        return -self.log_probability / math.log(2) / len(self.text if self.content is None else self.content)

    def outside(self, vocabulary: Vocabulary) -> "Sample":
        """The sample as it is shown: its surprise summed over what each character is made of."""
        if vocabulary.level == "character":
            return self
        text, ends = vocabulary.aligned(self.text)
        return replace(
            self,
            prompt=vocabulary.outside(self.prompt),
            text=text,
            surprise=summed(self.surprise, ends),
            content=self.text.encode(vocabulary.encoding),
        )


class Generation:
    """The samples of one temperature, drawn as they are iterated over.

    What is drawn is kept in a folder, so that a killed process goes on from its last chunk, and memory holds one
    chunk of 256 samples, or one sample, at a time.

    Attributes:
        resumed: characters that were found in the folder; those after the end of a sample that stopped count too.
        seconds: spent on drawing, by this process and those killed before.
    """

    def __init__(
        self,
        network: keras.Model,
        vocabulary: Vocabulary,
        temperature: float,
        parameters: SamplingParameters,
        folder: Path,
    ) -> None:
        self._drawer = Drawer(network, vocabulary, temperature, parameters)
        self._vocabulary, self._parameters, self._folder = vocabulary, parameters, folder
        self.resumed = 0
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Sample]:
        """The samples by prompt, then by index."""
        every = (
            Place(prompt=p, index=i)
            for number, p in enumerate(self._parameters.prompts)
            for i in range(self._parameters.samples_of(number))
        )
        for number in itertools.count():
            places = list(itertools.islice(every, ROWS))
            if not places:
                return
            kept = KeptGroup(self._folder / f"{number:06}")
            self._draw(places, kept)
            yield from self._read(places, kept)

    def _draw(self, places: list[Place], kept: KeptGroup) -> None:
        """Draw the group's samples to their ends, from where they stand."""
        group, seconds = self._where_it_stands(places, kept)
        while group.position < self._parameters.sample_length and not group.has_ended:
            started = time.monotonic()
            drawn, group = self._drawer.draw(group, min(CHUNK, self._parameters.sample_length - group.position))
            seconds += time.monotonic() - started
            kept.add(_chunk(drawn), group.position, {**state_of(group), "seconds": np.array(seconds)})
        self.seconds += seconds

    def _where_it_stands(self, places: list[Place], kept: KeptGroup) -> tuple[Group, float]:
        found = kept.resume()
        group = self._drawer.resume(places, *found) if found else None
        if found is None or group is None:
            return self._drawer.begin(places), 0.0
        self.resumed += group.position * len(places)
        return group, float(found[1]["seconds"])

    def _read(self, places: list[Place], kept: KeptGroup) -> Iterator[Sample]:
        at_once = max(1, AT_ONCE // self._parameters.sample_length)
        for first in range(0, len(places), at_once):
            rows = slice(first, first + at_once)
            for place, characters in zip(places[rows], kept.rows(rows), strict=True):
                surprise = characters["surprise"]
                yield Sample(
                    prompt=place.prompt,
                    index=place.index,
                    text=self._vocabulary.decode(characters["id"]),
                    surprise=surprise,
                    log_probability=-float(surprise.sum(dtype=np.float64)) * math.log(2),
                )


def _chunk(drawn: Drawn) -> np.ndarray:
    """The drawn characters as they are kept."""
    chunk = np.empty(drawn.ids.shape, CHARACTER)
    chunk["id"] = drawn.ids
    has_ended = np.arange(drawn.ids.shape[1]) >= drawn.lengths[:, None]
    chunk["surprise"] = np.where(has_ended, np.nan, drawn.surprise)
    return chunk
