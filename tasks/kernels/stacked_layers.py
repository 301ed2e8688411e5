"""Emits a step of all layers of an LSTM, whose states change in place.

Every layer has two arrays of inputs that take turns, so that none of its units changes a state while others are
multiplied with it: the outputs below, if there are any, and its own ones of the step before.
"""

from tasks.kernels.activations import sigmoid, tanh
from tasks.kernels.emitting import Code
from tasks.kernels.layer import GATES
from tasks.kernels.products import TILE_ROWS
from tasks.kernels.stack import Stack
from tasks.kernels.values import FLOAT, INT, Memory, Number

OF_A_LAYER = "table", "weights", "inputs", "cells"
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
        lanes, numbers = stack.layer.processor.lanes, range(stack.layers)
        part = TILE_ROWS if stack.layer.method == "tiles" else PART
        self._part = part if rows % part == 0 else rows
        self._tables = [
            code.memory(f"table_{n}", FLOAT, stack.table_rows(n) * GATES * lanes, GATES * lanes, lanes, 1)
            for n in numbers
        ]
        self._cells = [code.memory(f"cells_{n}", FLOAT, rows * lanes, lanes, 1) for n in numbers]
        self._inputs = [
            code.memory(f"inputs_{n}", stack.layer.kind, rows * stack.width(n), stack.width(n), 1) for n in numbers
        ]
        self._products = code.scratch(self._part * GATES * lanes, GATES * lanes, lanes, 1)

    def emit(self, t: Number, ids: Memory) -> None:
        """The step of these characters, by row, after which all threads have met."""
        first, last = self._code.share("thread", "threads", self._layer.blocks_forward)
        for number in range(self._stack.layers):
            with self._code.loop(first, last) as block, self._code.loop(0, self._rows, self._part) as start:
                self._multiply(number, t, block, start)
                with self._code.loop(0, self._part) as row:
                    inputs = self._tables[number].at(block, ids.at(start + row).load_index() if number == 0 else 0)
                    self._gates(number, t, start + row, block, inputs, self._products.at(row))
            self._code.meet("counter", "threads")

    def outputs(self, t: Number) -> Memory:
        """Of the last layer after a step, in items by row."""
        return self._items(self._stack.layers - 1, 1 - _turn(t), own=True)

    def reset(self, t: Number, row: Number) -> None:
        """The state of a row is zero before the next step."""
        lanes = self._layer.processor.lanes
        nothing = self._code.zeros(lanes)
        with self._code.loop(0, self._layer.blocks_forward) as block:
            for number, cells in enumerate(self._cells):
                cells.at(block, row).store(nothing.now)
                self._own(number, 1 - _turn(t), row, block * lanes).store(nothing.now)

    def _multiply(self, number: int, t: Number, block: Number, start: Number) -> None:
        lanes = self._layer.processor.lanes
        product = self._layer.product(self._part, self._stack.width(number), GATES)
        strides = product.items * GATES * lanes, GATES * lanes, lanes, 1
        weights = self._code.memory(f"weights_{number}", INT, *strides)
        inputs = self._items(number, _turn(t), own=False).past(start)
        product.emit(self._code, weights.at(block), inputs, self._products)

    def _gates(self, number: int, t: Number, row: Number, block: Number, inputs: Memory, products: Memory) -> None:
        lanes = self._layer.processor.lanes
        unit = block * lanes
        z = [products.at(gate).load(lanes) + inputs.at(gate).load(lanes) for gate in range(GATES)]
        i, f, g, o = sigmoid(z[0]), sigmoid(z[1]), tanh(z[2]), sigmoid(z[3])
        cell = self._cells[number].at(block, row)
        c = f * cell.load(lanes) + i * g
        cell.store(c)
        h = o * tanh(c)
        self._own(number, 1 - _turn(t), row, unit).store(h)
        if number + 1 < self._stack.layers:
            self._inputs[number + 1].at(_turn(t), row, unit).store(h)

    def _own(self, number: int, turned: Number, row: Number, unit: Number) -> Memory:
        return self._inputs[number].at(turned, row, unit + (self._stack.width(number) - self._layer.units))

    def _items(self, number: int, turned: Number, *, own: bool) -> Memory:
        width, each = self._stack.width(number), self._layer.items_each
        start = self._inputs[number].at(turned, 0, width - self._layer.units if own else 0)
        return Memory(self._code.builder, start.pointer, INT, (width // each, 1))


def _turn(t: Number) -> Number:
    """0 and 1, by turns."""
    return t - t // 2 * 2
