"""A short sample drawn while training goes on, so that one can watch it learn."""

import functools
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tasks.network.model import zero_states
from tasks.network.step import step, weights_for_steps

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
    barred = np.zeros(network.outputs[0].shape[-1], np.float32)
    barred[[*never]] = -np.inf
    ids, states = tf.constant(prompt, tf.int32), zero_states(network, 1)
    return _compiled_loop(reset_at)(layers, ids, states, barred, tf.constant(seed), LENGTH).numpy().tolist()


@functools.cache
def _compiled_loop(reset_at: int | None) -> Any:
    """The compiled loop over the characters of a prompt and those that are drawn after it."""

    @tf.function(autograph=False, reduce_retracing=True)  # prompts are of many lengths
    def draw(
        layers: Any, prompt: tf.Tensor, states: list[tf.Tensor], barred: tf.Tensor, seed: tf.Tensor, length: int
    ) -> tf.Tensor:
        read = tf.size(prompt)

        def body(place: tf.Tensor, before: tf.Tensor, states: Any, drawn: tf.TensorArray) -> Any:
            logits, states = step(layers, before, states, tf.float32, reset_at)
            chosen = tf.random.stateless_categorical(logits / TEMPERATURE + barred, 1, [seed, place], tf.int32)[:, 0]
            following = tf.where(place + 1 < read, prompt[tf.minimum(place + 1, read - 1)], chosen)
            return place + 1, following, states, drawn.write(tf.maximum(place + 1 - read, 0), chosen[0])

        ids, end = tf.TensorArray(tf.int32, length, element_shape=()), read - 1 + length
        start = 0, tf.reshape(prompt[0], (1,)), states, ids
        return tf.while_loop(lambda place, *_: place < end, body, start)[3].stack()

    return draw
