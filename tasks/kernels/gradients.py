"""The gradient of a layer's weights over a sequence, on NumPy arrays."""

import functools

import numpy as np

from tasks.kernels.arguments import check
from tasks.kernels.room import room
from tasks.kernels.running import Compiled
from tasks.kernels.tile_blocks import TileBlocks
from tasks.kernels.tiles import ITEMS, ROWS
from tasks.kernels.vector_blocks import VectorBlocks
from tasks.kernels.weight_gradient import BLOCK, Blocks, emit_weight_gradient, scratch_items


def gradient_of_tiles(threads: int, inputs: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """The product of inputs and gradients over steps and rows; both as loops with tiles gave them.

    Args:
        threads: how many share the work at most; it changes no bit.
        inputs: bfloat16 `(steps, tiles of rows, tiles of units, 16, 32)`.
        gradients: bfloat16 `(steps, tiles of rows, tiles of columns, 16, 32)`.

    Returns:
        `(units, columns)` float32.

    Raises:
        TypeError: an array is of another type.
        ValueError: an array is of another shape or not contiguous.
    """
    tile, steps = (ROWS, 2 * ITEMS), inputs.shape[:2]
    check(
        inputs=(inputs, "bfloat16", (None, None, None, *tile)),
        gradients=(gradients, "bfloat16", (*steps, None, *tile)),
    )
    units, columns = (2 * ITEMS * one.shape[2] for one in (inputs, gradients))
    return _run(TileBlocks, threads, ROWS * inputs.shape[0] * inputs.shape[1], (inputs, gradients), (units, columns))


def gradient_of_rows(threads: int, inputs: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """The same of floats by row.

    Args:
        threads: as above.
        inputs: float32 `(steps, rows, units)`; units are a multiple of 32, as are columns.
        gradients: float32 `(steps, rows, columns)`.

    Returns:
        as above.

    Raises:
        TypeError, ValueError: as above.
    """
    steps = inputs.shape[:2]
    check(inputs=(inputs, "float32", (None, None, None)), gradients=(gradients, "float32", (*steps, None)))
    sizes = inputs.shape[2], gradients.shape[2]
    if any(size % BLOCK for size in sizes):
        raise ValueError(f"units and columns must be multiples of {BLOCK}, not {sizes}")
    return _run(VectorBlocks, threads, steps[0] * steps[1], (inputs, gradients), sizes)


def _run(
    kind: type[Blocks], threads: int, rows: int, factors: tuple[np.ndarray, np.ndarray], sizes: tuple[int, int]
) -> np.ndarray:
    products = room(sizes, np.float32)
    scratch = (room((size,), np.int32) for size in scratch_items(rows, *sizes, threads, kind))
    _compiled(kind, *sizes).run(threads, rows, *factors, products, *scratch)
    return products


@functools.cache
def _compiled(kind: type[Blocks], units: int, columns: int) -> Compiled:
    return Compiled("weight_gradient", emit_weight_gradient(units, columns, kind))
