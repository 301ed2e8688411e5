"""Where a run goes on: at a checkpoint of its own, at one of a shorter run, or before it diverged."""

import logging
from pathlib import Path

from tasks.learning.checkpoints import drop_after, latest
from tasks.learning.run import Run, restore
from tasks.learning.schedule import shared_steps
from tasks.learning.update import Updates

logger = logging.getLogger("charflow.train")

ROLLBACKS = 3


class TrainingDivergedError(RuntimeError):
    """The loss is no longer a number, or far above that of blind guessing."""

    def __init__(self, why: str, step: int, advice: str = "") -> None:
        super().__init__(f"training diverged: {why} at step {step}{advice}")
        self.why, self.step = why, step


def take_up(updates: Updates, kept: Path, shared: Path) -> None:
    """Put a new run where a checkpoint of its own, or of a run with fewer epochs, had come to."""
    run, own = updates.run, latest(kept)
    lent = latest(shared, at_most=shared_steps(updates.parameters, updates.fitted))
    if lent and (own is None or lent.step > own.step):
        restore(run, lent)
        run.resumed_from, run.lent_from = [], lent.step
    elif own:
        restore(run, own)
    if run.step:
        run.resumed_from.append(run.step)


def roll_back(before: Run, updates: Updates, error: TrainingDivergedError, kept: Path, shared: Path) -> None:
    """Put a new run where the one that diverged can go on, with the rate halved from the last good validation on.

    Raises:
        TrainingDivergedError: it was done three times before.
    """
    if len(before.rollbacks) == ROLLBACKS:
        halved = f", although its rate was halved {ROLLBACKS} times"
        advice = f"{halved}; lower --learning-rate (it is {updates.fitted.learning_rate:.3g})"
        raise TrainingDivergedError(error.why, error.step, advice) from error
    logger.warning("%s; going back to step %d and on with half the learning rate", error, before.good)
    drop_after(kept, before.good)
    candidates = [latest(kept), latest(shared, min(before.good, shared_steps(updates.parameters, updates.fitted)))]
    if found := [checkpoint for checkpoint in candidates if checkpoint]:
        restore(updates.run, max(found, key=lambda checkpoint: checkpoint.step))
    updates.run.resumed_from, updates.run.lent_from = before.resumed_from, before.lent_from
    updates.run.rollbacks = [*before.rollbacks, {"at": error.step, "why": error.why, "to": before.good}]
