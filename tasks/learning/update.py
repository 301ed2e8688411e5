"""The update: one step of training after another, each a function of the run so far and the step's number."""

import functools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tasks.data.batches import Batches, ShuffledWindows, Streams
from tasks.data.ids import Ids
from tasks.learning.footprint import require_memory
from tasks.learning.hyperparameters import Fit, fit
from tasks.learning.muon import Muon
from tasks.learning.run import Run
from tasks.learning.schedule import learning_rate
from tasks.network.cells import cell_named
from tasks.network.model import build, dropout_masks, forward, zero_states
from tasks.network.parameters import TrainingParameters

ROLLBACK_FACTOR = 0.5


@dataclass(kw_only=True)
class Updates:
    """The steps of a run.

    Attributes:
        run: what the steps change.
        parameters: complete.
        fitted: what the rule chose for the corpus.
        batches: what each step sees.
    """

    run: Run
    parameters: TrainingParameters
    fitted: Fit
    batches: Batches
    _advance: Any = field(init=False)

    def __post_init__(self) -> None:
        self._advance = _compiled_step(self.run, self.parameters, self.fitted)

    @functools.cached_property
    def characters_per_step(self) -> int:
        """How many characters a step learns from."""
        return self.batches.batch(0).inputs.size

    def step(self) -> float:
        """Do the next step; its loss in nats, which may be no number."""
        started, run = time.monotonic(), self.run
        batch = self.batches.batch(run.step)
        if self.batches.resets_state(run.step):
            run.states = zero_states(run.network, len(batch.inputs))
        lowered = ROLLBACK_FACTOR ** sum(one["to"] <= run.step for one in run.rollbacks)
        run.optimizer.learning_rate = lowered * learning_rate(self.parameters, self.fitted, run.step)
        loss, run.states = self._advance(*batch, run.states, tf.constant(run.step, tf.int64))
        run.step += 1
        value = float(loss)
        run.seconds += time.monotonic() - started
        return value


def updates_of(
    ids: Ids,
    vocabulary_size: int,
    parameters: TrainingParameters,
    initial: Sequence[np.ndarray] | None = None,
    mixed: Ids | None = None,
) -> Updates:
    """The steps of a new run on a training split, fitted to its length.

    Args:
        ids: of the training split.
        vocabulary_size: how many characters there are.
        parameters: complete.
        initial: the weights to begin with; None: as the network is built.
        mixed: what the steps see in place of the training split; None: that itself.

    Raises:
        TooLargeError: there is too little memory for it.
    """
    fitted = fit(parameters, len(ids), lambda rows: _batches(ids, parameters, rows).steps_per_epoch)
    batches = _batches(ids if mixed is None else mixed, parameters, fitted.batch_size)
    rows, length = batches.batch(0).inputs.shape
    require_memory(parameters, fitted, vocabulary_size, (rows, length))
    network = build(parameters, vocabulary_size)
    if initial is not None:
        network.set_weights(initial)
    run = _start(network, parameters, fitted, rows)
    return Updates(run=run, parameters=parameters, fitted=fitted, batches=batches)


def _batches(ids: Ids, parameters: TrainingParameters, rows: int) -> Batches:
    shared: dict[str, Any] = {
        "ids": ids,
        "batch_size": rows,
        "sequence_length": min(parameters.seq_length, len(ids) - 1),
        "seed": parameters.training_seed,
        "resets": parameters.reset_at is not None,
    }
    if parameters.batches == "streams":
        return Streams(**shared)
    return ShuffledWindows(**shared, buffer=parameters.shuffle_buffer)


def _start(network: keras.Model, parameters: TrainingParameters, fitted: Fit, rows: int) -> Run:
    optimizer = _optimizer(parameters, fitted)
    optimizer.build(network.trainable_variables)
    averages = [tf.Variable(weight) for weight in network.get_weights()] if parameters.averaged else []
    return Run(network=network, optimizer=optimizer, states=zero_states(network, rows), averages=averages)


def _optimizer(parameters: TrainingParameters, fitted: Fit) -> keras.optimizers.Optimizer:
    rate, beta_2, clip_norm = fitted.learning_rate, parameters.beta_2, parameters.clip_norm
    if fitted.optimizer == "adam":
        return keras.optimizers.Adam(rate, beta_2=beta_2, global_clipnorm=clip_norm or None)
    gates, dtype = cell_named(parameters.cell).gates, tf.as_dtype(parameters.precision)
    return Muon(rate, gates, dtype, beta_2=beta_2, clip_norm=clip_norm, weight_decay=fitted.weight_decay)


def _compiled_step(run: Run, parameters: TrainingParameters, fitted: Fit) -> Any:
    """One update: loss in nats and new states from a batch, states and the step's number, counted from 0."""
    network, optimizer, dtype = run.network, run.optimizer, tf.as_dtype(parameters.precision)
    variables = [variable.value for variable in network.trainable_variables]

    # Only Adam as a whole: XLA's own matrix products are slow.
    @tf.function(jit_compile=fitted.optimizer == "adam", autograph=False)
    def update(gradients: list[tf.Tensor]) -> None:
        optimizer.apply(gradients, network.trainable_variables)

    @tf.function(jit_compile=True, autograph=False)
    def average(number: tf.Tensor) -> None:
        share = averaged_share(fitted, tf.cast(number, tf.float32))
        for mean, variable in zip(run.averages, variables, strict=True):
            mean.assign_add(share * (variable - mean))

    @tf.function(autograph=False)  # no branch or loop is for it to rewrite, which takes seconds in every process
    def step(ids: tf.Tensor, targets: tf.Tensor, keep: Any, states: list[tf.Tensor], number: tf.Tensor) -> Any:
        masks = dropout_masks(parameters, fitted.dropout, ids.shape[0], number) if fitted.dropout else None
        with tf.GradientTape() as tape:
            logits, states = forward(network, ids, states, dtype, masks, keep)
            each = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.transpose(targets), logits)
            loss = tf.reduce_mean(each)
        update([tf.convert_to_tensor(g) for g in tape.gradient(loss, variables)])
        if run.averages:
            average(number)
        return loss, states

    return step


def averaged_share(fitted: Fit, number: tf.Tensor) -> tf.Tensor:
    """How much of the weights after a step, counted from 0, goes into their running mean.

    It reaches over a twentieth of a run, at first over less.
    """
    return tf.maximum(1 / fitted.averaging_steps, 9 / (number + 9))
