"""Training: from a dataset to the best weights found, a step at a time."""

import functools
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from tasks.data.ids import Ids
from tasks.model.cadence import Cadence
from tasks.model.checkpoints import lend, save
from tasks.model.evaluation import Evaluation, Measured, carried_batches, evaluator, measure
from tasks.model.hooks import Hooks
from tasks.model.parameters import TrainingParameters
from tasks.model.presets import Fit, shrunk
from tasks.model.preview import preview
from tasks.model.resets import reset_id
from tasks.model.resuming import TrainingDivergedError, roll_back, take_up
from tasks.model.run import Run, checkpoint_of
from tasks.model.schedule import shared_steps
from tasks.model.stopping import held_signals
from tasks.model.updating import Updates, updates_of
from tasks.progress import TrainingProgress, report
from tasks.text.vocabulary import Vocabulary

logger = logging.getLogger("charflow.train")

REPORT_STEPS = 10
VALIDATED_CHARACTERS, VALIDATED_ROWS = 1 << 18, 64
EXPLODED = 3.0


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What training gives: a network with the weights to keep, and what is known of it.

    `shrunk` has a phrase for each parameter that the training split was too short for.
    """

    network: keras.Model
    run: Run
    fit: Fit
    cadence: Cadence
    shrunk: list[str]
    characters_per_step: int
    measured: Measured

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

    Raises:
        TrainingDivergedError: the loss diverged again.
    """
    resets = parameters.reset_at is not None
    held_out = carried_batches(validation_ids, VALIDATED_ROWS, VALIDATED_CHARACTERS, resets=resets)
    updates = updates_of(train_ids, vocabulary.size, parameters)
    less = shrunk(parameters, *updates.batches.batch(0).inputs.shape)
    take_up(updates, kept, shared)
    begun = updates.run.step
    cadence = Cadence(steps=parameters.checkpoint_steps, seconds=parameters.checkpoint_seconds, last_step=begun)
    while True:
        run = updates.run
        evaluate = evaluator(run.network, tf.as_dtype(parameters.precision))
        validate, hooks = functools.partial(evaluate, held_out, True), Hooks(callbacks, updates)
        loop = _Loop(updates, vocabulary, prompt or vocabulary.first, kept, shared, cadence, validate, hooks)
        try:
            loop.go()
            break
        except TrainingDivergedError as error:
            updates = updates_of(train_ids, vocabulary.size, parameters)
            roll_back(run, updates, error, kept, shared)
    _keep_weights(updates)
    measured = measure(evaluate, train_ids, validation_ids, test_ids, resets=resets)
    return _trained(updates, less, cadence, measured)


def _trained(updates: Updates, less: list[str], cadence: Cadence, measured: Measured) -> Trained:
    """What a finished run gives."""
    return Trained(
        network=updates.run.network,
        run=updates.run,
        fit=updates.fitted,
        cadence=cadence,
        shrunk=less,
        characters_per_step=updates.characters_per_step,
        measured=measured,
    )


def _keep_weights(updates: Updates) -> None:
    """Give the network the weights to keep."""
    run = updates.run
    best = run.best_weights if updates.parameters.keep == "best" else []
    run.network.set_weights(best or run.averaged_weights())  # none where a callback ended it before a validation


