"""Nothing but the matrix products that no training step of an LSTM can do without: what bounds its speed."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from benchmarks.peers.shapes import STEPS, WARM_UP, Shape, ids_of, processors, rate, shape_of
from benchmarks.side_by_side import Peer, median_seconds

if TYPE_CHECKING:
    import tensorflow as tf


def made(*shape: int, dtype: str | None = None) -> "tf.Tensor":
    """Random numbers, in the type of the products where no other is given."""
    import tensorflow as tf

    from tasks.network.precision import fastest_precision

    return tf.cast(tf.random.normal(shape), dtype or fastest_precision())


def loop_products(shape: Shape) -> Callable[[], Any]:
    """For each place of a window one product forward and one backward, the weights on the left, one after the other."""
    import tensorflow as tf

    @tf.function
    def products(weights: tf.Tensor, turned: tf.Tensor, h: tf.Tensor, d_z: tf.Tensor) -> tf.Tensor:
        total = tf.zeros((), weights.dtype)
        for _ in tf.range(shape.length):
            total += tf.matmul(turned, h + total)[0, 0] * 0
            total += tf.matmul(weights, d_z + total)[0, 0] * 0
        return total

    weights = made(shape.units, 4 * shape.units)
    given = weights, tf.transpose(weights), made(shape.units, shape.batch), made(4 * shape.units, shape.batch)
    return lambda: products(*given).numpy()


def gradient_product(shape: Shape) -> Callable[[], Any]:
    """The gradient of the recurrent weights over a whole window."""
    import tensorflow as tf

    product = tf.function(lambda hidden, d_z: tf.matmul(hidden, d_z, transpose_b=True)[0, 0])
    given = made(shape.units, shape.characters), made(4 * shape.units, shape.characters)
    return lambda: product(*given).numpy()


def output_products(shape: Shape, size: int) -> Callable[[], Any]:
    """The output layer over a whole window: forward, and the gradients of its kernel and its inputs."""
    import tensorflow as tf

    @tf.function
    def products(kernel: tf.Tensor, hidden: tf.Tensor, d_logits: tf.Tensor) -> tf.Tensor:
        forward, d_kernel = tf.matmul(kernel, hidden), tf.matmul(d_logits, hidden, transpose_b=True)
        return forward[0, 0] + d_kernel[0, 0] + tf.matmul(kernel, d_logits, transpose_a=True)[0, 0]

    given = made(size, shape.units), made(shape.units, shape.characters), made(size, shape.characters)
    return lambda: products(*given).numpy()


def tensorflow_bound(options: argparse.Namespace) -> dict[str, float]:
    """Only the matrix products that no LSTM of this shape can do without, at these very shapes, by TensorFlow."""
    shape = shape_of(options)
    parts = loop_products(shape), gradient_product(shape), output_products(shape, ids_of(options)[1])
    seconds = sum(median_seconds(part, WARM_UP, STEPS) for part in parts)
    return {"characters_per_second": shape.characters / seconds}


def pytorch_bound(options: argparse.Namespace) -> dict[str, float]:
    """The same products by PyTorch."""
    import torch

    from tasks.network.precision import fastest_precision

    torch.set_num_threads(processors())

    def made(*shape: int) -> torch.Tensor:
        return torch.randn(shape).to(getattr(torch, fastest_precision()))

    shape, size = shape_of(options), ids_of(options)[1]
    units, characters = shape.units, shape.characters
    weights, turned = made(units, 4 * units), made(4 * units, units)
    h, d_z = made(units, shape.batch), made(4 * units, shape.batch)
    hidden, all_d_z = made(units, characters), made(characters, 4 * units)
    kernel, d_logits = made(size, units), made(size, characters)

    def products() -> None:
        for _ in range(shape.length):
            torch.matmul(turned, h)
            torch.matmul(weights, d_z)
        torch.matmul(hidden, all_d_z)
        for a, b in ((kernel, hidden), (d_logits, hidden.T), (kernel.T, d_logits)):
            torch.matmul(a, b)

    return rate(products, characters)


PEERS: dict[str, Peer] = {
    "matrix products, TensorFlow": tensorflow_bound,
    "matrix products, PyTorch": pytorch_bound,
}
