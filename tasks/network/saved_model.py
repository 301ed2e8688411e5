"""A saved model as its files tell of it, without Keras: its shape, and the digest of what training takes from it."""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tasks.network.parameters import TrainingParameters
from tasks.text.vocabulary import Vocabulary

MODEL, VOCABULARY, CONFIG, SKETCH = "model.keras", "vocabulary.json", "config.json", "trained_on.npy"
TAKEN = (MODEL, VOCABULARY, SKETCH)
WEIGHTS = "model.weights.h5"
SHAPE = ("cell", "layers", "units", "embedding_dim")


def shape_of(folder: Path) -> dict[str, Any]:
    """The shape of the model in a folder, and its level.

    Raises:
        OSError, ValueError, KeyError, TypeError: the folder holds no model of charflow.
    """
    training = json.loads((folder / CONFIG).read_text(encoding="ascii"))["training"]
    return {**{name: training[name] for name in SHAPE}, "level": _vocabulary(folder / VOCABULARY).level}


def shape_for(parameters: TrainingParameters, level: str) -> dict[str, Any]:
    """The shape of the model that training with these parameters makes."""
    return {**{name: getattr(parameters, name) for name in SHAPE}, "level": level}


def digest_of_model(paths: Mapping[str, Path]) -> str:
    """SHA-256 hex of the weights, the characters and the sketch of a model: not of its name, nor of when it was saved.

    Args:
        paths: of its files by name; a sketch there need not be.

    Raises:
        OSError, ValueError, KeyError, zipfile.BadZipFile: a file is none of a model.
    """
    import numpy as np  # which a plan has no need of

    digest = hashlib.sha256(_vocabulary(paths[VOCABULARY]).sha256.encode())
    with zipfile.ZipFile(paths[MODEL]) as archive, archive.open(WEIGHTS) as weights:
        digest.update(hashlib.file_digest(weights, "sha256").digest())  # type: ignore[arg-type]
    if SKETCH in paths:
        np.load(paths[SKETCH], mmap_mode="r", allow_pickle=False)
        with paths[SKETCH].open("rb") as sketch:
            digest.update(hashlib.file_digest(sketch, "sha256").digest())
    return digest.hexdigest()


def _vocabulary(path: Path) -> Vocabulary:
    return Vocabulary.from_json(path.read_text(encoding="ascii"))
