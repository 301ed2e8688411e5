import numpy as np
import pytest

from tasks.kernels.gradients import gradient_of_rows, gradient_of_tiles
from tasks.kernels.processor import this_processor
from tests.kernels.sequences import assert_product, by_row, in_tiles

HAS_TILES = this_processor().bfloat16 == "tiles"
SIZES = pytest.mark.parametrize(("units", "columns"), [(32, 128), (96, 384), (512, 2048)])


@pytest.mark.skipif(not HAS_TILES, reason="no tiles in this processor")
@pytest.mark.parametrize("rows", [1, 31, 512, 1300])
@SIZES
def test_of_tiles_it_is_the_product_in_any_number_of_threads_to_the_bit(rows, units, columns):
    *factors, inputs, gradients = in_tiles(rows, units, columns)

    products = gradient_of_tiles(1, inputs, gradients)

    assert_product(products, *factors)
    for threads in (2, 3):
        assert np.array_equal(gradient_of_tiles(threads, inputs, gradients), products)


@pytest.mark.parametrize("rows", [1, 127, 512, 1300])
@SIZES
def test_of_rows_it_is_the_product_in_any_number_of_threads_to_the_bit(rows, units, columns):
    factors = by_row(rows, units, columns, np.float32)
    by_step = [one[None] for one in factors]

    products = gradient_of_rows(1, *by_step)

    assert_product(products, *factors)
    for threads in (2, 3):
        assert np.array_equal(gradient_of_rows(threads, *by_step), products)


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
def test_tiles_of_another_type_or_shape_are_refused(error, change):
    _, _, inputs, gradients = in_tiles(40, 64, 128)

    with pytest.raises(error, match="must be"):
        gradient_of_tiles(1, *change(inputs, gradients))


@pytest.mark.parametrize(
    ("error", "change"),
    [
        (TypeError, lambda a, b: (a.astype(np.float64), b)),
        (TypeError, lambda a, b: (a, b.view(np.int32))),
        (ValueError, lambda a, b: (a[0], b)),
        (ValueError, lambda a, b: (a, b[:, 1:].copy())),
        (ValueError, lambda a, b: (a, b[..., :-32])),
        (ValueError, lambda a, b: (a[..., 1:].copy(), b)),
        (ValueError, lambda a, b: (a, b[..., :120].copy())),
    ],
)
def test_rows_of_another_type_or_shape_are_refused(error, change):
    inputs, gradients = (one.reshape(2, 20, -1) for one in by_row(40, 64, 128, np.float32))

    with pytest.raises(error, match="must be"):
        gradient_of_rows(1, *change(inputs, gradients))
