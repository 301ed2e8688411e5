"""Choosing the next character from logits: repetition penalty, temperature, top-k, top-p, min-p, in that order."""

import math

import numpy as np
import tensorflow as tf

from tasks.kernels.rules import Rules

COLDEST = 1e-6
BLOCK = 128


@tf.function(jit_compile=True, autograph=False)
def choose(
    logits: tf.Tensor, recent: tf.Tensor, uniform: tf.Tensor, temperature: tf.Tensor, rules: Rules
) -> tuple[tf.Tensor, tf.Tensor]:
    """The next character of each row, and its surprise in bits under the logits as they are.

    Args:
        logits: `(rows, vocabulary_size)` float32.
        recent: ids of the last characters, `(rows, rules.remembered)` int32, -1 before the first.
        uniform: a random number for each row, `(rows,)` float32 in [0, 1).
        temperature: divisor of the logits, unless the rules are greedy.
        rules: which characters may be chosen.

    Returns:
        ids `(rows,)` int32 and surprise `(rows,)` float32.
    """
    weighed = logits if rules.repetition_penalty == 1 else _penalised(logits, recent, rules)
    if rules.never:
        is_never = tf.reduce_any(tf.range(logits.shape[1])[:, None] == tf.constant(rules.never), 1)
        weighed = tf.where(is_never, -np.inf, weighed)
    if rules.greedy:
        ids = tf.argmax(weighed, 1, output_type=tf.int32)
    else:
        ids = _drawn(allowed(tf.nn.softmax(weighed / temperature), rules), uniform)
    surprise = -tf.gather(tf.nn.log_softmax(logits), ids, axis=1, batch_dims=1) / math.log(2)
    return ids, surprise


def allowed(p: tf.Tensor, rules: Rules) -> tf.Tensor:
    """The probabilities `(rows, n)` with those that the rules leave out at 0; they need not add up to 1."""
    if rules.top_k:
        p = _likeliest(p, tf.ones_like(p), tf.fill((p.shape[0], 1), float(rules.top_k)))
    if rules.top_p < 1:
        p = _likeliest(p, p, rules.top_p * tf.reduce_sum(p, 1, keepdims=True))
    if rules.min_p > 0:
        p = tf.where(p >= rules.min_p * tf.reduce_max(p, 1, keepdims=True), p, 0.0)
    return p


def _likeliest(p: tf.Tensor, weights: tf.Tensor, least: tf.Tensor) -> tf.Tensor:
    """The fewest of the largest entries of each row whose weights add up to at least `least`, the others 0.

    The threshold is found by bisection over the bits of a float, which are in its order: that takes 30 sums,
    whatever the size of the vocabulary, and no sorting.
    """
    order = tf.bitcast(p, tf.int32)

    def body(bit: tf.Tensor, low: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        middle = low | tf.bitwise.left_shift(1, bit)
        enough = tf.reduce_sum(tf.where(order >= middle, weights, 0.0), 1, keepdims=True) >= least
        return bit - 1, tf.where(enough, middle, low)

    _, low = tf.while_loop(lambda bit, _: bit >= 0, body, (29, tf.zeros_like(least, tf.int32)))
    return tf.where(order >= low, p, 0.0)


def _drawn(p: tf.Tensor, uniform: tf.Tensor) -> tf.Tensor:
    """The id of each row whose share of the cumulative probability its random number falls into.

    The block of ids is found first, so that a large vocabulary is added up once and cumulated nowhere else.
    """
    rows, size = p.shape
    width = min(BLOCK, size)
    count = -(-size // width)
    blocks = tf.reshape(tf.pad(p, ((0, 0), (0, count * width - size))), (rows, count, width))
    ends = tf.cumsum(tf.reduce_sum(blocks, 2), 1)
    mark = uniform * ends[:, -1]
    block = _place(ends, mark)
    before = tf.gather(tf.pad(ends, ((0, 0), (1, 0))), block, axis=1, batch_dims=1)
    inside = tf.cumsum(tf.gather(blocks, block, axis=1, batch_dims=1), 1)
    return block * width + _place(inside, tf.maximum(mark - before, 0.0))


def _place(cumulative: tf.Tensor, mark: tf.Tensor) -> tf.Tensor:
    """Where in each row the mark falls, never on an entry without a share."""
    # The second condition matters where rounding puts the mark at the end: the last entry with a share is meant then.
    below = (cumulative <= mark[:, None]) & (cumulative < cumulative[:, -1:])
    return tf.reduce_sum(tf.cast(below, tf.int32), 1)


def _penalised(logits: tf.Tensor, recent: tf.Tensor, rules: Rules) -> tf.Tensor:
    rows, size = logits.shape
    last = recent[:, -rules.window :]
    places = tf.stack([tf.broadcast_to(tf.range(rows)[:, None], last.shape), tf.where(last < 0, size, last)], 2)
    seen = tf.scatter_nd(places, tf.ones(last.shape), (rows, size + 1))[:, :size] > 0
    penalty = rules.repetition_penalty
    return tf.where(seen, tf.where(logits > 0, logits / penalty, logits * penalty), logits)
