"""Emits a step of all recurrent layers, whose states change in place.

Every layer has two arrays of inputs that take turns, so that none of its units changes a state while others are
multiplied with it: the outputs below, if there are any, and its own ones of the step before.
"""

from collections.abc import Iterator
from dataclasses import replace

from tasks.kernels.emitting import Code
from tasks.kernels.panels import WIDTH, Panels
from tasks.kernels.stack import Stack
from tasks.kernels.tiles import ROWS
from tasks.kernels.values import FLOAT, INT, Memory, Number

OF_A_LAYER = "table", "weights", "inputs", "memory"
# Rows whose products stay in a core's first cache until their gates are computed; with tiles few of them, as the gates
# are then computed while the tiles of the next ones are multiplied.
PART = 64


def arguments(stack: Stack) -> tuple[str, ...]:
    """The pointers that the code reads, layer by layer."""
    return tuple(f"{name}_{number}" for number in range(stack.layers) for name in OF_A_LAYER)


class StackedLayers:
    """A step of all layers."""

    def __init__(self, code: Code, stack: Stack, rows: int) -> None:
        self._code, self._stack, self._layer, self._rows = code, stack, stack.layer, rows
        lanes, gates, numbers = stack.layer.processor.lanes, stack.cell.gates, range(stack.layers)
        tiles = stack.layer.method == "tiles"
        part, self._each = (ROWS, WIDTH) if tiles else (PART, stack.layer.items_each)
        self._part = part if rows % part == 0 else rows
        self._tables = [
            code.memory(f"table_{n}", FLOAT, stack.table_rows(n) * gates * lanes, gates * lanes, lanes, 1)
            for n in numbers
        ]
        self._memory = [code.memory(f"memory_{n}", FLOAT, rows * lanes, lanes, 1) for n in numbers]
        self._inputs = [_Inputs(code, stack, rows, n) for n in numbers]
        products = max(len(stack.columns(n)) for n in numbers)
        strides = products * gates * lanes, gates * lanes, lanes, 1
        self._products = code.scratch(self._part * strides[0], *strides)

    def emit(self, t: Number, ids: Memory) -> None:
        """The step of these characters, by row, after which all threads have met."""
        first, last = self._code.share("thread", "threads", self._layer.blocks_forward)
        for number in range(self._stack.layers):
            with self._code.loop(first, last) as block, self._code.loop(0, self._rows, self._part) as start:
                self._multiply(number, t, block, start)
                with self._code.loop(0, self._part) as row:
                    inputs = self._tables[number].at(block, ids.at(start + row).load_index() if number == 0 else 0)
                    self._gates(number, t, start + row, block, inputs, self._products.at(row))
            self._code.barrier("counter", "threads")

    def outputs(self, t: Number, row: Number) -> Memory:
        """Of the last layer after a step, as a product takes them, from a row on that begins a tile."""
        return self._inputs[-1].at(t + 1, row, self._first(self._stack.layers - 1))

    def reset(self, t: Number, row: Number) -> None:
        """The state of a row is zero before the next step."""
        lanes = self._layer.processor.lanes
        nothing = self._code.accumulator(lanes)
        with self._code.loop(0, self._layer.blocks_forward) as block:
            for number, memory in enumerate(self._memory):
                memory.at(block, row).store(nothing.now)
                self._inputs[number].store(t + 1, row, block * lanes + self._first(number), nothing.now)

    def _multiply(self, number: int, t: Number, block: Number, start: Number) -> None:
        whole = self._layer.product(self._part, self._stack.width(number), self._stack.cell.gates)
        weights = self._code.memory(f"weights_{number}", INT, *whole.weight_strides).at(block)
        for part, columns in enumerate(self._stack.columns(number)):
            product = replace(whole, items=len(columns) // self._layer.items_each)
            inputs = self._inputs[number].at(t, start, columns.start)
            results = self._products.turned().at(part)
            product.emit(self._code, weights.past(columns.start // self._each), inputs, results)

    def _gates(self, number: int, t: Number, row: Number, block: Number, inputs: Memory, products: Memory) -> None:
        lanes = self._layer.processor.lanes
        unit = block * lanes
        x = self._by_gate(inputs)
        *below, y = (self._by_gate(products.at(part)) for part in range(len(self._stack.columns(number))))
        for product in below:
            x = _sums(x, product)
        if self._stack.cell.apart:
            y = _sums(y, self._by_gate(self._tables[number].at(block, self._stack.table_rows(number) - 1)))
        memory = self._memory[number].at(block, row)
        after = self._stack.cell.emit(y, x, lambda: memory.load(lanes))
        memory.store(after.memory)
        self._inputs[number].store(t + 1, row, unit + self._first(number), after.output)
        if number + 1 < self._stack.layers:
            self._inputs[number + 1].store(t, row, unit, after.output)

    def _by_gate(self, vectors: Memory) -> Iterator[Number]:
        return (vectors.at(gate).load(self._layer.processor.lanes) for gate in range(self._stack.cell.gates))

    def _first(self, number: int) -> int:
        """The column of a layer's inputs at which its own ones begin."""
        return self._stack.width(number) - self._layer.units


def _sums(vectors: Iterator[Number], others: Iterator[Number]) -> Iterator[Number]:
    return (one + other for one, other in zip(vectors, others, strict=True))


class _Inputs:
    """A layer's inputs of this step and of the next one: by row, or in tiles where products read them so."""

    def __init__(self, code: Code, stack: Stack, rows: int, number: int) -> None:
        layer, width, name = stack.layer, stack.width(number), f"inputs_{number}"
        product, self._each = layer.product(rows, width, stack.cell.gates), layer.items_each
        self._rows = code.memory(name, layer.kind, rows * width, width, 1)
        self._items = code.memory(name, INT, *product.input_strides)
        self._panels = Panels(code, product, name, 2) if layer.method == "tiles" else None

    def at(self, step: Number, row: Number, column: int = 0) -> Memory:
        """What a product takes, from a row that begins a tile and from a column on."""
        if self._panels:
            return self._panels.at(step).past(row // ROWS).turned().past(column // WIDTH).turned()
        return self._items.at(step % 2).past(row).turned().past(column // self._each).turned()

    def store(self, step: Number, row: Number, column: Number, h: Number) -> None:
        """Write a vector from this column on."""
        if self._panels:
            self._panels.store(step, row, column, h)
        else:
            self._rows.at(step % 2, row, column).store(h)
