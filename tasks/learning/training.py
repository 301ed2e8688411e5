"""Training: from a dataset to the best weights found, a step at a time."""

import dataclasses
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from tasks.data.ids import Ids
from tasks.learning.cadence import Cadence
from tasks.learning.evaluation import Evaluation, Measured, held_batches, measure, validation_batches
from tasks.learning.hyperparameters import Fit, shrunk
from tasks.learning.loop import TrainingLoop
from tasks.learning.resumption import TrainingDivergedError, roll_back, take_up
from tasks.learning.run import Run
from tasks.learning.update import Updates, updates_of
from tasks.network.parameters import TrainingParameters
from tasks.text.vocabulary import Vocabulary


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What training gives: a network with the weights to keep, and what is known of it.

    `prompt` is what previews went on from; `shrunk` has a phrase for each parameter that the training split was too
    short for; `initial` is what was measured of the held-out text, its state carried on, before the first step of a
    warm start.
    """

    network: keras.Model
    run: Run
    parameters: TrainingParameters
    fit: Fit
    prompt: str
    cadence: Cadence
    shrunk: list[str]
    characters_per_step: int
    measured: Measured
    initial: Evaluation | None

    @property
    def loss_carried(self) -> float:
        """In nats, of held-out text whose state is carried on."""
        return self.measured.validation.carried.loss

    @property
    def loss_cold(self) -> float:
        """In nats, of windows of held-out text, each from a zero state."""
        return self.measured.validation.cold.loss


def train(
    train_ids: Ids,
    validation_ids: Ids,
    vocabulary: Vocabulary,
    parameters: TrainingParameters,
    kept: Path,
    shared: Path,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    *,
    test_ids: Ids | None = None,
    prompt: str | None = None,
    initial: Sequence[np.ndarray] | None = None,
    mixed: Ids | None = None,
) -> Trained:
    """Train until the steps are done or the validation loss has stopped falling.

    Where the loss diverges, the run goes back to the last good validation and on from there with half the rate, up to
    three times. What comes out does not depend on when checkpoints were written: from whichever is left, the steps
    are done again, each at the rate that it had.

    Args:
        train_ids: of the training split.
        validation_ids: of the held-out one; of a long one evenly spaced stretches are measured.
        vocabulary: what the ids stand for.
        parameters: complete.
        kept: folder for checkpoints; a run that finds some there goes on from the newest.
        shared: folder for checkpoints that runs with more epochs can go on from.
        callbacks: told of every step and epoch as `model.fit` would tell them; they may ask for the end.
        test_ids: of what is held out to the end, measured once, with the weights that were chosen without it.
        prompt: what previews go on from; None: what a text begins after.
        initial: the weights to begin with, and to go back to; None: as the network is built.
        mixed: what the steps see in place of the training split; None: that itself.

    Raises:
        TooLargeError: there is too little memory for it; nothing was begun.
        TrainingDivergedError: the loss diverged again.
    """
    held_out = validation_batches(validation_ids, resets=parameters.reset_at is not None)
    afresh = functools.partial(updates_of, train_ids, vocabulary.size, parameters, initial, mixed)
    updates = afresh()
    take_up(updates, kept, shared)
    begun = updates.run.step
    cadence = Cadence(steps=parameters.checkpoint_steps, seconds=parameters.checkpoint_seconds, last_step=begun)
    loop = TrainingLoop(updates, vocabulary, prompt or vocabulary.first, kept, shared, cadence, held_out, callbacks)
    return _trained(_to_the_end(loop, afresh), train_ids, validation_ids, test_ids, initial)


def _to_the_end(loop: TrainingLoop, afresh: Callable[[], Updates]) -> TrainingLoop:
    """The loop that did the last step: where one diverges, a new run goes on from its last good validation.

    Raises:
        TrainingDivergedError: the loss diverged again and again.
    """
    while True:
        try:
            loop.go()
            return loop
        except TrainingDivergedError as error:
            updates = afresh()
            roll_back(loop.run, updates, error, loop.kept, loop.shared)
            loop = dataclasses.replace(loop, updates=updates)


def _trained(
    loop: TrainingLoop, train_ids: Ids, validation_ids: Ids, test_ids: Ids | None, initial: Sequence[np.ndarray] | None
) -> Trained:
    """What a finished loop gives, measured with the weights to keep."""
    updates, parameters = loop.updates, loop.parameters
    _keep_weights(updates)
    return Trained(
        network=loop.run.network,
        run=loop.run,
        parameters=parameters,
        fit=updates.fitted,
        prompt=loop.prompt,
        cadence=loop.cadence,
        shrunk=shrunk(parameters, *updates.batches.batch(0).inputs.shape),
        characters_per_step=updates.characters_per_step,
        measured=measure(loop.evaluate, train_ids, validation_ids, test_ids, resets=parameters.reset_at is not None),
        initial=None if initial is None else _evaluation_with(initial, loop, validation_ids),
    )


def _evaluation_with(weights: Sequence[np.ndarray], loop: TrainingLoop, ids: Ids) -> Evaluation:
    """What is measured of held-out text, its state carried on, with weights in the place of the network's own.

    At the end, that it be done once, however often the run was taken up or went back.
    """
    with loop.run.having(weights):
        return loop.evaluate(held_batches(ids, resets=loop.parameters.reset_at is not None), True)


def _keep_weights(updates: Updates) -> None:
    """Give the network the weights to keep."""
    run = updates.run
    best = run.best_weights if updates.parameters.keep == "best" else []
    run.network.set_weights(best or run.averaged_weights())  # none where a callback ended it before a validation
