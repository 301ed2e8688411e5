"""Blocks of the weights' gradient in tiles of bfloat16: inputs and gradients come in tiles, too, of 16 rows.

Inputs are packed in tiles of 16 units by 16 pairs of rows, gradients in tiles of 16 pairs of rows by 16 columns. A
block has 2 by 2 tiles of sums, and uses each tile that is loaded twice.
"""

import functools
from typing import ClassVar

from llvmlite import ir

from tasks.kernels import tiles as matrix
from tasks.kernels.emitting import Code
from tasks.kernels.tiles import ITEMS, ROWS, TILE
from tasks.kernels.values import BYTES, INT, LONG, Memory, Number

CHUNK_TILES = 16
TILE_ROWS = 2 * ITEMS  # rows of a sequence, two to an item


class TileBlocks:
    """See `Blocks`; a packed block is by tile, half of the units, row of the tile and item."""

    chunk_rows: ClassVar[int] = CHUNK_TILES * TILE_ROWS
    chunk_items: ClassVar[int] = CHUNK_TILES * ITEMS
    strides: ClassVar[tuple[int, ...]] = (2 * TILE, TILE, ITEMS, 1)
    sum_strides: ClassVar[tuple[int, int, int]] = (2 * TILE, TILE, ITEMS)

    def __init__(self, code: Code, units: int, columns: int) -> None:
        self._code, self._tiles = code, (code.number("rows") + TILE_ROWS - 1) // TILE_ROWS
        self._inputs = _Packing(code, "inputs", units, self._tiles, transposed=True)
        self._gradients = _Packing(code, "gradients", columns, self._tiles, transposed=False)
        self.pack_inputs, self.pack_gradients = self._inputs.emit, self._gradients.emit

    def begin(self) -> None:
        """Lay the tile registers out."""
        matrix.configure(self._code, ROWS)

    def multiply(self, chunk: Number, inputs: Memory, gradients: Memory, sums: Memory) -> None:
        """The last chunk has as many tiles as there are."""
        count = (self._tiles - chunk * CHUNK_TILES).at_most(CHUNK_TILES)
        left, right = (functools.partial(_halves, factor) for factor in (inputs, gradients))
        matrix.multiply(self._code, (0, count), left, right, [_halves(sums, row) for row in range(2)])

    def end(self) -> None:
        """Forget the tile registers."""
        matrix.release(self._code)


class _Packing:
    """Lays a sequence out in tiles of 32 rows, two at a time, which are next to each other."""

    def __init__(self, code: Code, name: str, units: int, tiles: Number, *, transposed: bool) -> None:
        """Transposed: a tile is by unit and pair of rows, else by pair of rows and unit."""
        self._code, self._tiles, self._transposed = code, tiles, transposed
        self._sequence = code.memory(name, INT, units // (2 * ITEMS) * TILE, TILE, ITEMS, ITEMS // 2, 1)
        self._scratch = code.scratch(2 * TILE, TILE, ITEMS, 1)

    def emit(self, block: Number, packed: Memory, place: Number) -> None:
        """The tiles of 32 units; rows after the last one count as zeros."""
        with self._code.loop(0, self._tiles) as tile:
            chunk = tile // CHUNK_TILES
            done = packed.at(chunk, place, tile - chunk * CHUNK_TILES)
            written = self._scratch if self._transposed else done
            for part in range(2):
                self._rows(tile * 2 + part, block, written.turned().past(part * ROWS // 2))
            if self._transposed:
                for half in range(2):
                    for unit in range(ROWS):
                        done.at(half, unit).store(_column(written.at(half, 0, unit)))

    def _rows(self, tile: Number, block: Number, written: Memory) -> None:
        """The pairs of 16 rows, written by pair and half of the units."""
        builder = tile.builder
        there = builder.icmp_unsigned("<", tile.value, (self._code.number("rows") // ROWS).value)
        safe = Number(builder, builder.select(there, tile.value, ir.Constant(LONG, 0)))
        source = self._sequence.at(safe, block)
        with self._code.loop(0, ROWS // 2) as pair:
            for half in range(2):
                low, high = (_widened(source.at(pair * 2 + row, half)) for row in range(2))
                both = builder.or_(low, builder.shl(high, ir.Constant(low.type, [16] * ITEMS)))
                nothing = ir.Constant(low.type, [0] * ITEMS)
                written.at(pair, half).store(Number(builder, builder.select(there, both, nothing)))


def _widened(first: Memory) -> ir.Value:
    """Sixteen halves as ints."""
    halves = first.builder.load(first.pointer, align=2, typ=ir.VectorType(ir.IntType(16), ITEMS))
    return first.builder.zext(halves, ir.VectorType(INT, ITEMS))


def _column(first: Memory) -> Number:
    """The items of a tile below each other, from this one on."""
    builder = first.builder
    column = ir.Constant(ir.VectorType(INT, ITEMS), ir.Undefined)
    for item in range(ITEMS):
        place = builder.gep(first.pointer, [ir.Constant(LONG, ITEMS * item)], source_etype=INT)
        value = builder.load(place, align=BYTES[INT], typ=INT)
        column = builder.insert_element(column, value, ir.Constant(INT, item))
    return Number(builder, column)


def _halves(factor: Memory, tile: Number | int) -> list[Memory]:
    return [factor.at(tile, half) for half in range(2)]
