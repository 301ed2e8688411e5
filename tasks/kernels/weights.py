"""A network's weights, and how they are laid out for the loops that draw from it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tasks.kernels.layer import Packing
from tasks.kernels.lstm import GATES
from tasks.kernels.room import room
from tasks.kernels.stack import Stack


@dataclass(frozen=True, kw_only=True)
class Weights:
    """A network's weights, in float32 where nothing is said; those of products in their type.

    Attributes:
        tables: for each layer what is added to its products, `(n, 4 * units)` with gates in the order i f c o: of the
            first one for each character, of the others the bias alone.
        products: for each layer of its products, `(width, 4 * units)`: the inputs' above its own outputs'.
        kernel: of the output layer, `(units, vocabulary)`, in the type of the products.
        bias: of the output layer, `(vocabulary,)`.
    """

    tables: Sequence[np.ndarray]
    products: Sequence[np.ndarray]
    kernel: np.ndarray
    bias: np.ndarray


def packed(weights: Weights, stack: Stack) -> Weights:
    """The same as the loops read them; the units and characters that they count beyond the network's have no weight."""
    units = weights.kernel.shape[0]
    missing, beyond = stack.layer.units - units, stack.size - stack.vocabulary
    tables, products = [], []
    for number, (table, product) in enumerate(zip(weights.tables, weights.products, strict=True)):
        tables.append(_packed(wider(table, missing, GATES), stack.packing_of_table(number)))
        taller = wider(product.T, missing, len(product) // units).T
        products.append(_packed(wider(taller, missing, GATES), stack.packing(number)))
    return Weights(
        tables=tables,
        products=products,
        kernel=_packed(np.pad(weights.kernel, ((0, missing), (0, beyond))), stack.packing_of_logits),
        bias=laid_out(np.pad(weights.bias, (0, beyond), constant_values=-np.inf)),
    )


def wider(weights: np.ndarray, missing: int, parts: int) -> np.ndarray:
    """The same with so many columns more, all zeros, at the end of each of so many parts."""
    divided = weights.reshape(len(weights), parts, -1)
    return np.pad(divided, ((0, 0), (0, 0), (0, missing))).reshape(len(weights), -1)


def _packed(weights: np.ndarray, packing: Packing) -> np.ndarray:
    return laid_out(weights.reshape(packing.shape).transpose(packing.axes))


def laid_out(array: np.ndarray) -> np.ndarray:
    """The same in the order of its axes, from where a line of the cache begins: no vector is in two of them."""
    made = room(array.shape, array.dtype)
    made[...] = array
    return made