@dataclass
class _Loop:
    """The steps of a run, with what happens between them."""

    updates: Updates
    vocabulary: Vocabulary
    prompt: str
    kept: Path
    shared: Path
    cadence: Cadence
    validate: Callable[[], Evaluation]
    hooks: Hooks

    @property
    def run(self) -> Run:
        """What the steps change."""
        return self.updates.run

    @property
    def parameters(self) -> TrainingParameters:
        """Complete."""
        return self.updates.parameters

    def go(self) -> None:
        """Do the steps that are left; a signal to stop takes effect between two of them, after a checkpoint."""
        if self.run.step == 0:
            self._draw_preview()
        with held_signals() as signals, self.hooks.training(self.run.step):
            while self._goes_on():
                self._step()
                lends = self._lends()
                if signals.came or lends or self.cadence.due(self.run.step):
                    with self.cadence.writing(self.run.step):
                        save(self.kept, checkpoint_of(self.run), self.run.good)
                if lends:
                    lend(self.kept, self.run.step, self.shared)
                signals.deliver()

    def _lends(self) -> bool:
        """Whether every longer run is equal up to here: also in what it would have gone back from."""
        step = self.run.step
        last = step == shared_steps(self.parameters, self.updates.fitted)
        return last and all(one["at"] < step for one in self.run.rollbacks)

    def _goes_on(self) -> bool:
        out_of_patience = self.parameters.patience and self.run.stale >= self.parameters.patience
        return self.run.step < self.updates.fitted.steps and not out_of_patience and not self.hooks.stop

    def _step(self) -> None:
        number = self.run.step
        self.hooks.before(number)
        loss = self.updates.step()
        self._check(loss, "loss", number)
        self.hooks.after(number, loss, self._after_step(loss))

    def _after_step(self, loss: float) -> float | None:
        """Validate, log and tell, each where it is due; gives the validation loss."""
        step, validation_loss = self.run.step, None
        if step % self.updates.fitted.validate_every == 0 or step == self.updates.fitted.steps:
            with self.run.averaged():
                validation_loss = self.validate().loss
            self._check(validation_loss, "validation loss", step)
            self._note_best(validation_loss)
            self._log(loss, validation_loss)
            with self.run.averaged():
                self._draw_preview()
            self._tell(loss, self.run.previews[-1]["text"])
        elif step % REPORT_STEPS == 0:
            self._log(loss, None)
            self._tell(loss, None)
        return validation_loss

    def _check(self, loss: float, name: str, step: int) -> None:
        """Raise if the run cannot go on from here; weights are looked at where the run may go back to them."""
        if not loss <= EXPLODED * math.log(self.vocabulary.size) + 1e-6:  # also where it is no number
            raise TrainingDivergedError(f"the {name} is {loss:.3g}", step)
        if name == "validation loss":
            if not all(np.isfinite(weight).all() for weight in self.run.network.get_weights()):
                raise TrainingDivergedError("a weight is no number", step)
            self.run.good = step

    def _note_best(self, validation_loss: float) -> None:
        run = self.run
        run.stale += 1
        if validation_loss < run.best_loss:
            run.best_loss, run.best_step, run.stale = validation_loss, run.step, 0
            if self.parameters.keep == "best":
                run.best_weights = run.averaged_weights()

    def _log(self, loss: float, validation_loss: float | None) -> None:
        self.run.metrics.append(
            {
                "step": self.run.step,
                "characters": self._characters(),
                "seconds": round(self.run.seconds, 3),
                "train_loss_nats": loss,
                "validation_loss_nats": validation_loss,
                "learning_rate": float(self.run.optimizer.learning_rate),
            }
        )

    def _draw_preview(self) -> None:
        run = self.run
        reset_at = reset_id(self.vocabulary, self.parameters.reset_at)
        prompt = self.vocabulary.encode(self.prompt).tolist()
        drawn = preview(run.network, run.step, self.vocabulary.never_drawn, reset_at, prompt)
        text = self.vocabulary.outside(self.vocabulary.decode(drawn), cut=True)
        run.previews.append({"step": run.step, "text": text})

    def _tell(self, loss: float, drawn: str | None) -> None:
        run = self.run
        report(
            TrainingProgress(
                step=run.step,
                steps=self.updates.fitted.steps,
                characters_per_second=self._characters() / run.seconds,
                seconds_left=(self.updates.fitted.steps - run.step) * run.seconds / run.step,
                loss_bits=loss / math.log(2),
                validation_bits=run.best_loss / math.log(2) if math.isfinite(run.best_loss) else None,
                preview=drawn,
                unit=self.vocabulary.level,
            )
        )

    def _characters(self) -> int:
        return self.run.step * self.updates.characters_per_step
