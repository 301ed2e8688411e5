"""Bulk sampling: many rows at once in one compiled loop, each from a random stream of its own."""

import hashlib
import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tasks.model.network import zero_states
from tasks.model.parameters import SamplingParameters
from tasks.model.stepping import step, weights_for_steps
from tasks.text.vocabulary import Vocabulary

ROWS = 64
COLDEST = 1e-6


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One sample.

    Attributes:
        index: which of those at the same temperature, prompt and seed.
        text: what follows the prompt.
        surprise: of each character in bits under the model, `(len(text),)` float32.
    """

    index: int
    text: str
    surprise: np.ndarray

    @property
    def log_probability(self) -> float:
        """The natural log of the text's probability."""
        return -float(self.surprise.sum(dtype=np.float64)) * math.log(2)


def generate(
    network: keras.Model, vocabulary: Vocabulary, temperature: float, parameters: SamplingParameters
) -> Iterator[Sample]:
    """Draw samples; each depends on its index, the seed, the temperature and the prompt alone.

    Rows are always computed 64 at a time, padded if there are fewer, and each has a counter-based random
    stream of its own, so that the number of samples changes none of them.

    Args:
        network: as built.
        vocabulary: of the network.
        temperature: divisor of the logits; 0 takes the likeliest character, as does anything below 1e-6.
        parameters: how many, how long, from which prompt and seed.

    Yields:
        The samples in order. The surprise is at temperature 1, whatever they were drawn at.
    """
    dtype = tf.float32
    layers = weights_for_steps(network, dtype)
    prompt = vocabulary.encode(parameters.prompt).astype(np.int32)
    draw = _sampler(temperature)
    for first in range(0, parameters.samples, ROWS):
        uniforms = np.stack([_uniforms(parameters, temperature, index) for index in range(first, first + ROWS)], axis=1)
        ids, surprise = draw(layers, prompt, tf.constant(uniforms), zero_states(network, ROWS))
        for row in range(min(ROWS, parameters.samples - first)):
            text = vocabulary.decode(ids[:, row].numpy())
            yield Sample(index=first + row, text=text, surprise=surprise[:, row].numpy())


def _uniforms(parameters: SamplingParameters, temperature: float, index: int) -> np.ndarray:
    """A sample's random numbers, one for each character: shape `(length,)` float32 in [0, 1)."""
    told_apart = struct.pack("<Qdq", parameters.seed, temperature, index) + parameters.prompt.encode("utf-8")
    key = int.from_bytes(hashlib.sha256(told_apart).digest()[:16], "little")
    return np.random.Generator(np.random.Philox(key=key)).random(parameters.length, np.float32)


def _sampler(temperature: float) -> Any:
    """The compiled loop for one temperature: ids and surprise in bits, `(length, rows)` each."""

    @tf.function(reduce_retracing=True)
    def draw(layers: Any, prompt: tf.Tensor, uniforms: tf.Tensor, states: list[tf.Tensor]) -> Any:
        rows, length = uniforms.shape[1], tf.shape(uniforms)[0]
        for position in tf.range(tf.shape(prompt)[0] - 1):
            _, states = step(layers, tf.repeat(prompt[position], rows), states, tf.float32)
        ids = tf.repeat(prompt[-1], rows)
        drawn = tf.TensorArray(tf.int32, size=length, element_shape=(rows,))
        surprise = tf.TensorArray(tf.float32, size=length, element_shape=(rows,))
        for position in tf.range(length):
            logits, states = step(layers, ids, states, tf.float32)
            ids = _choose(logits, uniforms[position], temperature)
            nats = -tf.gather(tf.nn.log_softmax(logits), ids, axis=1, batch_dims=1)
            surprise = surprise.write(position, nats / math.log(2))
            drawn = drawn.write(position, ids)
        return drawn.stack(), surprise.stack()

    return draw


def _choose(logits: tf.Tensor, uniform: tf.Tensor, temperature: float) -> tf.Tensor:
    """The id of each row whose share of the cumulative probability its random number falls into."""
    if temperature < COLDEST:
        return tf.argmax(logits, 1, output_type=tf.int32)
    cumulative = tf.cumsum(tf.nn.softmax(logits / temperature), axis=1)
    whole = cumulative[:, -1:]
    # The second condition matters where rounding makes the product the whole: the last id with a share is meant then.
    below = (cumulative <= uniform[:, None] * whole) & (cumulative < whole)
    return tf.reduce_sum(tf.cast(below, tf.int32), 1)
