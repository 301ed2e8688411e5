"""Checkpoints: all that training needs to go on, in a folder that is whole or not there.

step-00000800/tensors.npz   named arrays
step-00000800/state.json    position and records, and the SHA-256 of tensors.npz
"""

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

logger = logging.getLogger("charflow.train")

KEPT = 2


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """What a checkpoint holds.

    Attributes:
        step: how many steps were done.
        arrays: weights, optimiser and recurrent state, by name.
        state: everything else, as JSON.
    """

    step: int
    arrays: dict[str, np.ndarray]
    state: dict[str, Any]


def save(folder: Path, checkpoint: Checkpoint) -> None:
    """Write it whole, then drop all but the two newest."""
    draft = folder / ".draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    with (draft / "tensors.npz").open("wb") as file:
        np.savez(file, allow_pickle=False, **checkpoint.arrays)
        file.flush()
        os.fsync(file.fileno())
    record = {"step": checkpoint.step, "state": checkpoint.state, "sha256": _sha256(draft / "tensors.npz")}
    with (draft / "state.json").open("w", encoding="utf-8") as text:
        json.dump({**record, "checksum": _checksum(record)}, text)
        text.flush()
        os.fsync(text.fileno())
    final = folder / f"step-{checkpoint.step:08}"
    shutil.rmtree(final, ignore_errors=True)
    draft.rename(final)
    for old in sorted(folder.glob("step-*"))[:-KEPT]:
        shutil.rmtree(old)


def latest(folder: Path) -> Checkpoint | None:
    """The newest checkpoint that holds what was written; damaged ones are passed over, and said so."""
    for path in sorted(folder.glob("step-*"), reverse=True):
        try:
            return _read(path)
        except (OSError, ValueError, KeyError) as error:
            logger.warning("checkpoint %s is damaged (%s); using the one before", path.name, error)
    return None


def _read(path: Path) -> Checkpoint:
    record = json.loads((path / "state.json").read_text(encoding="utf-8"))
    body = {name: value for name, value in record.items() if name != "checksum"}
    if _checksum(body) != record["checksum"] or _sha256(path / "tensors.npz") != record["sha256"]:
        raise ValueError("its checksum is wrong")
    with np.load(path / "tensors.npz", allow_pickle=False) as arrays:
        return Checkpoint(step=record["step"], arrays=dict(arrays), state=record["state"])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _checksum(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
