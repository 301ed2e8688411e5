"""The loss on held-out text: with the recurrent state carried on, and cold."""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from tasks.data.batches import Held, held_out
from tasks.model.network import forward, zero_states

COLD_WINDOW = 256
CARRIED_ROWS = 16
COLD_ROWS = 64

Evaluate = Callable[[Held, bool], float]


def evaluator(network: keras.Model, dtype: tf.DType) -> Evaluate:
    """A function that gives the mean loss in nats of held-out batches, with the state carried on or cold."""

    @tf.function(autograph=False)
    def losses(ids: tf.Tensor, targets: tf.Tensor, weights: tf.Tensor, states: list[tf.Tensor]) -> tuple:  # type: ignore[type-arg]
        logits, states = forward(network, ids, states, dtype)
        each = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.transpose(targets), logits)
        return tf.reduce_sum(each * tf.transpose(weights)), states

    def evaluate(held: Held, carried: bool) -> float:
        start = zero_states(network, held.inputs.shape[1])
        total, states = 0.0, start
        for ids, targets, weights in zip(*held, strict=True):
            loss, states = losses(ids, targets, weights, states if carried else start)
            total += float(loss)
        return total / float(held.weights.sum())

    return evaluate


def carried_batches(ids: np.ndarray, rows: int | None = None) -> Held:
    """Held-out ids as 16 streams, or as many as asked for, whose state is carried on.

    More streams are measured faster, but more of the text follows on a start without memory.
    """
    return held_out(ids, rows=rows or CARRIED_ROWS, length=COLD_WINDOW)


def cold_batches(ids: np.ndarray) -> Held:
    """Held-out ids as windows of 256: each row of each step is one."""
    return held_out(ids, rows=COLD_ROWS, length=COLD_WINDOW)
