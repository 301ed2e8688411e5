"""How surprised a network is by each character of texts that it did not write."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tasks.network.model import forward, zero_states

ROWS, STEPS = 64, 64


def surprises(network: keras.Model, ids: np.ndarray, keep: np.ndarray | None = None) -> np.ndarray:
    """The bits that each character but the first takes, given those before it in its row, from a zero state.

    Args:
        network: as built.
        ids: `(rows, length)`, integers.
        keep: 0 at characters before which the state is reset, else 1, `(rows, length - 1)` float32; None: it never is.

    Returns:
        `(rows, length - 1)` float32.
    """

    @tf.function(reduce_retracing=True, autograph=False)
    def losses(inputs: Any, targets: Any, keep: Any, states: list[tf.Tensor]) -> tuple[tf.Tensor, list[tf.Tensor]]:
        logits, states = forward(network, inputs, states, tf.float32, keep=keep, differentiable=False)
        return tf.nn.sparse_softmax_cross_entropy_with_logits(tf.transpose(targets), logits), states

    targets = ids.shape[1] - 1
    nats = np.zeros((len(ids), targets), np.float32)
    for first in range(0, len(ids), ROWS):
        rows = ids[first : first + ROWS].astype(np.int32)
        states = zero_states(network, len(rows))
        for start in range(0, targets, STEPS):
            end = min(start + STEPS, targets)
            kept = None if keep is None else keep[first : first + ROWS, start:end]
            each, states = losses(rows[:, start:end], rows[:, start + 1 : end + 1], kept, states)
            nats[first : first + ROWS, start:end] = tf.transpose(each).numpy()
    return nats / np.float32(np.log(2))
