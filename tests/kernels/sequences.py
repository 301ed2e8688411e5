"""Sequences whose product is the gradient of a layer's weights, and what it has to be."""

import ml_dtypes
import numpy as np


def by_row(rows, units, columns, dtype):
    """Inputs `(rows, units)` and gradients `(rows, columns)`."""
    random = np.random.default_rng(rows)
    return [random.normal(size=(rows, size)).astype(dtype) for size in (units, columns)]


def in_tiles(rows, units, columns):
    """Both in bfloat16 by row, then in tiles."""
    both = by_row(rows, units, columns, ml_dtypes.bfloat16)
    padded = [np.pad(one, ((0, -rows % 16), (0, 0))) for one in both]
    return *both, *(one.reshape(1, -1, 16, one.shape[1] // 32, 32).swapaxes(2, 3).copy() for one in padded)


def assert_product(products, inputs, gradients):
    expected = inputs.astype(float).T @ gradients.astype(float)
    np.testing.assert_allclose(products, expected, rtol=1e-4, atol=1e-4 * len(inputs) ** 0.5)
