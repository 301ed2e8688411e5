"""Emits the product of two sequences over all their rows, the gradient of a layer's weights, for tiles of bfloat16.

Inputs are laid out in tiles of 16 units by 16 pairs of rows, once, by all threads; gradients in tiles of 16 pairs of
rows by 16 columns, a group of columns at a time, by the thread that multiplies it. The sums of a group and of some of
the units stay in a core's second cache until they are whole, a chunk of inputs beside them, a panel of gradients in the
first. A block of 2 by 2 tiles of sums uses each tile that is loaded twice.
"""

from llvmlite import ir

from tasks.kernels.emitting import Code
from tasks.kernels.products import TILE_ITEMS, TILE_ROWS, configure_tiles, tile_instruction, tile_transfer
from tasks.kernels.values import BYTES, FLOAT, INT, LONG, Memory, Number

NUMBERS = "thread", "threads", "rows"
POINTERS = "counter", "inputs", "gradients", "products", "input_tiles", "gradient_tiles", "sums"
TILE = TILE_ROWS * TILE_ITEMS  # items in a tile
TILE_STEPS = 2 * TILE_ITEMS  # rows of a sequence in a tile
BLOCK = 2 * TILE_ROWS  # units or columns of a block of sums
CHUNK_TILES = 16
LARGEST = 256  # units or columns whose sums are added up at a time


def emit_weight_gradient(units: int, columns: int) -> str:
    """The code that fills products `(units, columns)` from inputs `(rows, units)` and gradients `(rows, columns)`."""
    code = Code("weight_gradient", NUMBERS, POINTERS)
    rows, thread = code.number("rows"), code.number("thread")
    tiles = (rows + TILE_STEPS - 1) // TILE_STEPS
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
    code.meet("counter", "threads")
    configure_tiles(code, TILE_ROWS)
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
    tile_instruction(code, "tilerelease")
    return code.finish()


def largest(size: int) -> int:
    """How many of so many units or columns, a multiple of 32, are added up at a time."""
    return next(part for part in (LARGEST, 128, 64, BLOCK) if size % part == 0)


