"""A training run in progress, and its way into a checkpoint and back."""

import contextlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tasks.learning.checkpoints import Checkpoint

RECORDS = (
    "seconds",
    "best_loss",
    "best_step",
    "stale",
    "good",
    "metrics",
    "previews",
    "resumed_from",
    "lent_from",
    "rollbacks",
)


@dataclass
class Run:
    """A training run in progress: the network, and what a checkpoint must hold.

    Attributes:
        network: with the weights of the step.
        optimizer: with its moments.
        states: the recurrent state that the next step begins with.
        averages: the running mean of each weight; empty where the weights themselves count.
        step: how many steps were done.
        seconds: that they took.
        best_loss: the least validation loss so far, in nats.
        best_step: where it was measured.
        best_weights: those it was measured with.
        stale: validations since.
        good: the last step at which the validation loss was fit to go on from.
        metrics: a record for each logged step.
        previews: what was drawn as training went on.
        resumed_from: the step of each checkpoint from which the run was taken up.
        lent_from: the step up to which a run with fewer epochs had come.
        rollbacks: for each divergence the step `at` which it showed, `why`, and the step `to` which the run went back.
    """

    network: keras.Model
    optimizer: keras.optimizers.Optimizer
    states: list[Any]
    averages: list[tf.Variable] = field(default_factory=list)
    step: int = 0
    seconds: float = 0.0
    best_loss: float = math.inf
    best_step: int = 0
    best_weights: list[np.ndarray] = field(default_factory=list)
    stale: int = 0
    good: int = 0
    metrics: list[dict[str, Any]] = field(default_factory=list)
    previews: list[dict[str, Any]] = field(default_factory=list)
    resumed_from: list[int] = field(default_factory=list)
    lent_from: int | None = None
    rollbacks: list[dict[str, Any]] = field(default_factory=list)

    def averaged_weights(self) -> list[np.ndarray]:
        """The running means of the weights; the weights themselves where there are none."""
        return [average.numpy() for average in self.averages] or self.network.get_weights()

    def averaged(self) -> contextlib.AbstractContextManager[None]:
        """Within, the network has its averaged weights."""
        return self.having(self.averaged_weights())

    @contextlib.contextmanager
    def having(self, weights: Sequence[np.ndarray]) -> Iterator[None]:
        """Within, the network has these weights."""
        own = self.network.get_weights()
        self.network.set_weights(weights)
        try:
            yield
        finally:
            self.network.set_weights(own)


def checkpoint_of(run: Run) -> Checkpoint:
    """All that the run needs to go on."""
    arrays = {f"weight_{n}": w for n, w in enumerate(run.network.get_weights())}
    arrays |= {f"optimizer_{n}": np.asarray(v) for n, v in enumerate(run.optimizer.variables)}
    arrays |= {f"state_{n}": np.asarray(s) for n, s in enumerate(run.states)}
    arrays |= {f"average_{n}": average.numpy() for n, average in enumerate(run.averages)}
    arrays |= {f"best_{n}": w for n, w in enumerate(run.best_weights)}
    return Checkpoint(step=run.step, arrays=arrays, state={name: getattr(run, name) for name in RECORDS})


def restore(run: Run, checkpoint: Checkpoint) -> None:
    """Put the run where it was at the checkpoint, its own or that of a run which was equal up to there."""
    groups: dict[str, list[np.ndarray]] = {"weight": [], "optimizer": [], "state": [], "average": [], "best": []}
    for name, array in checkpoint.arrays.items():
        groups[name.split("_")[0]].append(array)
    run.network.set_weights(groups["weight"])
    for variable, value in zip(run.optimizer.variables, groups["optimizer"], strict=True):
        variable.assign(value)
    for average, value in zip(run.averages, groups["average"], strict=True):
        average.assign(value)
    run.states = [tf.constant(state) for state in groups["state"]]
    run.best_weights = groups["best"]
    run.step = checkpoint.step
    for name in RECORDS:
        setattr(run, name, checkpoint.state[name])
