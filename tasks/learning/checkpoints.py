"""Checkpoints: all that training needs to go on, in a folder that is whole or not there.

step-00000800/tensors.npz   named arrays
step-00000800/state.json    position and records, and the SHA-256 of tensors.npz
"""

import hashlib
import json
import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tasks.durable import move_into_place

logger = logging.getLogger("charflow.train")

KEPT = 3
LENT = 2


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


def save(folder: Path, checkpoint: Checkpoint, good: int = 0) -> None:
    """Write it whole, then drop the old ones.

    The newest three stay, and the newest of no more steps than `good`, to which a run that diverges can go back. Each
    holds the best weights of its time.
    """
    draft = folder / ".draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        np.savez(draft / "tensors.npz", allow_pickle=False, **checkpoint.arrays)
        record = {"step": checkpoint.step, "state": checkpoint.state, "sha256": _sha256(draft / "tensors.npz")}
        (draft / "state.json").write_text(json.dumps({**record, "checksum": _checksum(record)}), encoding="utf-8")
        _place(draft, folder / _name(checkpoint.step))
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    names = _newest_first(folder)
    for old in set(names[KEPT:]) - {next((name for name in names if name <= _name(good)), None)}:
        shutil.rmtree(folder / str(old))


def latest(folder: Path, at_most: int | None = None) -> Checkpoint | None:
    """The newest checkpoint that holds what was written; damaged ones are passed over, and said so.

    Args:
        folder: where `save` put them.
        at_most: those of more steps do not count.
    """
    for name in _newest_first(folder):
        if at_most is None or name <= _name(at_most):
            try:
                return _read(folder / name)
            except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
                logger.warning("checkpoint %s is damaged (%s); using the one before", name, error)
    return None


def drop_after(folder: Path, step: int) -> None:
    """Remove those of more steps."""
    for name in _newest_first(folder):
        if name > _name(step):
            shutil.rmtree(folder / name)


def lend(folder: Path, step: int, shared: Path) -> None:
    """Copy the checkpoint of this step to a folder that longer runs read, where the two newest stay."""
    draft = folder / ".lent"
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(folder / _name(step), draft)
    _place(draft, shared / _name(step))
    for old in _newest_first(shared)[LENT:]:
        shutil.rmtree(shared / old, ignore_errors=True)


def _place(draft: Path, final: Path) -> None:
    shutil.rmtree(final, ignore_errors=True)  # a damaged one, or one that took another way
    move_into_place(draft, final)


def _name(step: int) -> str:
    return f"step-{step:08}"


def _newest_first(folder: Path) -> list[str]:
    return sorted((path.name for path in folder.glob("step-*")), reverse=True)


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
