"""Blocks of the weights' gradient in vectors of eight floats: inputs and gradients come by row."""

from typing import ClassVar

from llvmlite import ir

from tasks.kernels.emitting import Code
from tasks.kernels.products import Product
from tasks.kernels.values import INT, LONG, Memory, Number
from tasks.kernels.weight_gradient import BLOCK, HALF

CHUNK = 128  # rows: of 32 units and of 32 columns they fill a first cache


class VectorBlocks:
    """See `Blocks`; a packed block is by row and unit. A product has 32 units for rows, 32 columns for weights."""

    chunk_rows: ClassVar[int] = CHUNK
    chunk_items: ClassVar[int] = CHUNK
    strides: ClassVar[tuple[int, ...]] = (BLOCK, 1)
    sum_strides: ClassVar[tuple[int, int, int]] = (HALF * BLOCK, HALF, BLOCK)

    def __init__(self, code: Code, units: int, columns: int) -> None:
        self._code = code
        self._inputs, self._gradients = (
            code.memory(name, INT, width, BLOCK, 1) for name, width in (("inputs", units), ("gradients", columns))
        )
        self._product = Product(BLOCK, CHUNK, vectors=4, lanes=8, method="float32", rows_at_once=3, adds=True)

    def pack_inputs(self, block: Number, packed: Memory, place: Number) -> None:
        """Copy a block of each row."""
        self._pack(self._inputs, block, packed, place)

    def pack_gradients(self, block: Number, packed: Memory, place: Number) -> None:
        """The same."""
        self._pack(self._gradients, block, packed, place)

    def begin(self) -> None:
        """Vectors need nothing."""

    def multiply(self, chunk: Number, inputs: Memory, gradients: Memory, sums: Memory) -> None:
        """Every chunk is whole."""
        by_vector = BLOCK, self._product.lanes, 1
        weights, results = (memory.with_strides(*by_vector) for memory in (gradients, sums))
        self._product.emit(self._code, weights, inputs.turned(), results)

    def end(self) -> None:
        """Vectors need nothing."""

    def _pack(self, sequence: Memory, block: Number, packed: Memory, place: Number) -> None:
        code, rows = self._code, self._code.number("rows")
        with code.loop(0, (rows + CHUNK - 1) // CHUNK) as chunk, code.loop(0, CHUNK) as offset:
            row, builder = chunk * CHUNK + offset, rows.builder
            there = builder.icmp_unsigned("<", row.value, rows.value)
            safe = Number(builder, builder.select(there, row.value, ir.Constant(LONG, 0)))
            for vector in range(0, BLOCK, self._product.lanes):
                numbers = sequence.at(safe, block, vector).load(self._product.lanes)
                nothing = ir.Constant(numbers.value.type, [0] * self._product.lanes)
                kept = Number(builder, builder.select(there, numbers.value, nothing))
                packed.at(chunk, place, offset, vector).store(kept)
