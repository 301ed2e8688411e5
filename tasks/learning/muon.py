"""Muon: an optimiser that learns every direction of a weight matrix at the same rate."""

from typing import Any

import keras
import tensorflow as tf

# Of two odd polynomials which bring all of [0.03, 1] to within 0.39 of one: found numerically, as Jordan 2024 did his.
COEFFICIENTS = (4.9546, -13.943, 10.1865), (4.305, -7.0674, 3.3892)
MOMENTUM = 0.95
RMS = 0.2
BETA_1, EPSILON, TINY = 0.9, 1e-7, 1e-18


class Muon(keras.optimizers.Optimizer):
    """Muon (Jordan 2024) for the kernels of recurrent layers, Adam (Kingma and Ba 2015) for all other weights.

    The step of a kernel is its momentum made orthogonal, gate by gate: a direction that the text seldom asks for is
    learned as fast as the others. It has the size of Adam's steps and decays the weights (Liu et al. 2025), so that
    one learning rate serves both.
    """

    def __init__(
        self, learning_rate: float, gates: int, dtype: tf.DType, *, beta_2: float, clip_norm: float, weight_decay: float
    ) -> None:
        """Kernels are those of so many gates, side by side; products are in the type; the rest is as for Adam.

        Args:
            learning_rate: of the first step; may be set anew before each.
            gates: how many parts a kernel has.
            dtype: type of the products that make orthogonal.
            beta_2: decay of Adam's second moment.
            clip_norm: largest global norm of the gradients; 0: no limit.
            weight_decay: share of a kernel that is taken away at each step, in learning rates.
        """
        super().__init__(learning_rate=learning_rate)
        self._gates, self._dtype, self._beta_2, self._clip_norm = gates, dtype, beta_2, clip_norm
        self._decay = weight_decay
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
                moved, after = _moved(variable.value, parts, rate, self._decay), [first]
            else:
                # At the rate of the kernels, whose steps have the size of Adam's: embeddings, of unit variance, and
                # biases bear a larger one than kernels do, and need not go slower as units grow (Yang et al. 2022).
                moved, *after = _adam(variable.value, gradient, before, number, rate, self._beta_2)
            for moment, value in zip(moments, after, strict=True):
                moment.assign(value)
            variable.assign(moved)
        self.iterations.assign_add(1)


def _is_kernel(variable: Any) -> bool:
    """Whether it multiplies the input, or the output before, of a recurrent layer."""
    return "cell/" in variable.path and variable.path.endswith("kernel")


@tf.function(jit_compile=True, autograph=False)
def _clipped(gradients: list[tf.Tensor], largest: float) -> list[tf.Tensor]:
    clipped, _ = tf.clip_by_global_norm(gradients, largest)
    return list(clipped)


def _orthogonal(direction: tf.Tensor, gates: int, dtype: tf.DType) -> tf.Tensor:
    """For each gate's part a matrix with the same singular vectors and all but the smallest singular values near one.

    Two quintic iterations as those of Jordan 2024, but divided by the fourth root of the sum of the fourth powers of
    the singular values, which the first product gives: nearer to the largest one than the Frobenius norm is.

    Args:
        direction: `(rows, gates * columns)` float32.
        gates: how many parts stand side by side.
        dtype: type of the products.

    Returns:
        shape `(gates, rows, columns)`, in `dtype`.
    """
    rows, columns = direction.shape
    x = tf.cast(tf.transpose(tf.reshape(direction, (rows, gates, columns // gates)), (1, 0, 2)), dtype)
    is_tall = x.shape[1] > x.shape[2]
    for number in range(len(COEFFICIENTS)):
        square = tf.matmul(x, x, transpose_a=is_tall, transpose_b=not is_tall)
        factor = _factor(square, tf.matmul(square, square), number)
        x = tf.matmul(x, factor) if is_tall else tf.matmul(factor, x)
    return x


@tf.function(jit_compile=True, autograph=False)
def _factor(square: tf.Tensor, fourth: tf.Tensor, number: int) -> tf.Tensor:
    """What an iteration multiplies by: a + b A + c A A of a matrix A and its square, normed in the first one."""
    a, b, c = COEFFICIENTS[number]
    square, fourth, dtype = tf.cast(square, tf.float32), tf.cast(fourth, tf.float32), square.dtype
    norm = tf.norm(square, axis=(1, 2), keepdims=True) + TINY if number == 0 else 1.0
    sum_of_powers = a * tf.eye(square.shape[-1]) + b * square / norm + c * fourth / norm / norm
    return tf.cast(sum_of_powers / tf.sqrt(norm), dtype)


@tf.function(jit_compile=True, autograph=False)
def _accelerated(gradient: tf.Tensor, moment: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The momentum after this gradient, and the direction a step ahead of it (Nesterov 1983)."""
    moment = MOMENTUM * moment + (1 - MOMENTUM) * gradient
    return moment, MOMENTUM * moment + (1 - MOMENTUM) * gradient


@tf.function(jit_compile=True, autograph=False)
def _moved(weights: tf.Tensor, parts: tf.Tensor, rate: tf.Tensor, decay: float) -> tf.Tensor:
    """The weights, decayed (Loshchilov and Hutter 2019), after a step along the parts of all gates.

    Its elements are brought to the size of Adam's.
    """
    step = RMS * max(parts.shape[1:]) ** 0.5 * tf.transpose(tf.cast(parts, tf.float32), (1, 0, 2))
    return weights - rate * (decay * weights + tf.reshape(step, weights.shape))


@tf.function(jit_compile=True, autograph=False)
def _adam(
    weights: tf.Tensor, gradient: tf.Tensor, moments: list[tf.Tensor], number: tf.Tensor, rate: tf.Tensor, beta_2: float
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Weights and moments after Adam's step `number`, counted from one, as Keras computes it."""
    first = BETA_1 * moments[0] + (1 - BETA_1) * gradient
    second = beta_2 * moments[1] + (1 - beta_2) * gradient * gradient
    unbiased = rate * tf.sqrt(1 - beta_2**number) / (1 - BETA_1**number)
    return weights - unbiased * first / (tf.sqrt(second) + EPSILON), first, second
