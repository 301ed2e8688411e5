"""Emits the product of a few rows with a block of packed weights.

Weights lie in the order in which they are read. An item of the inner dimension has four bytes: a float, or two bfloat16
that follow each other and are multiplied and added as one.
"""

import functools
import itertools
from dataclasses import dataclass

from llvmlite import ir

from tasks.kernels import tiles
from tasks.kernels.emitting import Code
from tasks.kernels.processor import Method
from tasks.kernels.values import BFLOAT, FLOAT, Memory, Number, called

LINE = 16  # items in a line of the cache


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

    @property
    def weight_strides(self) -> tuple[int, ...]:
        """Of weights: by block, item, vector and lane; for tiles by block, tile of items, vector, item and lane."""
        width = self.vectors * self.lanes
        if self.method != "tiles":
            return self.items * width, width, self.lanes, 1
        return self.items * width, tiles.ITEMS * width, tiles.ITEMS * self.lanes, self.lanes, 1

    @property
    def input_strides(self) -> tuple[int, ...]:
        """Of inputs: by panel, row and item; for tiles by panel, tile of rows, tile of items, row and item."""
        if self.method != "tiles":
            return self.rows * self.items, self.items, 1
        across = self.items // tiles.ITEMS * tiles.TILE
        return -(-self.rows // tiles.ROWS) * across, across, tiles.TILE, tiles.ITEMS, 1

    def emit(self, code: Code, weights: Memory, inputs: Memory, results: Memory) -> None:
        """Write the products.

        Args:
            code: that does it.
            weights: ints, a block with the strides above.
            inputs: ints, a panel with the strides above.
            results: floats, by row, vector and lane.
        """
        if self.method == "tiles":
            self._tiles(code, weights, inputs, results)
            return
        whole = self.rows // self.rows_at_once * self.rows_at_once
        for start, end, rows in ((0, whole, self.rows_at_once), (whole, self.rows, self.rows - whole)):
            if start < end:
                with code.loop(start, end, rows) as row:
                    self._vectors(code, rows, weights, inputs.past(row), results.past(row))

    def prefetch(self, code: Code, weights: Memory, row: Number) -> None:
        """Fetch a row's share of a block of weights into the second cache, while it is not waited for."""
        lines = self.items * self.vectors * self.lanes // LINE
        each = -(-lines // self.rows)
        with code.loop(0, each) as line:
            code.prefetch(weights.over(LINE).at(row * each + line))

    def _vectors(self, code: Code, rows: int, weights: Memory, inputs: Memory, results: Memory) -> None:
        """Some rows at once, their sums in vector registers, and those factors of an item of which there are fewer."""
        multiply = {"float32": _floats, "widened": _widened, "pairs": _pairs}[self.method]
        places = list(itertools.product(range(rows), range(self.vectors)))
        sums = {place: code.accumulator(self.lanes) for place in places}
        with code.loop(0, self.items) as item:
            factor = functools.cache(lambda vector: weights.at(item, vector).load(self.lanes))
            broadcast = functools.cache(lambda row: inputs.at(row, item).load_broadcast(self.lanes))
            for row, vector in places if self.vectors <= rows else sorted(places, key=lambda place: place[1]):
                total = sums[row, vector]
                total.become(multiply(code, total.now, factor(vector), broadcast(row)))
        for place in places:
            results.at(*place).store(sums[place].now)

    def _tiles(self, code: Code, weights: Memory, inputs: Memory, results: Memory) -> None:
        """A tile of rows after another by all vectors; the last one has as many rows as there are."""
        whole, rest = divmod(self.rows, tiles.ROWS)
        inner, columns = (0, self.items // tiles.ITEMS), range(self.vectors)
        right = functools.partial(_tiles_at, weights.turned(), columns)
        for start, end, rows in ((0, whole, tiles.ROWS), (whole, whole + bool(rest), rest)):
            if start < end:
                tiles.configure(code, rows)
                with code.loop(start, end) as tile:
                    first = results.past(tile * tiles.ROWS)
                    sums = [first.at(0, column).over(results.strides[0]) for column in columns]
                    left = functools.partial(_tiles_at, inputs.past(tile), range(1))
                    tiles.multiply(code, inner, left, right, [sums], begin=True)
        tiles.release(code)


def _tiles_at(factor: Memory, numbers: range, tile: Number) -> list[Memory]:
    """Tiles of a factor by number and tile of the inner dimension."""
    return [factor.at(number, tile) for number in numbers]


def _floats(code: Code, total: Number, factor: Number, broadcast: Number) -> Number:
    return _as_floats(factor).fma(_as_floats(broadcast), total)


def _widened(code: Code, total: Number, factor: Number, broadcast: Number) -> Number:
    """A float whose upper half is a bfloat16 and whose lower half is zero has its value."""
    builder, kind = code.builder, factor.value.type
    for emit, constant in ((builder.shl, 16), (builder.and_, -1 << 16)):
        bits = ir.Constant(kind, [constant] * kind.count)
        low_or_high = (_as_floats(Number(builder, emit(number.value, bits))) for number in (factor, broadcast))
        total = next(low_or_high).fma(next(low_or_high), total)
    return total


def _pairs(code: Code, total: Number, factor: Number, broadcast: Number) -> Number:
    kind = ir.VectorType(BFLOAT, 2 * factor.value.type.count)
    pairs = [code.builder.bitcast(number.value, kind) for number in (factor, broadcast)]
    name, result = "llvm.x86.avx512bf16.dpbf16ps.512", total.value.type
    return Number(code.builder, called(code.builder, name, result, total.value, *pairs))


def _as_floats(bits: Number) -> Number:
    kind = ir.VectorType(FLOAT, bits.value.type.count)
    return Number(bits.builder, bits.builder.bitcast(bits.value, kind))
