"""What the loops of a layer are made for: units, type of the products, processor; and what follows from them."""

from dataclasses import dataclass

from llvmlite import ir

from tasks.kernels.processor import Method, Processor
from tasks.kernels.products import TILE_ITEMS, Product
from tasks.kernels.values import BFLOAT, FLOAT


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
        """Of recurrent weights `(units, gates * units)`: blocks of a vector of each gate, by item."""
        lanes, items = self.processor.lanes, self.units // self.items_each
        return Packing((items, self.items_each, self.gates, self.units // lanes, lanes), (3, 0, 2, 4, 1))

    @property
    def packing_backward(self) -> Packing:
        """Of the same weights: blocks of some vectors of units, by item."""
        lanes, items = self.processor.lanes, self.gates * self.units // self.items_each
        return Packing((self.blocks_backward, self.vectors_backward, lanes, items, self.items_each), (0, 3, 1, 2, 4))

    def product(self, rows: int, inner: int, vectors: int) -> Product:
        """One step's product of some rows over an inner dimension, for a block of so many vectors."""
        return Product(
            rows=rows,
            items=inner // self.items_each,
            vectors=vectors,
            lanes=self.processor.lanes,
            method=self.method,
            rows_at_once=self.processor.rows,
        )

    @property
    def method(self) -> Method:
        """How its products are multiplied."""
        if not self.bfloat16:
            return "float32"
        fits = self.processor.bfloat16 != "tiles" or self.units % (2 * TILE_ITEMS) == 0
        return self.processor.bfloat16 if fits else "pairs"

    @property
    def kind(self) -> ir.Type:
        """Of outputs and of gradients of products."""
        return BFLOAT if self.bfloat16 else FLOAT
