"""Muon: an optimiser that learns every direction of a weight matrix at the same rate."""

from typing import Any

import keras
import tensorflow as tf

COEFFICIENTS = 3.4445, -4.7750, 2.0315
ITERATIONS = 3
MOMENTUM = 0.95
RMS = 0.2
BETA_1, EPSILON = 0.9, 1e-7


class Muon(keras.optimizers.Optimizer):
    """Muon (Jordan 2024) for the kernels of recurrent layers, Adam (Kingma and Ba 2015) for all other weights.

    The step of a kernel is its momentum made orthogonal, gate by gate: a direction that the text seldom asks for is
    learned as fast as the others. It has the size of Adam's steps (Liu et al. 2025), so that one learning rate
    serves both.
    """

    def __init__(self, learning_rate: float, gates: int, dtype: tf.DType, beta_2: float, clip_norm: float) -> None:
        """Kernels are those of so many gates, side by side; products are in the type; the rest is as for Adam.

        Args:
            learning_rate: of the first step; may be set anew before each.
            gates: how many parts a kernel has.
            dtype: type of the products that make orthogonal.
            beta_2: decay of Adam's second moment.
            clip_norm: largest global norm of the gradients; 0: no limit.
        """
        super().__init__(learning_rate=learning_rate)
        self._gates, self._dtype, self._beta_2, self._clip_norm = gates, dtype, beta_2, clip_norm
        self._moments: list[list[Any]] = []

    def build(self, variables: list[Any]) -> None:
        """Make the moments: one for each kernel, two for each other variable."""
        if not self.built:
            super().build(variables)
            for variable in variables:
                names = ["momentum"] if _is_kernel(variable) else ["momentum", "velocity"]
                self._moments.append([self.add_variable_from_reference(variable, name=name) for name in names])

    def apply(self, grads: list[tf.Tensor], trainable_variables: list[Any] | None = None) -> None:
        """Move all variables that it was built with by one step; their gradients are in the same order."""
        rate, number = tf.cast(self.learning_rate, tf.float32), tf.cast(self.iterations + 1, tf.float32)
        clipped = _clipped(grads, self._clip_norm) if self._clip_norm else grads
        for variable, gradient, moments in zip(self._trainable_variables, clipped, self._moments, strict=True):
            before = [moment.value for moment in moments]
            if len(moments) == 1:
                first, direction = _accelerated(gradient, before[0])
                parts = _orthogonal(direction, self._gates, self._dtype)
                moved, after = _moved(variable.value, parts, rate), [first]
            else:
                moved, *after = _adam(variable.value, gradient, before, number, rate, self._beta_2)
            for moment, value in zip(moments, after, strict=True):
                moment.assign(value)
            variable.assign(moved)
        self.iterations.assign_add(1)


def _is_kernel(variable: Any) -> bool:
    """Whether it multiplies the input, or the output before, of a recurrent layer."""
    return "cell/" in variable.path and variable.path.endswith("kernel")


@tf.function(jit_compile=True)
def _clipped(gradients: list[tf.Tensor], largest: float) -> list[tf.Tensor]:
    clipped, _ = tf.clip_by_global_norm(gradients, largest)
    return list(clipped)


def _orthogonal(direction: tf.Tensor, gates: int, dtype: tf.DType) -> tf.Tensor:
    """For each gate's part a matrix with nearly the same singular vectors and all singular values near one.

    By the quintic Newton-Schulz iteration of Jordan 2024.

    Args:
        direction: `(rows, gates * columns)` float32.
        gates: how many parts stand side by side.
        dtype: type of the products.

    Returns:
        shape `(gates, rows, columns)`, in `dtype`.
    """
    x = _parts(direction, gates, dtype)
    is_tall = x.shape[1] > x.shape[2]
    for _ in range(ITERATIONS):
        square = tf.matmul(x, x, transpose_a=is_tall, transpose_b=not is_tall)
        factor = _factor(square, tf.matmul(square, square))
        x = tf.matmul(x, factor) if is_tall else tf.matmul(factor, x)
    return x


@tf.function(jit_compile=True)
def _parts(direction: tf.Tensor, gates: int, dtype: tf.DType) -> tf.Tensor:
    """Gate by gate `(gates, rows, columns)`, each of norm one, so that no singular value is above one."""
    rows, columns = direction.shape
    parts = tf.transpose(tf.reshape(direction, (rows, gates, columns // gates)), (1, 0, 2))
    norms = tf.sqrt(tf.reduce_sum(parts * parts, (1, 2), keepdims=True))
    return tf.cast(parts / (norms + EPSILON), dtype)


@tf.function(jit_compile=True)
def _factor(square: tf.Tensor, fourth: tf.Tensor) -> tf.Tensor:
    """What an iteration multiplies by: a + b A + c A A of a matrix A and its square."""
    a, b, c = COEFFICIENTS
    wide = a * tf.eye(square.shape[-1]) + b * tf.cast(square, tf.float32) + c * tf.cast(fourth, tf.float32)
    return tf.cast(wide, square.dtype)


@tf.function(jit_compile=True)
def _accelerated(gradient: tf.Tensor, moment: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The momentum after this gradient, and the direction a step ahead of it (Nesterov 1983)."""
    moment = MOMENTUM * moment + (1 - MOMENTUM) * gradient
    return moment, MOMENTUM * moment + (1 - MOMENTUM) * gradient


@tf.function(jit_compile=True)
def _moved(weights: tf.Tensor, parts: tf.Tensor, rate: tf.Tensor) -> tf.Tensor:
    """The weights after a step along the parts of all gates, whose elements it brings to the size of Adam's."""
    step = tf.transpose(tf.cast(parts, tf.float32), (1, 0, 2))
    return weights - rate * RMS * max(parts.shape[1:]) ** 0.5 * tf.reshape(step, weights.shape)


@tf.function(jit_compile=True)
def _adam(
    weights: tf.Tensor, gradient: tf.Tensor, moments: list[tf.Tensor], number: tf.Tensor, rate: tf.Tensor, beta_2: float
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Weights and moments after Adam's step `number`, counted from one, as Keras computes it."""
    first = BETA_1 * moments[0] + (1 - BETA_1) * gradient
    second = beta_2 * moments[1] + (1 - beta_2) * gradient * gradient
    unbiased = rate * tf.sqrt(1 - beta_2**number) / (1 - BETA_1**number)
    return weights - unbiased * first / (tf.sqrt(second) + EPSILON), first, second
