"""Training: from a dataset to the best weights found, a step at a time."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tasks.data.batches import Batches, ShuffledWindows, Streams
from tasks.model.checkpoints import latest, save
from tasks.model.evaluation import carried_batches, cold_batches, evaluator
from tasks.model.network import build, dropout_masks, forward, zero_states
from tasks.model.parameters import TrainingParameters
from tasks.model.presets import Fit, fit
from tasks.model.preview import preview
from tasks.model.run import Run, checkpoint_of, restore
from tasks.model.stopping import held_signals
from tasks.progress import TrainingProgress, report
from tasks.text.vocabulary import Vocabulary

CHECKPOINT_SECONDS = 30.0
REPORT_STEPS = 10
VALIDATED_CHARACTERS = 1 << 18
FINAL_LEARNING_RATE = 0.05


class TrainingDivergedError(RuntimeError):
    """The loss is no longer a number."""


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What training gives: a network with the weights to keep, and what is known of it."""

    network: keras.Model
    run: Run
    fit: Fit
    characters_per_step: int
    loss_carried: float
    loss_cold: float


def train(
    train_ids: np.ndarray,
    validation_ids: np.ndarray,
    vocabulary: Vocabulary,
    parameters: TrainingParameters,
    kept: Path,
) -> Trained:
    """Train until the steps are done or the validation loss has stopped falling.

    Args:
        train_ids: shape `(n,)`, unsigned integers.
        validation_ids: shape `(m,)`.
        vocabulary: what the ids stand for.
        parameters: complete.
        kept: folder for checkpoints; a run that finds some there goes on from the newest.

    Raises:
        TrainingDivergedError: the loss became infinite or no number.
    """
    fitted = fit(parameters, len(train_ids), lambda rows: _batches(train_ids, parameters, rows).steps_per_epoch)
    batches = _batches(train_ids, parameters, fitted.batch_size)
    dtype = tf.as_dtype(parameters.precision)
    run = _start(parameters, vocabulary.size, batches)
    if checkpoint := latest(kept):
        restore(run, checkpoint)
    evaluate = evaluator(run.network, dtype)
    held_out = carried_batches(validation_ids[:VALIDATED_CHARACTERS])
    _Loop(
        run=run,
        parameters=parameters,
        fitted=fitted,
        batches=batches,
        vocabulary=vocabulary,
        kept=kept,
        advance=_compiled_step(run, parameters, fitted.dropout, dtype),
        validate=lambda: evaluate(held_out, True),
    ).go()
    if parameters.keep == "best":
        run.network.set_weights(run.best_weights)
    return Trained(
        network=run.network,
        run=run,
        fit=fitted,
        characters_per_step=batches.batch(0).inputs.size,
        loss_carried=evaluate(carried_batches(validation_ids), True),
        loss_cold=evaluate(cold_batches(validation_ids), False),
    )


def learning_rate(parameters: TrainingParameters, step: int, steps: int) -> float:
    """The rate of a step: a linear warm-up, then constant or a cosine down to a twentieth of the peak."""
    if step < parameters.warmup_steps:
        return parameters.learning_rate * (step + 1) / parameters.warmup_steps
    if parameters.schedule == "constant":
        return parameters.learning_rate
    done = (step - parameters.warmup_steps) / max(1, steps - parameters.warmup_steps)
    share = FINAL_LEARNING_RATE + (1 - FINAL_LEARNING_RATE) * (1 + math.cos(math.pi * done)) / 2
    return parameters.learning_rate * share


def _batches(ids: np.ndarray, parameters: TrainingParameters, rows: int) -> Batches:
    length = min(parameters.sequence_length, len(ids) - 1)
    if parameters.batches == "streams":
        return Streams(ids=ids, batch_size=rows, sequence_length=length, seed=parameters.seed)
    return ShuffledWindows(
        ids=ids, batch_size=rows, sequence_length=length, seed=parameters.seed, buffer=parameters.shuffle_buffer
    )


def _start(parameters: TrainingParameters, vocabulary_size: int, batches: Batches) -> Run:
    network = build(parameters, vocabulary_size)
    optimizer = keras.optimizers.Adam(
        parameters.learning_rate, beta_2=parameters.beta_2, global_clipnorm=parameters.clip_norm or None
    )
    optimizer.build(network.trainable_variables)
    return Run(network=network, optimizer=optimizer, states=zero_states(network, len(batches.batch(0).inputs)))


