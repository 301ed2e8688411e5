"""The compiled loops: over the characters of prompts, and over those that are drawn."""

import functools
from typing import Any

import tensorflow as tf

from tasks.network.step import step
from tasks.sampling.choice import Rules, choose


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
