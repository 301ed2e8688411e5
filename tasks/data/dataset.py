"""A dataset, opened: its vocabulary, its floors and the ids of its splits."""

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from tasks.data.ids import Ids
from tasks.data.passages import Passage, read_passages
from tasks.text.vocabulary import Vocabulary


class Files(Protocol):
    """Files by name, such as an artifact's."""

    @property
    def names(self) -> list[str]:
        """The names, sorted."""

    def path(self, name: str) -> Path:
        """Where the file of this name lies."""


@dataclass(frozen=True)
class Dataset:
    """What the shard stage wrote, or the encode stage, whose only split is called `ids`."""

    files: Files

    @classmethod
    def of(cls, files: Files) -> "Dataset":
        """That of an artifact."""
        return cls(files)

    @functools.cached_property
    def vocabulary(self) -> Vocabulary:
        """What the ids stand for."""
        return Vocabulary.from_json(self.files.path("vocabulary.json").read_text(encoding="ascii"))

    @functools.cached_property
    def floors(self) -> dict[str, float]:
        """Bits per character of predictors without a network, by name."""
        floors: dict[str, float] = json.loads(self.files.path("floors.json").read_text(encoding="ascii"))
        return floors

    @functools.cached_property
    def passages(self) -> list[Passage]:
        """Beginnings of passages in the validation split."""
        return read_passages(self.files.path("passages.json"))

    @functools.cached_property
    def seams(self) -> np.ndarray:
        """Where in the validation split texts begin that do not follow on what stands before, `(texts,)` int64."""
        seams = json.loads(self.files.path("seams.json").read_text(encoding="ascii"))
        if seams is None:
            return np.unique(np.concatenate([[0], *self.split("validation").starts()])).astype(np.int64)
        return np.array(seams, np.int64)

    def split(self, name: str) -> Ids:
        """The ids of a split; none if there is no such split."""
        return Ids.open(self.paths(name))

    def paths(self, split: str) -> list[Path]:
        """The files of a split, in the order of the corpus."""
        return [self.files.path(name) for name in self.files.names if name.startswith(f"{split}-")]