def scratch_items(rows: int, units: int, columns: int, threads: int) -> tuple[int, int, int]:
    """How many items of four bytes the code needs for tiles of inputs, tiles of gradients, and sums."""
    chunks = -(-rows // (TILE_STEPS * CHUNK_TILES))
    group = largest(columns)
    return chunks * _strides(units)[0], threads * chunks * _strides(group)[0], threads * largest(units) * group


def _strides(units: int) -> tuple[int, ...]:
    """Of tiles by chunk, block, tile and half."""
    block = CHUNK_TILES * 2 * TILE
    return units // BLOCK * block, block, 2 * TILE, TILE, TILE_ITEMS, 1


class _Packing:
    """Lays a sequence out in tiles, two at a time, which are next to each other."""

    def __init__(self, code: Code, name: str, units: int, *, transposed: bool) -> None:
        """Transposed: a tile is by unit and pair of rows, else by pair of rows and unit."""
        self._code, self._transposed = code, transposed
        self._sequence = code.memory(name, INT, units // 2, TILE_ITEMS // 2, 1)
        self._scratch = code.scratch(2 * TILE, TILE, TILE_ITEMS, 1)

    def emit(self, tiles: Number, block: Number, place: Number, made: Memory) -> None:
        """The tiles of 32 units; rows after the last one count as zeros."""
        with self._code.loop(0, tiles) as tile:
            chunk = tile // CHUNK_TILES
            done = made.at(chunk, place, tile - chunk * CHUNK_TILES)
            written = self._scratch if self._transposed else done
            with self._code.loop(0, TILE_ITEMS) as pair:
                for half in range(2):
                    written.at(half, pair).store(self._pairs((tile * TILE_ITEMS + pair) * 2, block * 2 + half))
            if self._transposed:
                for half in range(2):
                    for unit in range(TILE_ROWS):
                        done.at(half, unit).store(_column(written.at(half, 0, unit)))

    def _pairs(self, row: Number, unit: Number) -> Number:
        """Of 16 units the numbers of two rows, next to each other."""
        builder, kind = row.builder, ir.VectorType(INT, TILE_ITEMS)
        sixteen = ir.Constant(kind, [16] * TILE_ITEMS)
        low, high = (self._widened(row + number, unit) for number in range(2))
        return Number(builder, builder.or_(low, builder.shl(high, sixteen)))

    def _widened(self, row: Number, unit: Number) -> ir.Value:
        builder, kind = row.builder, ir.VectorType(INT, TILE_ITEMS)
        there = builder.icmp_unsigned("<", row.value, self._code.number("rows").value)
        safe = Number(builder, builder.select(there, row.value, ir.Constant(LONG, 0)))
        halves = builder.load(
            self._sequence.at(safe, unit).pointer, align=2, typ=ir.VectorType(ir.IntType(16), TILE_ITEMS)
        )
        return builder.select(there, builder.zext(halves, kind), ir.Constant(kind, [0] * TILE_ITEMS))


def _column(first: Memory) -> Number:
    """The items of a tile below each other, from this one on."""
    builder = first.builder
    column = ir.Constant(ir.VectorType(INT, TILE_ITEMS), ir.Undefined)
    for item in range(TILE_ITEMS):
        place = builder.gep(first.pointer, [ir.Constant(LONG, TILE_ITEMS * item)], source_etype=INT)
        value = builder.load(place, align=BYTES[INT], typ=INT)
        column = builder.insert_element(column, value, ir.Constant(INT, item))
    return Number(builder, column)


class _Multiplying:
    """Adds up the products of a group of columns in sums of the thread's own, a block of four tiles after another."""

    def __init__(self, code: Code, slab: int, group: int, columns: int) -> None:
        self._code, self._blocks, self._panels = code, slab // BLOCK, group // BLOCK
        strides = slab * group, self._blocks * 4 * TILE, 4 * TILE, TILE, TILE_ITEMS, 1
        self._sums = code.memory("sums", FLOAT, *strides).at(code.number("thread"))
        self._products = code.memory("products", FLOAT, columns, 1)

    def begin(self) -> None:
        """All sums are zero."""
        nothing = self._code.zeros(TILE_ITEMS).now
        with self._code.loop(0, self._panels) as panel, self._code.loop(0, self._blocks) as block:
            sums = self._sums.at(panel, block)
            with self._code.loop(0, 4 * TILE_ROWS) as row:
                sums.at(0, row).store(nothing)

    def emit(self, tiles: Number, inputs: Memory, gradients: Memory, panel: Number) -> None:
        """Add the products of so many tiles; inputs by tile and block, gradients of a panel by tile."""
        with self._code.loop(0, self._blocks) as block:
            sums = self._sums.at(panel, block)
            for number in range(4):
                tile_transfer(self._code, "tileloadd64", number, sums.at(number), TILE_ITEMS)
            with self._code.loop(0, tiles) as tile:
                for half in range(2):
                    tile_transfer(self._code, "tileloadd64", 4 + half, inputs.at(block, tile, half), TILE_ITEMS)
                    tile_transfer(self._code, "tileloadd64", 6 + half, gradients.at(tile, half), TILE_ITEMS)
                for number in range(4):
                    tile_instruction(self._code, "tdpbf16ps", number, 4 + number // 2, 6 + number % 2)
            for number in range(4):
                tile_transfer(self._code, "tilestored64", number, sums.at(number), TILE_ITEMS)

    def end(self, units: Number, columns: Number) -> None:
        """Write the products of the units and columns from these on."""
        with self._code.loop(0, self._panels) as panel, self._code.loop(0, self._blocks) as block:
            sums = self._sums.at(panel, block)
            with self._code.loop(0, TILE_ROWS) as row:
                for number in range(4):
                    unit = units + block * BLOCK + row + number // 2 * TILE_ROWS
                    column = columns + panel * BLOCK + number % 2 * TILE_ROWS
                    self._products.at(unit, column).store(sums.at(number, row).load(TILE_ITEMS))
