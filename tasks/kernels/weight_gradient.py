"""Emits the product of two sequences over all their rows, the gradient of a layer's weights.

Inputs are packed in blocks of 32 units, once, by all threads; gradients in blocks of 32 columns, a group of columns at
a time, by the thread that multiplies it; both by chunks of rows. The sums of a group and of some of the units stay in a
core's second cache until they are whole, a chunk of inputs beside them, a block of gradients in the first. How a block
is packed and multiplied depends on the processor: `tile_blocks.py`, `vector_blocks.py`.
"""

import contextlib
from collections.abc import Iterator
from typing import ClassVar, Protocol

from tasks.kernels.emitting import Code
from tasks.kernels.values import FLOAT, INT, Memory, Number

NUMBERS = "thread", "threads", "rows"
POINTERS = "counter", "inputs", "gradients", "products", "packed_inputs", "packed_gradients", "sums"
BLOCK = 32  # units or columns
HALF = BLOCK // 2
LARGEST = 256  # units or columns whose sums are added up at a time


class Blocks(Protocol):
    """How blocks are packed, multiplied and added up.

    Attributes:
        chunk_rows: of a sequence, that are packed together.
        chunk_items: items of four bytes that a unit or a column has of them.
        strides: of the items of a packed block.
        sum_strides: of the sums of a block, by half of its units, half of its columns, and unit.
    """

    chunk_rows: ClassVar[int]
    chunk_items: ClassVar[int]
    strides: ClassVar[tuple[int, ...]]
    sum_strides: ClassVar[tuple[int, int, int]]

    def __init__(self, code: Code, units: int, columns: int) -> None:
        """For code that has the arguments above."""

    def pack_inputs(self, block: Number, packed: Memory, place: Number) -> None:
        """Pack a block of units in this place; packed is by chunk and place, rows after the last one are zeros."""

    def pack_gradients(self, block: Number, packed: Memory, place: Number) -> None:
        """The same of a block of columns."""

    def begin(self) -> None:
        """Make the processor ready to multiply."""

    def multiply(self, chunk: Number, inputs: Memory, gradients: Memory, sums: Memory) -> None:
        """Add the products of a chunk of two blocks to their sums."""

    def end(self) -> None:
        """Take back what `begin` did."""


def emit_weight_gradient(units: int, columns: int, kind: type[Blocks]) -> str:
    """The code that fills products `(units, columns)` from inputs and gradients, both by row."""
    code, slab, group = Code("weight_gradient", NUMBERS, POINTERS), largest(units), largest(columns)
    blocks, sums = kind(code, units, columns), _Sums(code, slab, group, columns, kind.sum_strides)
    chunks = (code.number("rows") + kind.chunk_rows - 1) // kind.chunk_rows
    inputs = code.memory("packed_inputs", INT, *_strides(units, kind))
    gradients = code.memory("packed_gradients", INT, *_strides(group, kind)).past(chunks * code.number("thread"))
    first, last = code.share("thread", "threads", units // BLOCK)
    with code.loop(first, last) as block:
        blocks.pack_inputs(block, inputs, block)
    code.barrier("counter", "threads")
    blocks.begin()
    first, last = code.share("thread", "threads", columns // group)
    with code.loop(first, last) as number:
        with code.loop(0, group // BLOCK) as column:
            blocks.pack_gradients(number * (group // BLOCK) + column, gradients, column)
        with code.loop(0, units // slab) as part:
            sums.begin()
            with code.loop(0, chunks) as chunk, sums.each() as (column, unit):
                factors = inputs.at(chunk, part * (slab // BLOCK) + unit), gradients.at(chunk, column)
                blocks.multiply(chunk, *factors, sums.at(column, unit))
            sums.end(part * slab, number * group)
    blocks.end()
    return code.finish()


def largest(size: int) -> int:
    """How many of so many units or columns, a multiple of 32, are added up at a time."""
    return next(part for part in (LARGEST, 128, 64, BLOCK) if size % part == 0)


def scratch_items(rows: int, units: int, columns: int, threads: int, kind: type[Blocks]) -> tuple[int, int, int]:
    """How many items of four bytes the code needs for packed inputs, packed gradients, and sums."""
    chunks, slab, group = -(-rows // kind.chunk_rows), largest(units), largest(columns)
    return chunks * _strides(units, kind)[0], threads * chunks * _strides(group, kind)[0], threads * slab * group


def _strides(units: int, kind: type[Blocks]) -> tuple[int, ...]:
    """Of packed blocks by chunk, block, and what the kind has."""
    return units * kind.chunk_items, BLOCK * kind.chunk_items, *kind.strides


class _Sums:
    """The sums of a group of columns and some of the units, of the thread's own."""

    def __init__(self, code: Code, slab: int, group: int, columns: int, strides: tuple[int, int, int]) -> None:
        self._code, self._slab, self._group = code, slab, group
        whole = slab * group, slab * BLOCK, BLOCK * BLOCK, *strides, 1
        self._sums = code.memory("sums", FLOAT, *whole).at(code.number("thread"))
        self._products = code.memory("products", FLOAT, columns, 1)

    def at(self, column: Number, unit: Number) -> Memory:
        """Those of a block of columns and a block of units."""
        return self._sums.at(column, unit)

    @contextlib.contextmanager
    def each(self) -> Iterator[tuple[Number, Number]]:
        """Repeat what the block emits, for each block of columns and each of units."""
        with self._code.loop(0, self._group // BLOCK) as column, self._code.loop(0, self._slab // BLOCK) as unit:
            yield column, unit

    def begin(self) -> None:
        """All are zero."""
        nothing, all_sums = self._code.accumulator(HALF).now, self._sums.over(HALF)
        with self._code.loop(0, self._slab * self._group // HALF) as number:
            all_sums.at(number).store(nothing)

    def end(self, first_unit: Number, first_column: Number) -> None:
        """Write the products of the units and columns from these on."""
        with self.each() as (column, unit):
            sums, products = self.at(column, unit), self._products.past(first_unit + unit * BLOCK)
            with self._code.loop(0, HALF) as row:
                for down in range(2):
                    for across in range(2):
                        place = products.at(row + down * HALF, first_column + column * BLOCK + across * HALF)
                        place.store(sums.at(down, across, row).load(HALF))
