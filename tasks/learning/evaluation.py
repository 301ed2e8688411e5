"""The loss on text: with the recurrent state carried on, and cold."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from tasks.data.batches import Held, held_out
from tasks.data.ids import Ids
from tasks.network.model import forward, zero_states
from tasks.quality.estimates import standard_error

COLD_WINDOW = 256
ROWS = 16

MEASURED_CHARACTERS = 1 << 18
TRAINED_CHARACTERS = 1 << 16
VALIDATED_CHARACTERS = 1 << 13
BLOCK_STEPS = 16  # windows in a block, 4096 characters: so long that blocks are as good as independent


class Evaluation(NamedTuple):
    """What was measured of a text: the mean loss in nats, its standard error, of how many characters and blocks.

    The error is that of blocks of some thousand neighbouring characters; no number where there are too few.
    """

    loss: float
    error: float
    characters: int
    blocks: int = 1


class Losses(NamedTuple):
    """What was measured of held-out text: with the state carried on, and in windows that each begin from zero."""

    carried: Evaluation
    cold: Evaluation


class Measured(NamedTuple):
    """What was measured of the weights to keep, without dropout.

    `test` is of what is held out to the end, if anything is; `training` of a part of the training text that is as long
    as the validation text.
    """

    validation: Losses
    test: Losses | None
    training: Evaluation


Evaluate = Callable[[Held, bool], Evaluation]


def evaluator(network: keras.Model, dtype: tf.DType) -> Evaluate:
    """A function that gives the loss of held-out batches, with the state carried on or cold."""

    @tf.function(autograph=False)
    def losses(ids: Any, targets: Any, weights: Any, keep: Any, states: list[tf.Tensor]) -> Any:
        logits, states = forward(network, ids, states, dtype, keep=keep, differentiable=False)
        each = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.transpose(targets), logits)
        return tf.reduce_sum(each * tf.transpose(weights), 0), states

    def evaluate(held: Held, carried: bool) -> Evaluation:
        start = zero_states(network, held.inputs.shape[1])
        totals, states = [], start
        keeps = [None] * len(held.inputs) if held.keep is None else held.keep
        for ids, targets, weights, keep in zip(*held[:3], keeps, strict=True):
            loss, states = losses(ids, targets, weights, keep, states if carried else start)
            totals.append(loss.numpy())
        return _evaluation(np.array(totals, np.float64), held.weights.sum(2, dtype=np.float64))

    return evaluate


def _evaluation(totals: np.ndarray, weights: np.ndarray) -> Evaluation:
    """What comes of the sums of losses and of weights, `(steps, rows)` each."""
    blocks = range(0, len(totals), BLOCK_STEPS)
    of_blocks, sizes = (np.add.reduceat(sums, blocks).ravel() for sums in (totals, weights))
    loss = totals.sum() / weights.sum()
    error = standard_error(of_blocks, sizes) if math.isfinite(loss) else math.nan
    return Evaluation(float(loss), error, int(weights.sum()), int((sizes > 0).sum()))


def measure(evaluate: Evaluate, train: Ids, validation: Ids, test: Ids | None, *, resets: bool = False) -> Measured:
    """The losses of every split, carried and cold where it is held out."""
    held_out = losses_of(evaluate, validation, resets=resets)
    return Measured(
        held_out,
        losses_of(evaluate, test, resets=resets) if test else None,
        loss_beside(evaluate, train, held_out.carried.characters, resets=resets),
    )


def losses_of(evaluate: Evaluate, ids: Ids, *, resets: bool = False) -> Losses:
    """The losses of held-out text, of all of it or of 262,144 characters; both of the same."""
    held = held_batches(ids, resets=resets)
    return Losses(evaluate(held, True), evaluate(held, False))


def loss_beside(evaluate: Evaluate, ids: Ids, characters: int, *, resets: bool = False) -> Evaluation:
    """The carried loss of evenly spaced stretches of a text, to set beside that of so many held-out characters.

    As many characters, 65,536 at most, are measured in as many streams, so that no more follows on a start without
    memory than is lost in the error.
    """
    most, rows = min(characters, TRAINED_CHARACTERS), max(1, min(ROWS, characters // COLD_WINDOW))
    return evaluate(held_out(ids, rows=rows, length=COLD_WINDOW, most=most, resets=resets), True)


def held_batches(ids: Ids, most: int | None = None, *, resets: bool = False) -> Held:
    """Ids as 16 evenly spaced streams of windows of 256, whose state is carried on or, cold, zero before each window.

    More streams are measured faster, but more of the text follows on a start without memory. Of more than 262,144
    characters, or as many as asked for, each stream's beginning is taken: what is measured does not grow with the
    text. With `resets` the state is reset where documents begin.
    """
    return held_out(ids, rows=ROWS, length=COLD_WINDOW, most=most or MEASURED_CHARACTERS, resets=resets)


def validation_batches(ids: Ids, *, resets: bool = False) -> Held:
    """What is measured again and again while training goes on: 8,192 characters at most.

    They give the loss of a model to within some hundredths, and the difference between two models, of the same
    characters, to within thousandths: enough to choose among checkpoints.
    """
    return held_batches(ids, VALIDATED_CHARACTERS, resets=resets)
