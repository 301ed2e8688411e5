"""A warm start: what training takes from an earlier model, and what that had seen of the text that is held out now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tasks.data.dataset import Files
from tasks.data.ids import Ids
from tasks.data.sketch import new_ranges, share_seen, sketch_of
from tasks.learning.hyperparameters import epochs_by_budget
from tasks.learning.mixture import mixture
from tasks.network.loading import load_network
from tasks.network.model import build
from tasks.network.parameters import TrainingParameters
from tasks.network.saved_model import MODEL, SKETCH, VOCABULARY, digest_of_model
from tasks.network.transfer import transferred
from tasks.text.vocabulary import Vocabulary


@dataclass(frozen=True, kw_only=True)
class WarmStart:
    """What is taken from an earlier model.

    Attributes:
        weights: to begin with, in the order of the network's.
        sketch: of all that it was trained on; None if that is not known.
        facts: what it was, as JSON.
    """

    weights: list[np.ndarray]
    sketch: np.ndarray | None
    facts: dict[str, Any]

    @classmethod
    def of(cls, files: Files, digest: str, parameters: TrainingParameters, vocabulary: Vocabulary) -> "WarmStart":
        """That of an earlier model.

        Args:
            files: of the model.
            digest: what `digest_of_model` gave of them when it was chosen.
            parameters: of the network that is to be trained.
            vocabulary: of its text.

        Raises:
            ValueError: the model is no longer the one that was chosen, or of another shape.
        """
        if digest_of_model({name: files.path(name) for name in files.names}) != digest:
            raise ValueError("the model that training was to start from was changed meanwhile; run the same once more")
        earlier = Vocabulary.from_json(files.path(VOCABULARY).read_text(encoding="ascii"))
        network = build(parameters, vocabulary.size)
        had, has = set(earlier.characters), set(vocabulary.characters)
        return cls(
            weights=transferred(load_network(files.path(MODEL)), earlier.characters, network, vocabulary.characters),
            sketch=np.load(files.path(SKETCH), allow_pickle=False) if SKETCH in files.names else None,
            facts={"sha256": digest, "new_characters": len(has - had), "dropped_characters": len(had - has)},
        )

    def mixed(self, ids: Ids, vocabulary: Vocabulary, parameters: TrainingParameters) -> Ids | None:
        """What the steps see of a training split; None: the split as it is, also where epochs are given."""
        # Where a longer run may go on from a shorter one, both see the same.
        if self.sketch is None or parameters.epochs or parameters.schedule != "cosine":
            return None
        new = new_ranges(ids, vocabulary, self.sketch)
        return mixture(ids, new, epochs_by_budget(parameters, len(ids)))

    def seen(self, held_out: Mapping[str, Ids], own: np.ndarray, vocabulary: Vocabulary) -> dict[str, float | None]:
        """The share of each held-out split that the earlier model was trained on, by name; None if it is not known.

        Args:
            held_out: the splits, by name; of an empty one nothing is told.
            own: sketch of the text that is trained on now.
            vocabulary: what the ids stand for.
        """
        return {
            f"{name}_seen": None if self.sketch is None else share_seen(sketch_of(ids, vocabulary), self.sketch, own)
            for name, ids in held_out.items()
            if len(ids)
        }