def _compiled_step(run: Run, parameters: TrainingParameters, rate: float, dtype: tf.DType) -> Any:
    """One update: loss in nats and new states from ids, targets, states and the step's number."""
    network, optimizer = run.network, run.optimizer
    variables = [variable.value for variable in network.trainable_variables]

    @tf.function(jit_compile=True)
    def update(gradients: list[tf.Tensor]) -> None:
        optimizer.apply(gradients, network.trainable_variables)

    @tf.function
    def step(ids: tf.Tensor, targets: tf.Tensor, states: list[tf.Tensor], number: tf.Tensor) -> Any:
        masks = dropout_masks(parameters, rate, ids.shape[0], number) if rate else None
        with tf.GradientTape() as tape:
            logits, states = forward(network, ids, states, dtype, masks)
            each = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.transpose(targets), logits)
            loss = tf.reduce_mean(each)
        update([tf.convert_to_tensor(g) for g in tape.gradient(loss, variables)])
        return loss, states

    return step


@dataclass(kw_only=True)
class _Loop:
    """The steps of a run, with what happens between them."""

    run: Run
    parameters: TrainingParameters
    fitted: Fit
    batches: Batches
    vocabulary: Vocabulary
    kept: Path
    advance: Any
    validate: Callable[[], float]

    def go(self) -> None:
        """Do the steps that are left; a signal to stop takes effect between two of them, after a checkpoint."""
        if self.run.step == 0:
            self._draw_preview()
        saved = time.monotonic()
        with held_signals() as signals:
            while self._goes_on():
                validated = self._after_step(self._step())
                due = time.monotonic() - saved > CHECKPOINT_SECONDS or (validated and self.parameters.keep == "latest")
                if due or signals.came:
                    save(self.kept, checkpoint_of(self.run))
                    saved = time.monotonic()
                signals.deliver()

    def _goes_on(self) -> bool:
        out_of_patience = self.parameters.patience and self.run.stale >= self.parameters.patience
        return self.run.step < self.fitted.steps and not out_of_patience

    def _step(self) -> float:
        """One update; its loss in nats."""
        started, run = time.monotonic(), self.run
        batch = self.batches.batch(run.step)
        if self.batches.resets_state(run.step):
            run.states = zero_states(run.network, len(batch.inputs))
        run.optimizer.learning_rate = learning_rate(self.parameters, run.step, self.fitted.steps)
        loss, run.states = self.advance(batch.inputs, batch.targets, run.states, tf.constant(run.step, tf.int64))
        value = float(loss)
        self._check(value, "loss")
        run.step += 1
        run.seconds += time.monotonic() - started
        return value

    def _after_step(self, loss: float) -> bool:
        """Validate, log and tell, each where it is due; gives whether it validated."""
        step = self.run.step
        validates = step % self.fitted.validate_every == 0 or step == self.fitted.steps
        if validates:
            validation_loss = self.validate()
            self._check(validation_loss, "validation loss")
            self._note_best(validation_loss)
            self._log(loss, validation_loss)
            self._draw_preview()
            self._tell(loss, self.run.previews[-1]["text"])
        elif step % REPORT_STEPS == 0:
            self._log(loss, None)
            self._tell(loss, None)
        return validates

    def _check(self, loss: float, name: str) -> None:
        if not math.isfinite(loss):
            raise TrainingDivergedError(
                f"training diverged: the {name} is {loss} at step {self.run.step}; lower --learning-rate "
                f"(it is {self.parameters.learning_rate})"
            )

    def _note_best(self, validation_loss: float) -> None:
        run = self.run
        run.stale += 1
        if validation_loss < run.best_loss:
            run.best_loss, run.best_step, run.stale = validation_loss, run.step, 0
            if self.parameters.keep == "best":
                run.best_weights = run.network.get_weights()

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
        run.previews.append({"step": run.step, "text": self.vocabulary.decode(preview(run.network, seed=run.step))})

    def _tell(self, loss: float, drawn: str | None) -> None:
        run = self.run
        report(
            TrainingProgress(
                step=run.step,
                steps=self.fitted.steps,
                characters_per_second=self._characters() / run.seconds,
                seconds_left=(self.fitted.steps - run.step) * run.seconds / run.step,
                loss_bits=loss / math.log(2),
                validation_bits=run.best_loss / math.log(2) if math.isfinite(run.best_loss) else None,
                preview=drawn,
            )
        )

    def _characters(self) -> int:
        return self.run.step * self.batches.batch(self.run.step - 1).inputs.size
