"""The loop of training: steps, and between them checkpoints, validations, previews, metrics and progress."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from tasks.data.batches import Held
from tasks.learning.cadence import Cadence
from tasks.learning.callbacks import Hooks
from tasks.learning.checkpoints import lend, save
from tasks.learning.evaluation import Evaluate, Evaluation, evaluator
from tasks.learning.preview import preview
from tasks.learning.resumption import TrainingDivergedError
from tasks.learning.run import Run, checkpoint_of
from tasks.learning.schedule import shared_steps
from tasks.learning.signals import held_signals
from tasks.learning.update import Updates
from tasks.network.parameters import TrainingParameters
from tasks.network.resets import reset_id
from tasks.progress import TrainingProgress, report
from tasks.text.vocabulary import Vocabulary

REPORT_STEPS = 10
EXPLODED = 3.0


@dataclass
class TrainingLoop:
    """The steps of a run, with what happens between them.

    Attributes:
        updates: what a step does.
        vocabulary: what the ids stand for.
        prompt: what previews go on from.
        kept: folder for the run's checkpoints.
        shared: folder for those that longer runs can go on from.
        cadence: when checkpoints are due.
        held_out: what is validated on.
        callbacks: told of every step.
        evaluate: measures the network's loss.
    """

    updates: Updates
    vocabulary: Vocabulary
    prompt: str
    kept: Path
    shared: Path
    cadence: Cadence
    held_out: Held
    callbacks: Sequence[keras.callbacks.Callback]
    evaluate: Evaluate = field(init=False)
    _hooks: Hooks = field(init=False)

    def __post_init__(self) -> None:
        self.evaluate = evaluator(self.run.network, tf.as_dtype(self.parameters.precision))
        self._hooks = Hooks(self.callbacks, self.updates)

    @property
    def run(self) -> Run:
        """What the steps change."""
        return self.updates.run

    @property
    def parameters(self) -> TrainingParameters:
        """Complete."""
        return self.updates.parameters

    def go(self) -> None:
        """Do the steps that are left; a signal to stop takes effect between two of them, after a checkpoint.

        Raises:
            TrainingDivergedError: the loss or a weight is no number, or the loss exploded.
        """
        if self.run.step == 0:
            self._draw_preview()
        with held_signals() as signals, self._hooks.training(self.run.step):
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
        return self.run.step < self.updates.fitted.steps and not out_of_patience and not self._hooks.stop

    def _step(self) -> None:
        number = self.run.step
        self._hooks.before(number)
        loss = self.updates.step()
        self._check(loss, "loss", number)
        self._hooks.after(number, loss, self._after_step(loss))

    def _after_step(self, loss: float) -> float | None:
        """Validate, log and tell, each where it is due; gives the validation loss."""
        step = self.run.step
        if step % self.updates.fitted.validate_every == 0 or step == self.updates.fitted.steps:
            with self.run.averaged():
                validation = self.evaluate(self.held_out, True)
            self._check(validation.loss, "validation loss", step)
            self._note_best(validation.loss)
            self._log(loss, validation)
            with self.run.averaged():
                self._draw_preview()
            self._tell(loss, self.run.previews[-1]["text"])
            return validation.loss
        if step % REPORT_STEPS == 0:
            self._log(loss, None)
            self._tell(loss, None)
        return None

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

    def _log(self, loss: float, validation: Evaluation | None) -> None:
        known = validation is not None and not math.isnan(validation.error)
        self.run.metrics.append(
            {
                "step": self.run.step,
                "characters": self._characters(),
                "seconds": round(self.run.seconds, 3),
                "train_loss_nats": loss,
                "validation_loss_nats": validation.loss if validation else None,
                "validation_standard_error_nats": validation.error if validation and known else None,
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
