"""What the loops of a layer are made for: units, type of the products, processor; and what follows from them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from llvmlite import ir

from tasks.kernels.processor import Method, Processor
from tasks.kernels.products import Product
from tasks.kernels.tiles import ITEMS
from tasks.kernels.values import BFLOAT, FLOAT, HALF


@dataclass(frozen=True)
class Packing:
    """How weights are laid out for a product: the shape to give to them, and then the order of their axes."""

    shape: tuple[int, ...]
    axes: tuple[int, ...]

    @property
    def packed(self) -> tuple[int, ...]:
        """The shape that they have then."""
        return tuple(self.shape[axis] for axis in self.axes)


@dataclass(frozen=True)
class Layer:
    """What the code is made for.

    Attributes:
        units: a multiple of the processor's lanes.
        bfloat16: whether products, outputs and gradients of products are bfloat16; all else is float32.
        processor: that runs it.
        resets: whether an array of floats says where the state is kept (1) and where it is zero (0), by step and row.
        differentiable: whether the forward loop keeps the gates, which the backward one reads.
        gates: how many parts the recurrent weights have, side by side.
    """

    units: int
    bfloat16: bool
    processor: Processor
    resets: bool = False
    differentiable: bool = True
    gates: int = 4

    @property
    def items_each(self) -> int:
        """Numbers in an item of a product."""
        return 2 if self.bfloat16 else 1

    @property
    def vectors_backward(self) -> int:
        """Vectors of units in a block of the backward product."""
        return next(count for count in (4, 2, 1) if self.blocks_forward % count == 0)

    @property
    def blocks_forward(self) -> int:
        """Blocks of units that threads share among them in the forward pass: a vector each."""
        return self.units // self.processor.lanes

    @property
    def blocks_backward(self) -> int:
        """The same in the backward pass."""
        return self.blocks_forward // self.vectors_backward

    @property
    def packing_forward(self) -> Packing:
        """Of recurrent weights `(units, gates * units)`."""
        return self.packing_of(self.units)

    def packing_of(self, width: int) -> Packing:
        """Of weights `(width, gates * units)`: blocks of a vector of each gate, as `Product` reads them."""
        lanes = self.processor.lanes
        shape = *self.inner_axes(width), self.gates, self.units // lanes, lanes
        return Packing(shape, (4, 0, 3, 1, 5, 2) if self.method == "tiles" else (3, 0, 2, 4, 1))

    @property
    def packing_backward(self) -> Packing:
        """Of the same weights: blocks of some vectors of units."""
        columns = self.blocks_backward, self.vectors_backward, self.processor.lanes
        inner = self.inner_axes(self.gates * self.units)
        if self.method == "tiles":
            return Packing((*columns, *inner), (0, 3, 1, 4, 2, 5))
        return Packing((*columns, *inner), (0, 3, 1, 2, 4))

    def inner_axes(self, size: int) -> tuple[int, ...]:
        """The axes of an inner dimension: items and their numbers, items in tiles."""
        items = size // self.items_each
        return (items // ITEMS, ITEMS, 2) if self.method == "tiles" else (items, self.items_each)

    def product_forward(self, rows: int) -> Product:
        """A step's product of outputs and a block of the weights: a vector of each gate."""
        return self.product(rows, self.units, self.gates)

    def product_backward(self, rows: int) -> Product:
        """A step's product of the gradients of all gates and a block of the weights: some vectors of units."""
        return self.product(rows, self.gates * self.units, self.vectors_backward)

    def product(self, rows: int, inner: int, vectors: int) -> Product:
        """A product of rows over an inner dimension, for a block of so many vectors of weights."""
        return Product(
            rows=rows,
            items=inner // self.items_each,
            vectors=vectors,
            lanes=self.processor.lanes,
            method=self.method,
            rows_at_once=self.processor.rows,
        )

    def state_strides(self, rows: int) -> tuple[int, ...]:
        """Of states that only the loops read: by step, block, row and lane."""
        lanes = self.processor.lanes
        return rows * self.units, rows * lanes, lanes, 1

    def gate_strides(self, rows: int, count: int) -> tuple[int, ...]:
        """Of what is kept for the backward pass, so many numbers of each unit: by step, block, row, number and lane."""
        lanes = self.processor.lanes
        return count * rows * self.units, count * rows * lanes, count * lanes, lanes, 1

    @property
    def method(self) -> Method:
        """How its products are multiplied."""
        if not self.bfloat16:
            return "float32"
        fits = self.processor.bfloat16 != "tiles" or self.units % (2 * ITEMS) == 0
        return self.processor.bfloat16 if fits else "pairs"

    @property
    def kind(self) -> ir.Type:
        """Of outputs and of gradients of products."""
        return BFLOAT if self.bfloat16 else FLOAT

    @property
    def gate_kind(self) -> ir.Type:
        """Of what the backward pass reads of gates: half has three bits more than bfloat16, and products fit."""
        return HALF if self._halves else FLOAT

    @property
    def gate_dtype(self) -> type[np.floating[Any]]:
        """The same of arrays."""
        return np.float16 if self._halves else np.float32

    @property
    def _halves(self) -> bool:
        """Processors that multiply bfloat16 have instructions for halves, too."""
        return self.bfloat16 and self.processor.bfloat16 != "widened"
