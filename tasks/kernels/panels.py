"""Inputs of products with tiles: rows laid out in tiles of 16 rows by 32 bfloat16, by emitted code and of arrays."""

import numpy as np

from tasks.kernels import tiles
from tasks.kernels.emitting import Code
from tasks.kernels.products import Product
from tasks.kernels.values import BFLOAT, INT, Memory, Number

WIDTH = 2 * tiles.ITEMS  # numbers in a row of a tile


class Panels:
    """Inputs of a product with tiles, laid out as it reads them: a panel for each step."""

    def __init__(self, code: Code, product: Product, name: str, count: int | None = None) -> None:
        """In memory that an argument of this name leads to: so many panels, used in turn, or one for each step."""
        *strides, one = product.input_strides
        self._items = code.memory(name, INT, *strides, one)
        self._halves = code.memory(name, BFLOAT, *(2 * stride for stride in strides), one)
        self._count = count

    def at(self, step: Number) -> Memory:
        """The panel of a step."""
        return self._items.at(self._turn(step))

    def store(self, step: Number, row: Number, column: Number, number: Number) -> None:
        """Write a vector of a row's inputs of a step from this column on."""
        place = row // tiles.ROWS, column // WIDTH, row % tiles.ROWS, column % WIDTH
        self._halves.at(self._turn(step), *place).store(number)

    def _turn(self, step: Number) -> Number:
        return step if self._count is None else step % self._count


def shape_of_panel(rows: int, columns: int) -> tuple[int, ...]:
    """Of rows laid out so: by tile of rows, tile of columns, row and column."""
    return -(-rows // tiles.ROWS), columns // WIDTH, tiles.ROWS, WIDTH


def in_tiles(rows: np.ndarray) -> np.ndarray:
    """Rows `(rows, columns)` laid out so, with rows of zeros after the last."""
    padded = np.pad(rows, ((0, -len(rows) % tiles.ROWS), (0, 0)))
    return padded.reshape(-1, tiles.ROWS, rows.shape[1] // WIDTH, WIDTH).transpose(0, 2, 1, 3)


def by_row(panel: np.ndarray, rows: int) -> np.ndarray:
    """So many rows of a panel, `(rows, columns)`."""
    return panel.transpose(0, 2, 1, 3).reshape(-1, panel.shape[1] * WIDTH)[:rows]
