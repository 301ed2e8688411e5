"""A short sample drawn while training goes on, so that one can watch it learn."""

import functools
from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from tasks.model.network import zero_states
from tasks.model.stepping import softmax, step, weights_for_steps

LENGTH = 200
TEMPERATURE = 0.5


def preview(network: keras.Model, seed: int, never: Sequence[int] = (), reset_at: int | None = None) -> list[int]:
    """Ids of 200 characters at temperature 0.5, after the vocabulary's first character; some are never drawn."""
    layers = weights_for_steps(network, tf.float32)
    random = np.random.default_rng(seed)
    ids, states = [0], zero_states(network, 1)
    for _ in range(LENGTH):
        logits, states = _compiled_step(len(layers), reset_at)(layers, tf.constant(ids[-1:], tf.int32), states)
        weighed = logits.numpy()[0] / TEMPERATURE
        weighed[[*never]] = -np.inf
        ids.append(int(random.choice(logits.shape[-1], p=softmax(weighed))))
    return ids[1:]


@functools.cache
def _compiled_step(layers: int, reset_at: int | None) -> tf.types.experimental.GenericFunction:
    return tf.function(functools.partial(step, dtype=tf.float32, reset_at=reset_at), autograph=False)
