"""TensorFlow's loops over the characters of prompts and over those that are drawn, where no kernels are available."""

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from tasks.kernels.rules import Rules
from tasks.kernels.sampler import Samples
from tasks.network.step import carried_states, step
from tasks.sampling.choice import choose
from tasks.sampling.padding import fewest_rows

CHUNK = 256  # characters that a loop is compiled for, however few there are


class TensorLoop:
    """Draws characters from one network, as `Sampler` does.

    The rows of the loop are padded to 256, or to fewer where the products then give the same bits, which is tried out.
    So a row's numbers do not depend on the rows beside it.
    """

    def __init__(self, layers: Any, dtype: tf.DType, states: Sequence[int], needed: int) -> None:
        """Of weights for steps and units of each state; for so many rows in all."""
        self._layers, self._dtype, self._states = layers, dtype, states
        self._rows = fewest_rows(layers, needed)

    def read(self, texts: Sequence[np.ndarray], reset_at: int | None) -> list[np.ndarray]:
        """As `Sampler` has it."""
        lengths = [len(text) for text in texts] + [1] * (self._rows - len(texts))
        ids = np.zeros((-(-max(lengths) // CHUNK) * CHUNK, self._rows), np.int32)
        for row, text in enumerate(texts):
            ids[: len(text), row] = text
        zeros = [np.zeros((0, units), np.float32) for units in self._states]
        states = compiled_reader(self._dtype.name, reset_at)(
            self._layers, tf.constant(ids), tf.constant(lengths), self._carried(zeros)
        )
        return [tf.cast(state, tf.float32).numpy()[: len(texts)] for state in states]

    def draw(
        self, samples: Samples, uniforms: np.ndarray, temperature: float, position: int, rules: Rules
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, Samples]:
        """As `Sampler` has it, up to 256 characters."""
        steps, count = uniforms.shape
        padding = (0, self._rows - count)
        ids, surprise, lengths, states, recent, ended = compiled_loop(self._dtype.name, rules)(
            self._layers,
            tf.constant(np.pad(uniforms, ((0, CHUNK - steps), padding))),
            tf.constant(steps),
            tf.constant(temperature, tf.float32),
            tf.constant(position),
            (
                self._carried(samples.states),
                tf.constant(np.pad(samples.recent, (padding, (0, 0)), mode="edge")),
                tf.constant(np.pad(samples.ended, padding, constant_values=True)),
            ),
        )
        after = Samples(
            states=[tf.cast(state, tf.float32).numpy()[:count] for state in states],
            recent=recent.numpy()[:count],
            ended=ended.numpy()[:count],
        )
        return ids.numpy()[:, :count], surprise.numpy()[:, :count], lengths.numpy()[:count], after

    def _carried(self, states: Sequence[np.ndarray]) -> list[tf.Tensor]:
        padded = [tf.constant(np.pad(state, ((0, self._rows - len(state)), (0, 0)))) for state in states]
        return carried_states(padded, self._layers, self._dtype)


@functools.cache
def compiled_reader(precision: str, reset_at: int | None) -> Any:
    """The compiled loop over prompts, padded to any length: the states after all but their last characters."""

    @tf.function(autograph=False)
    def read(layers: Any, ids: tf.Tensor, lengths: tf.Tensor, states: list[tf.Tensor]) -> list[tf.Tensor]:
        def body(position: tf.Tensor, states: list[tf.Tensor]) -> tuple[tf.Tensor, list[tf.Tensor]]:
            _, new = step(layers, ids[position], states, tf.as_dtype(precision), reset_at)
            goes_on = (position < lengths - 1)[:, None]
            return position + 1, [tf.where(goes_on, after, before) for after, before in zip(new, states, strict=True)]

        last = tf.reduce_max(lengths) - 1
        return tf.while_loop(lambda position, _: position < last, body, (0, list(states)))[1]

    return read


@functools.cache
def compiled_loop(precision: str, rules: Rules) -> Any:
    """The compiled loop for these rules."""

    @tf.function(autograph=False)
    def draw(
        layers: Any, uniforms: tf.Tensor, steps: tf.Tensor, temperature: tf.Tensor, position: tf.Tensor, carried: Any
    ) -> Any:
        rows = uniforms.shape[1]
        ids = tf.TensorArray(tf.int32, steps, element_shape=(rows,))
        surprise = tf.TensorArray(tf.float32, steps, element_shape=(rows,))

        def body(t: tf.Tensor, ids: Any, surprise: Any, lengths: tf.Tensor, carried: Any) -> Any:
            states, recent, ended = carried
            logits, states = step(layers, recent[:, -1], states, tf.as_dtype(precision), rules.reset_at)
            chosen, bits = choose(logits, recent, uniforms[t], temperature, rules)
            lengths += tf.cast(~ended, tf.int32)
            recent = tf.concat([recent[:, 1:], chosen[:, None]], 1)
            ended |= _stops(recent, position + t + 1, rules)
            return t + 1, ids.write(t, chosen), surprise.write(t, bits), lengths, (states, recent, ended)

        def goes_on(t: tf.Tensor, ids: Any, surprise: Any, lengths: tf.Tensor, carried: Any) -> tf.Tensor:
            return (t < steps) & ~tf.reduce_all(carried[2])

        start = (0, ids, surprise, tf.zeros(rows, tf.int32), carried)
        _, ids, surprise, lengths, carried = tf.while_loop(goes_on, body, start)
        return ids.stack(), surprise.stack(), lengths, *carried

    return draw


def _stops(recent: tf.Tensor, drawn: tf.Tensor, rules: Rules) -> tf.Tensor:
    """Which rows end with the stop string, `(rows,)`, once so many characters are drawn."""
    if not rules.stop:
        return tf.zeros(recent.shape[0], tf.bool)
    ends = tf.reduce_all(recent[:, -len(rules.stop) :] == tf.constant(rules.stop, recent.dtype), 1)
    return ends & (drawn >= max(rules.minimum_length, len(rules.stop)))
