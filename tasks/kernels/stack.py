"""What a sampling loop is made for: recurrent layers and the logits after them, and how their weights lie."""

import functools
from dataclasses import dataclass

from tasks.kernels.cell_step import CellStep
from tasks.kernels.layer import Layer, Packing
from tasks.kernels.processor import Processor

VECTORS = 4  # of a block of logits, at most: whose sums stay in registers


@dataclass(frozen=True, kw_only=True)
class Stack:
    """What the loops are made for.

    Attributes:
        cell: of each recurrent layer.
        layers: how many there are.
        units: of each, a multiple of the processor's lanes.
        vocabulary: number of characters.
        bfloat16: whether products and outputs are bfloat16.
        processor: that runs it.
    """

    cell: CellStep
    layers: int
    units: int
    vocabulary: int
    bfloat16: bool
    processor: Processor

    @functools.cached_property
    def layer(self) -> Layer:
        """Each of the recurrent layers."""
        return Layer(self.units, self.bfloat16, self.processor, gates=self.cell.gates)

    def width(self, number: int) -> int:
        """Of the inputs of a layer: the units below, if there are any, and its own ones."""
        return self.units * (2 if number else 1)

    def columns(self, number: int) -> tuple[range, ...]:
        """Of a layer's inputs, those that a product takes: the layer's own come last, apart if the cell has it so."""
        units, width = self.units, self.width(number)
        return (range(units), range(units, width)) if number and self.cell.apart else (range(width),)

    def table_rows(self, number: int) -> int:
        """Of what is added to products: one for each character, or one for all; and the bias of those taken apart."""
        return (1 if number else self.vocabulary) + self.cell.apart

    def packing_of_table(self, number: int) -> Packing:
        """Of such a table `(rows, gates * units)`: blocks of a vector of each gate, by row."""
        return Packing((self.table_rows(number), self.cell.gates, -1, self.processor.lanes), (2, 0, 1, 3))

    def packing(self, number: int) -> Packing:
        """Of a layer's weights `(width, gates * units)`."""
        return self.layer.packing_of(self.width(number))

    @property
    def blocks(self) -> int:
        """Of logits, which threads share among them."""
        return -(-self.vocabulary // (VECTORS * self.processor.lanes))

    @property
    def vectors(self) -> int:
        """Of a block of logits."""
        return -(-self.vocabulary // (self.blocks * self.processor.lanes))

    @property
    def size(self) -> int:
        """Of a row of logits, those of no character included."""
        return self.blocks * self.vectors * self.processor.lanes

    @property
    def packing_of_logits(self) -> Packing:
        """Of the last kernel `(units, size)`."""
        inner, lanes = self.layer.inner_axes(self.units), self.processor.lanes
        axes = (3, 0, 4, 1, 5, 2) if self.layer.method == "tiles" else (2, 0, 3, 4, 1)
        return Packing((*inner, self.blocks, self.vectors, lanes), axes)
