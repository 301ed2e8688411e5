import ml_dtypes
import numpy as np
import pytest

from tasks.kernels.loops import weight_gradient
from tasks.kernels.processor import this_processor
from tasks.kernels.running import Compiled
from tasks.kernels.weight_gradient import emit_weight_gradient, scratch_items
from tests.kernels.tiles import emulated

HAS_TILES = this_processor().bfloat16 == "tiles"


def sequences(rows, units, columns):
    """Inputs and gradients by row, then both in tiles."""
    random = np.random.default_rng(rows)
    both = [random.normal(size=(rows, size)).astype(ml_dtypes.bfloat16) for size in (units, columns)]
    padded = [np.pad(one, ((0, -rows % 16), (0, 0))) for one in both]
    return *both, *(one.reshape(1, -1, 16, one.shape[1] // 32, 32).swapaxes(2, 3).copy() for one in padded)


def assert_product(products, inputs, gradients):
    expected = inputs.astype(float).T @ gradients.astype(float)
    np.testing.assert_allclose(products, expected, rtol=1e-4, atol=1e-4 * len(inputs) ** 0.5)


@pytest.mark.parametrize(("rows", "units", "columns"), [(33, 32, 128), (1, 64, 64)])
def test_it_is_the_product_where_each_instruction_does_what_the_manual_says(rows, units, columns):
    inputs, gradients, *in_tiles = sequences(rows, units, columns)
    row_tiles = in_tiles[0].shape[1]
    products = np.full((units + 1, columns), 7, np.float32)
    scratch = [np.zeros(size, np.int32) for size in scratch_items(row_tiles, units, columns, 1)]
    text, functions = emulated(emit_weight_gradient(units, columns))

    Compiled("weight_gradient", text).run(1, row_tiles, *in_tiles, products, *scratch)

    assert functions
    assert_product(products[:-1], inputs, gradients)
    assert set(products[-1]) == {7}


@pytest.mark.parametrize(
    ("error", "change"),
    [
        (TypeError, lambda a, b: (a.astype(np.float32), b)),
        (TypeError, lambda a, b: (a, b.view(np.uint16))),
        (ValueError, lambda a, b: (a[:, 0], b)),
        (ValueError, lambda a, b: (a, b[:, 1:].copy())),
        (ValueError, lambda a, b: (a[..., 1:].copy(), b)),
        (ValueError, lambda a, b: (a, b[..., 1:].copy())),
        (ValueError, lambda a, b: (a, b[..., ::2])),
    ],
)
def test_sequences_of_another_type_or_shape_are_refused(error, change):
    _, _, first, second = sequences(40, 64, 128)

    with pytest.raises(error, match="must be"):
        weight_gradient(1, *change(first, second))


@pytest.mark.skipif(not HAS_TILES, reason="no tiles in this processor")
@pytest.mark.parametrize("rows", [1, 31, 512, 1300])
@pytest.mark.parametrize(("units", "columns"), [(32, 128), (96, 384), (512, 2048)])
def test_it_is_the_product_in_any_number_of_threads_to_the_bit(rows, units, columns):
    inputs, gradients, *in_tiles = sequences(rows, units, columns)

    products = weight_gradient(1, *in_tiles)

    assert_product(products, inputs, gradients)
    for threads in (2, 3):
        assert np.array_equal(weight_gradient(threads, *in_tiles), products)
