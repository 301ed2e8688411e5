"""A short sample drawn while training goes on, so that one can watch it learn."""

import functools
from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from tasks.network.model import zero_states
from tasks.network.step import softmax, step, weights_for_steps

LENGTH = 200
TEMPERATURE = 0.5


def preview(
    network: keras.Model,
    seed: int,
    never: Sequence[int] = (),
    reset_at: int | None = None,
    prompt: Sequence[int] = (0,),
) -> list[int]:
    """Ids of 200 characters at temperature 0.5.

    Args:
        network: as built.
        seed: of what is drawn.
        never: ids that are not drawn.
        reset_at: the id after which the state is reset; None: it never is.
        prompt: ids that they go on from.
    """
    layers = weights_for_steps(network, tf.float32)
    random = np.random.default_rng(seed)
    forward = _compiled_step(len(layers), reset_at)
    ids, states = [*prompt], zero_states(network, 1)
    for read in ids[:-1]:
        _, states = forward(layers, tf.constant([read], tf.int32), states)
    for _ in range(LENGTH):
        logits, states = forward(layers, tf.constant(ids[-1:], tf.int32), states)
        weighed = logits.numpy()[0] / TEMPERATURE
        weighed[[*never]] = -np.inf
        ids.append(int(random.choice(logits.shape[-1], p=softmax(weighed))))
    return ids[len(prompt) :]


@functools.cache
def _compiled_step(layers: int, reset_at: int | None) -> tf.types.experimental.GenericFunction:
    return tf.function(functools.partial(step, dtype=tf.float32, reset_at=reset_at), autograph=False)
