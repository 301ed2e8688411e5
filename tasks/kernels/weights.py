"""A network's weights, and how they are laid out for the loops that draw from it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tasks.kernels.layer import Packing
from tasks.kernels.room import room
from tasks.kernels.stack import Stack


@dataclass(frozen=True, kw_only=True)
class Weights:
    """A network's weights, in float32 where nothing is said; those of products in their type.

    Attributes:
        tables: for each layer what is added to its products, `(n, gates * units)` with gates in Keras' order: of the
            first one a row for each character, of the others the bias alone; and then, if the cell takes the product of
            its own outputs apart, the bias of that one.
        products: for each layer of its products, `(width, gates * units)`: the inputs' above its own outputs'.
        kernel: of the output layer, `(units, vocabulary)`, in the type of the products.
        bias: of the output layer, `(vocabulary,)`.
    """

    tables: Sequence[np.ndarray]
    products: Sequence[np.ndarray]
    kernel: np.ndarray
    bias: np.ndarray


def packed(weights: Weights, stack: Stack) -> Weights:
    """The same as the loops read them; the units and characters that they count beyond the network's have no weight."""
    units, gates = weights.kernel.shape[0], stack.cell.gates
    missing, beyond = stack.layer.units - units, stack.size - stack.vocabulary
    tables, products = [], []
    for number, (table, product) in enumerate(zip(weights.tables, weights.products, strict=True)):
        tables.append(_packed(wider(table, missing, gates), stack.packing_of_table(number)))
        taller = wider(product.T, missing, len(product) // units).T
        products.append(_packed(wider(taller, missing, gates), stack.packing(number)))
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
