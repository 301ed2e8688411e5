import numpy as np
import pytest

from tasks.kernels.running import Compiled
from tasks.kernels.tile_blocks import TileBlocks
from tasks.kernels.vector_blocks import VectorBlocks
from tasks.kernels.weight_gradient import emit_weight_gradient, scratch_items
from tests.kernels.sequences import assert_product, by_row, in_tiles
from tests.kernels.tiles import emulated


def run(text, kind, rows, *factors, units, columns):
    """The products, below which nothing was written."""
    products = np.full((units + 1, columns), 7, np.float32)
    scratch = [np.zeros(size, np.int32) for size in scratch_items(rows, units, columns, 1, kind)]
    Compiled("weight_gradient", text).run(1, rows, *factors, products, *scratch)
    assert set(products[-1]) == {7}
    return products[:-1]


@pytest.mark.parametrize(("rows", "units", "columns"), [(33, 32, 128), (1, 64, 64)])
def test_in_tiles_it_is_the_product_where_each_instruction_does_what_the_manual_says(rows, units, columns):
    *factors, inputs, gradients = in_tiles(rows, units, columns)
    text, functions = emulated(emit_weight_gradient(units, columns, TileBlocks))

    products = run(text, TileBlocks, 16 * inputs.shape[1], inputs, gradients, units=units, columns=columns)

    assert functions
    assert_product(products, *factors)


@pytest.mark.parametrize(("rows", "units", "columns"), [(1, 64, 64), (128, 32, 96), (300, 32, 128)])
def test_in_vectors_it_is_the_product(rows, units, columns):
    factors = by_row(rows, units, columns, np.float32)
    text = emit_weight_gradient(units, columns, VectorBlocks)

    assert_product(run(text, VectorBlocks, rows, *factors, units=units, columns=columns), *factors)
