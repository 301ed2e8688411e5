"""Emits instructions of the matrix unit: eight tiles of up to 16 rows of 16 items, and products of blocks of them.

An item has four bytes: a float of a sum, or two bfloat16 that follow each other (Intel's manual of instructions, AMX).
"""

import itertools
import struct
from collections.abc import Callable, Sequence

from llvmlite import ir

from tasks.kernels.emitting import Code
from tasks.kernels.values import LONG, Memory, Number, called

ROWS, ITEMS = 16, 16
TILE = ROWS * ITEMS  # items in a tile
LEFT, RIGHT = 4, 6  # the first of two tiles of each factor; those before hold the sums of a block


def configure(code: Code, rows: int) -> None:
    """Give the tiles of sums and of left factors so many rows (LDTILECFG)."""
    palette, width = 1, 4 * ITEMS
    heights = [ITEMS if tile >= RIGHT else rows for tile in range(8)]
    layout = struct.pack("<BB14x8H16x8B8x", palette, 0, *[width] * 8, *heights)
    called(code.builder, "llvm.x86.ldtilecfg", ir.VoidType(), code.constant(layout))


def release(code: Code) -> None:
    """Forget the tiles, which would be saved whenever the system switches to another thread."""
    called(code.builder, "llvm.x86.tilerelease", ir.VoidType())


def multiply(
    code: Code,
    tiles: tuple[Number | int, Number | int],
    left: Callable[[Number], Sequence[Memory]],
    right: Callable[[Number], Sequence[Memory]],
    sums: Sequence[Sequence[Memory]],
    *,
    begin: bool = False,
) -> None:
    """Add up the products of tiles of the inner dimension, for a block of up to four tiles of sums, in one row or two.

    Args:
        code: that does it.
        tiles: from which to before which tile of the inner dimension.
        left: tiles of the left factor, one for each row of the block.
        right: tiles of the right factor, one for each column.
        sums: tiles by row and column of the block.
        begin: whether the sums are zero before.
    """
    block = {(row, column): number for number, (row, column) in enumerate(_places(sums))}
    for (row, column), number in block.items():
        if begin:
            called(code.builder, "llvm.x86.tilezero", ir.VoidType(), _tile(number))
        else:
            _transfer(code, "tileloadd64", number, sums[row][column])
    with code.loop(*tiles) as tile:
        for row, factor in enumerate(left(tile)):
            _transfer(code, "tileloadd64", LEFT + row, factor)
        for column, factor in enumerate(right(tile)):
            _transfer(code, "tileloadd64", RIGHT + column % 2, factor)
            for row in range(len(sums)):
                given = (_tile(one) for one in (block[row, column], LEFT + row, RIGHT + column % 2))
                called(code.builder, "llvm.x86.tdpbf16ps", ir.VoidType(), *given)
    for (row, column), number in block.items():
        _transfer(code, "tilestored64", number, sums[row][column])


def _places(sums: Sequence[Sequence[Memory]]) -> "itertools.product[tuple[int, int]]":
    return itertools.product(range(len(sums)), range(len(sums[0])))


def _tile(number: int) -> ir.Constant:
    return ir.Constant(ir.IntType(8), number)


def _transfer(code: Code, name: str, tile: int, place: Memory) -> None:
    """Move a tile from or to memory whose first axis is its rows."""
    width = ir.Constant(LONG, place.strides[0] * 4)
    called(code.builder, f"llvm.x86.{name}", ir.VoidType(), _tile(tile), place.pointer, width)
