"""A training run in progress, and its way into a checkpoint and back."""

import math
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tasks.model.checkpoints import Checkpoint

RECORDS = ("seconds", "best_loss", "best_step", "stale", "metrics", "previews", "resumed_from")


@dataclass
class Run:
    """A training run in progress: the network, and what a checkpoint must hold."""

    network: keras.Model
    optimizer: keras.optimizers.Optimizer
    states: list[Any]
    step: int = 0
    seconds: float = 0.0
    best_loss: float = math.inf
    best_step: int = 0
    best_weights: list[np.ndarray] = field(default_factory=list)
    stale: int = 0
    metrics: list[dict[str, Any]] = field(default_factory=list)
    previews: list[dict[str, Any]] = field(default_factory=list)
    resumed_from: list[int] = field(default_factory=list)


def checkpoint_of(run: Run) -> Checkpoint:
    """All that the run needs to go on."""
    arrays = {f"weight_{n}": w for n, w in enumerate(run.network.get_weights())}
    arrays |= {f"optimizer_{n}": np.asarray(v) for n, v in enumerate(run.optimizer.variables)}
    arrays |= {f"state_{n}": np.asarray(s) for n, s in enumerate(run.states)}
    arrays |= {f"best_{n}": w for n, w in enumerate(run.best_weights)}
    return Checkpoint(step=run.step, arrays=arrays, state={name: getattr(run, name) for name in RECORDS})


def restore(run: Run, checkpoint: Checkpoint) -> None:
    """Put the run where it was at the checkpoint, and note that it was."""
    groups: dict[str, list[np.ndarray]] = {"weight": [], "optimizer": [], "state": [], "best": []}
    for name, array in checkpoint.arrays.items():
        groups[name.split("_")[0]].append(array)
    run.network.set_weights(groups["weight"])
    for variable, value in zip(run.optimizer.variables, groups["optimizer"], strict=True):
        variable.assign(value)
    run.states = [tf.constant(state) for state in groups["state"]]
    run.best_weights = groups["best"]
    run.step = checkpoint.step
    for name in RECORDS:
        setattr(run, name, checkpoint.state[name])
    run.resumed_from.append(run.step)
