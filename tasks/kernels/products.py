"""Emits the product of a few rows with a block of packed weights.

Weights lie in the order in which they are read: for each item of the inner dimension some vectors of them. An item has
four bytes: a float, or two bfloat16 that follow each other and are multiplied and added as one.
"""

import struct
from dataclasses import dataclass

from llvmlite import ir

from tasks.kernels.emitting import Code
from tasks.kernels.processor import Method
from tasks.kernels.values import BFLOAT, FLOAT, LONG, Memory, Number, called

TILE_ROWS, TILE_ITEMS = 16, 16


@dataclass(frozen=True)
class Product:
    """A product of `rows` rows of `items` items with a block of `vectors` vectors of `lanes` weights for each item.

    Attributes:
        method: how items are multiplied.
        rows_at_once: of which the sums fit into registers.
    """

    rows: int
    items: int
    vectors: int
    lanes: int
    method: Method
    rows_at_once: int

    def emit(self, code: Code, weights: Memory, inputs: Memory, results: Memory) -> None:
        """Write the products.

        Args:
            code: that does it.
            weights: ints, by item, vector and lane.
            inputs: ints, by row and item.
            results: floats, by row, vector and lane.
        """
        emit, at_once = (self._tiles, TILE_ROWS) if self.method == "tiles" else (self._vectors, self.rows_at_once)
        whole = self.rows // at_once * at_once
        for start, end, rows in ((0, whole, at_once), (whole, self.rows, self.rows - whole)):
            if start < end:
                if self.method == "tiles":
                    configure_tiles(code, rows)
                with code.loop(start, end, rows) as row:
                    emit(code, rows, weights, inputs.past(row), results.past(row))
        if self.method == "tiles":
            tile_instruction(code, "tilerelease")  # what a tile holds would be saved whenever the system switches

    def _vectors(self, code: Code, rows: int, weights: Memory, inputs: Memory, results: Memory) -> None:
        """Some rows at once, their sums in vector registers."""
        multiply = {"float32": _floats, "widened": _widened, "pairs": _pairs}[self.method]
        sums = [[code.zeros(self.lanes) for _ in range(self.vectors)] for _ in range(rows)]
        with code.loop(0, self.items) as item:
            factors = [weights.at(item, vector).load(self.lanes) for vector in range(self.vectors)]
            for row in range(rows):
                spread = inputs.at(row, item).load_spread(self.lanes)
                for total, factor in zip(sums[row], factors, strict=True):
                    total.become(multiply(code, total.now, factor, spread))
        for row in range(rows):
            for vector, total in enumerate(sums[row]):
                results.at(row, vector).store(total.now)

    def _tiles(self, code: Code, rows: int, weights: Memory, inputs: Memory, results: Memory) -> None:
        """As many rows as a tile has: the first tiles hold the sums, the last two inputs and weights."""
        sums, left, right = range(self.vectors), 6, 7
        for total in sums:
            tile_instruction(code, "tilezero", total)
        with code.loop(0, self.items, TILE_ITEMS) as item:
            tile_transfer(code, "tileloadd64", left, inputs.at(0, item), inputs.strides[0])
            for total in sums:
                tile_transfer(code, "tileloadd64", right, weights.at(item, total), weights.strides[0])
                tile_instruction(code, "tdpbf16ps", total, left, right)
        for total in sums:
            tile_transfer(code, "tilestored64", total, results.at(0, total), results.strides[0])


def _floats(code: Code, total: Number, factor: Number, spread: Number) -> Number:
    return _as_floats(factor).times_plus(_as_floats(spread), total)


def _widened(code: Code, total: Number, factor: Number, spread: Number) -> Number:
    """A float whose upper half is a bfloat16 and whose lower half is zero has its value."""
    builder, kind = code.builder, factor.value.type
    for emit, constant in ((builder.shl, 16), (builder.and_, -1 << 16)):
        bits = ir.Constant(kind, [constant] * kind.count)
        low_or_high = (_as_floats(Number(builder, emit(number.value, bits))) for number in (factor, spread))
        total = next(low_or_high).times_plus(next(low_or_high), total)
    return total


def _pairs(code: Code, total: Number, factor: Number, spread: Number) -> Number:
    kind = ir.VectorType(BFLOAT, 2 * factor.value.type.count)
    pairs = [code.builder.bitcast(number.value, kind) for number in (factor, spread)]
    name, result = "llvm.x86.avx512bf16.dpbf16ps.512", total.value.type
    return Number(code.builder, called(code.builder, name, result, total.value, *pairs))


def _as_floats(bits: Number) -> Number:
    kind = ir.VectorType(FLOAT, bits.value.type.count)
    return Number(bits.builder, bits.builder.bitcast(bits.value, kind))


def configure_tiles(code: Code, rows: int) -> None:
    """Give the tiles of sums and inputs so many rows (Intel's manual of instructions, LDTILECFG)."""
    palette, width, weights = 1, 4 * TILE_ITEMS, 7
    heights = [TILE_ITEMS if tile == weights else rows for tile in range(8)]
    layout = struct.pack("<BB14x8H16x8B8x", palette, 0, *[width] * 8, *heights)
    called(code.builder, "llvm.x86.ldtilecfg", ir.VoidType(), code.constant(layout))


def tile_instruction(code: Code, name: str, *tiles: int) -> None:
    """An instruction of the tile unit on tiles, by their numbers from 0 to 7."""
    called(code.builder, f"llvm.x86.{name}", ir.VoidType(), *(ir.Constant(ir.IntType(8), tile) for tile in tiles))


def tile_transfer(code: Code, name: str, tile: int, place: Memory, stride: int) -> None:
    """Move a tile whose rows begin so many items after each other."""
    number, width = ir.Constant(ir.IntType(8), tile), ir.Constant(LONG, stride * 4)
    called(code.builder, f"llvm.x86.{name}", ir.VoidType(), number, place.pointer, width)
