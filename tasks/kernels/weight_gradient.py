"""Emits the product of two sequences over all their rows, the gradient of a layer's weights, for tiles of bfloat16.

Inputs are laid out in tiles of 16 units by 16 pairs of rows, once, by all threads; gradients in tiles of 16 pairs of
rows by 16 columns, a group of columns at a time, by the thread that multiplies it. The sums of a group and of some of
the units stay in a core's second cache until they are whole, a chunk of inputs beside them, a panel of gradients in the
first. A block of 2 by 2 tiles of sums uses each tile that is loaded twice.
"""

import functools

from llvmlite import ir

from tasks.kernels import tiles as matrix
from tasks.kernels.emitting import Code
from tasks.kernels.tiles import ITEMS, ROWS, TILE
from tasks.kernels.values import BYTES, FLOAT, INT, LONG, Memory, Number

NUMBERS = "thread", "threads", "row_tiles"
POINTERS = "counter", "inputs", "gradients", "products", "input_tiles", "gradient_tiles", "sums"
BLOCK = 2 * ROWS  # units or columns of a block of sums
CHUNK_TILES = 16
LARGEST = 256  # units or columns whose sums are added up at a time


def emit_weight_gradient(units: int, columns: int) -> str:
    """The code that fills products `(units, columns)` from inputs and gradients by tile of rows and tile of columns."""
    code = Code("weight_gradient", NUMBERS, POINTERS)
    thread = code.number("thread")
    tiles = (code.number("row_tiles") + 1) // 2
    slab, group = largest(units), largest(columns)
    inputs = _Packing(code, "inputs", units, transposed=True)
    gradients = _Packing(code, "gradients", columns, transposed=False)
    multiplying = _Multiplying(code, slab, group, columns)
    input_tiles = code.memory("input_tiles", INT, *_strides(units))
    chunks = (tiles + CHUNK_TILES - 1) // CHUNK_TILES
    ours = code.memory("gradient_tiles", INT, *_strides(group)).past(chunks * thread)
    first, last = code.share("thread", "threads", units // BLOCK)
    with code.loop(first, last) as block:
        inputs.emit(tiles, block, block, input_tiles)
    code.barrier("counter", "threads")
    matrix.configure(code, ROWS)
    first, last = code.share("thread", "threads", columns // group)
    with code.loop(first, last) as number:
        with code.loop(0, group // BLOCK) as panel:
            gradients.emit(tiles, number * (group // BLOCK) + panel, panel, ours)
        with code.loop(0, units // slab) as part:
            multiplying.begin()
            with code.loop(0, tiles, CHUNK_TILES) as start:
                count, chunk = (tiles - start).at_most(CHUNK_TILES), start // CHUNK_TILES
                with code.loop(0, group // BLOCK) as panel:
                    multiplying.emit(
                        count, input_tiles.at(chunk).past(part * (slab // BLOCK)), ours.at(chunk, panel), panel
                    )
            multiplying.end(part * slab, number * group)
    matrix.release(code)
    return code.finish()


def largest(size: int) -> int:
    """How many of so many units or columns, a multiple of 32, are added up at a time."""
    return next(part for part in (LARGEST, 128, 64, BLOCK) if size % part == 0)


def scratch_items(row_tiles: int, units: int, columns: int, threads: int) -> tuple[int, int, int]:
    """How many items of four bytes the code needs for tiles of inputs, tiles of gradients, and sums."""
    chunks = -(-row_tiles // (2 * CHUNK_TILES))
    group = largest(columns)
    return chunks * _strides(units)[0], threads * chunks * _strides(group)[0], threads * largest(units) * group


def _strides(units: int) -> tuple[int, ...]:
    """Of tiles by chunk, block, tile and half."""
    block = CHUNK_TILES * 2 * TILE
    return units // BLOCK * block, block, 2 * TILE, TILE, ITEMS, 1


class _Packing:
    """Lays a sequence out in tiles of 32 rows, two at a time, which are next to each other."""

    def __init__(self, code: Code, name: str, units: int, *, transposed: bool) -> None:
        """Transposed: a tile is by unit and pair of rows, else by pair of rows and unit."""
        self._code, self._transposed = code, transposed
        self._sequence = code.memory(name, INT, units // (2 * ITEMS) * TILE, TILE, ITEMS, ITEMS // 2, 1)
        self._scratch = code.scratch(2 * TILE, TILE, ITEMS, 1)

    def emit(self, tiles: Number, block: Number, place: Number, made: Memory) -> None:
        """The tiles of 32 units; rows after the last one count as zeros."""
        with self._code.loop(0, tiles) as tile:
            chunk = tile // CHUNK_TILES
            done = made.at(chunk, place, tile - chunk * CHUNK_TILES)
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
        there = builder.icmp_unsigned("<", tile.value, self._code.number("row_tiles").value)
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


def _halves(factor: Memory, tile: Number) -> list[Memory]:
    return [factor.at(tile, half) for half in range(2)]


class _Multiplying:
    """Adds up the products of a group of columns in sums of the thread's own, a block of four tiles after another."""

    def __init__(self, code: Code, slab: int, group: int, columns: int) -> None:
        self._code, self._blocks, self._panels = code, slab // BLOCK, group // BLOCK
        strides = slab * group, self._blocks * 4 * TILE, 4 * TILE, TILE, ITEMS, 1
        self._sums = code.memory("sums", FLOAT, *strides).at(code.number("thread"))
        self._products = code.memory("products", FLOAT, columns, 1)

    def begin(self) -> None:
        """All sums are zero."""
        nothing = self._code.accumulator(ITEMS).now
        with self._code.loop(0, self._panels) as panel, self._code.loop(0, self._blocks) as block:
            sums = self._sums.at(panel, block)
            with self._code.loop(0, 4 * ROWS) as row:
                sums.at(0, row).store(nothing)

    def emit(self, tiles: Number, inputs: Memory, gradients: Memory, panel: Number) -> None:
        """Add the products of so many tiles; inputs by tile and block, gradients of a panel by tile."""
        with self._code.loop(0, self._blocks) as block:
            sums = self._sums.at(panel, block)
            factors = inputs.at(block), gradients
            left, right = (functools.partial(_halves, factor) for factor in factors)
            blocks = [[sums.at(2 * row + column) for column in range(2)] for row in range(2)]
            matrix.multiply(self._code, (0, tiles), left, right, blocks)

    def end(self, units: Number, columns: Number) -> None:
        """Write the products of the units and columns from these on."""
        with self._code.loop(0, self._panels) as panel, self._code.loop(0, self._blocks) as block:
            sums = self._sums.at(panel, block)
            with self._code.loop(0, ROWS) as row:
                for number in range(4):
                    unit = units + block * BLOCK + row + number // 2 * ROWS
                    column = columns + panel * BLOCK + number % 2 * ROWS
                    self._products.at(unit, column).store(sums.at(number, row).load(ITEMS))
