"""Emits the two loops of an LSTM over a sequence: forward, and backward for its gradients.

Each thread has some of the units for itself, in all rows of the batch. Only the outputs of a step, and backward the
gradients of its products, are read by all: after each step the threads meet. A thread reads the same part of the
weights at every step; what does not fit into its cache comes from the last one, which is what limits wide layers: so
every other step goes through the blocks backwards, and the next block is fetched while the gates of one are computed.
What only the loops read lies by block of units, so that a block's gates and cells follow each other in memory: by row,
they would lie powers of two apart, in the same few lines of the first cache. No sum depends on the number of threads.
"""

from collections.abc import Callable

from tasks.kernels.activations import sigmoid, tanh
from tasks.kernels.emitting import Code
from tasks.kernels.layer import GATES, Layer
from tasks.kernels.products import Panels, Product
from tasks.kernels.values import FLOAT, INT, Memory, Number

NUMBERS = "thread", "threads", "steps"
FORWARD = "counter", "indices", "table", "weights", "hidden", "cells", "gates", "panels"
BACKWARD = "counter", "indices", "weights", "d_outputs", "cells", "gates", "d_h", "d_c", "d_z", "d_table"
KEEP = "keep"  # the last argument of both, where the state is reset


def emit_forward(layer: Layer, rows: int) -> str:
    """The code that fills hidden, cells and, if differentiable, gates, from the first rows of hidden and cells."""
    code, lanes = Code("forward", NUMBERS, _arguments(layer, FORWARD)), layer.processor.lanes
    product = layer.product(rows, layer.units, GATES)
    weights = code.memory("weights", INT, *product.weight_strides)
    panels = _panels(code, product, "panels", None if layer.differentiable else 2)
    inputs = panels or code.memory("hidden", INT, *product.input_strides)
    products = code.scratch(rows * GATES * lanes, GATES * lanes, lanes, 1)
    forward = _Forward(code, layer, rows, panels)
    first, last = code.share("thread", "threads", layer.blocks_forward)
    with code.loop(0, code.number("steps")) as t:
        with code.loop(first, last) as turn:
            block = _zigzag(t, first, last, turn)
            product.emit(code, weights.at(block), inputs.at(t), products)
            following = weights.at(_zigzag(t, first, last, (turn + 1).at_most(last - 1)))
            with code.loop(0, rows) as row:
                product.prefetch(code, following, row)
                forward.emit(t, row, block, products.at(row))
        code.meet("counter", "threads")
    return code.finish()


def emit_backward(layer: Layer, rows: int) -> str:
    """The code that fills d_z, adds it up in d_table, and turns d_h and d_c of the last step into the first ones'."""
    code, lanes = Code("backward", NUMBERS, _arguments(layer, BACKWARD)), layer.processor.lanes
    vectors = layer.vectors_backward
    at_once = min(vectors, 2)  # of bfloat16 they fill a line of the cache
    product, width = layer.product(rows, GATES * layer.units, vectors), vectors * lanes
    weights = code.memory("weights", INT, *product.weight_strides)
    panels = _panels(code, product, "d_z", None)
    inputs = panels or code.memory("d_z", INT, *product.input_strides)
    results = code.memory("d_h", FLOAT, rows * width, lanes, rows * lanes, 1)
    backward = _Backward(code, layer, rows, panels)
    first, last = code.share("thread", "threads", layer.blocks_backward)
    with code.loop(0, code.number("steps")) as passed:
        t = code.number("steps") - passed - 1
        with code.loop(first * vectors, last * vectors, at_once) as block, code.loop(0, rows) as row:
            for number in range(at_once):
                backward.emit(t, row, block + number)
        code.meet("counter", "threads")
        with code.loop(first, last) as turn:
            block = _zigzag(t, first, last, turn)
            product.emit(code, weights.at(block), inputs.at(t), results.at(block))
        if layer.resets:
            with code.loop(first * vectors, last * vectors) as block, code.loop(0, rows) as row:
                backward.reset(t, row, block)
    return code.finish()


def _panels(code: Code, product: Product, name: str, count: int | None) -> Panels | None:
    return Panels(code, product, name, count) if product.method == "tiles" else None


def _gate_strides(layer: Layer, rows: int) -> tuple[int, ...]:
    """By step, block, row, gate and lane."""
    lanes = layer.processor.lanes
    return GATES * rows * layer.units, GATES * rows * lanes, GATES * lanes, lanes, 1


def _zigzag(t: Number, first: Number, last: Number, turn: Number) -> Number:
    """The block of a turn: every other step goes back through them, as the last ones are still in the cache."""
    back = t % 2
    return turn + back * (first + last - 1 - turn - turn)


class _Forward:
    """The gates of a step after its product, for a vector of units of a row."""

    def __init__(self, code: Code, layer: Layer, rows: int, panels: Panels | None) -> None:
        self._lanes, units, self._panels = layer.processor.lanes, layer.units, panels
        lanes = self._lanes
        self._indices = code.memory("indices", INT, rows, 1)
        self._table = code.memory("table", FLOAT, GATES * units, units, 1)
        self._hidden = code.memory("hidden", layer.kind, rows * units, units, 1)
        self._cells = code.memory("cells", FLOAT, rows * units, rows * lanes, lanes, 1)
        self._gates = code.memory(
            "gates", layer.gate_kind, *(GATES * n for n in (rows * units, rows * lanes, lanes)), lanes, 1
        )
        self._keep, self._kept = _Keep(code, layer, rows), layer.differentiable

    def emit(self, t: Number, row: Number, block: Number, products: Memory) -> None:
        """Products are by gate and lane."""
        unit = block * self._lanes
        inputs, lanes = self._table.at(self._indices.at(t, row).load_index()), self._lanes
        kept = self._keep.at(t, row)
        z = [kept(products.at(gate).load(lanes)) + inputs.at(gate, unit).load(lanes) for gate in range(GATES)]
        i, f, g, o = gates = sigmoid(z[0]), sigmoid(z[1]), tanh(z[2]), sigmoid(z[3])
        c = f * kept(self._cells.at(t, block, row).load(lanes)) + i * g
        self._cells.at(t + 1, block, row).store(c)
        h = o * tanh(c)
        self._hidden.at(t + 1, row, unit).store(h)
        if self._panels:
            self._panels.store(t + 1, row, unit, h)
        for number, gate in enumerate(gates if self._kept else ()):
            self._gates.at(t, block, row, number).store(gate)


class _Backward:
    """The gradients of a step's gates, for a vector of units of a row."""

    def __init__(self, code: Code, layer: Layer, rows: int, panels: Panels | None) -> None:
        self._lanes, self._vectors, units = layer.processor.lanes, layer.vectors_backward, layer.units
        self._panels, self._units, lanes = panels, units, self._lanes
        self._indices = code.memory("indices", INT, rows, 1)
        self._cells = code.memory("cells", FLOAT, rows * units, rows * lanes, lanes, 1)
        self._gates = code.memory(
            "gates", layer.gate_kind, *(GATES * n for n in (rows * units, rows * lanes, lanes)), lanes, 1
        )
        self._d_outputs = code.memory("d_outputs", layer.kind, rows * units, units, 1)
        self._d_h, self._d_c = (code.memory(name, FLOAT, rows * lanes, lanes, 1) for name in ("d_h", "d_c"))
        self._d_z = code.memory("d_z", layer.kind, rows * GATES * units, GATES * units, units, 1)
        self._d_table = code.memory("d_table", FLOAT, GATES * units, units, 1)
        self._keep = _Keep(code, layer, rows)

    def emit(self, t: Number, row: Number, block: Number) -> None:
        """After the step that follows."""
        lanes, kept, unit = self._lanes, self._keep.at(t, row), block * self._lanes
        i, f, g, o = (self._gates.at(t, block, row, gate).load(lanes) for gate in range(GATES))
        before = kept(self._cells.at(t, block, row).load(lanes))
        squashed = tanh(self._cells.at(t + 1, block, row).load(lanes))
        d_h = self._d_h.at(block, row).load(lanes) + self._d_outputs.at(t, row, unit).load(lanes)
        d_c = self._d_c.at(block, row).load(lanes) + d_h * o * (1.0 - squashed * squashed)
        d_z = (
            d_c * g * i * (1.0 - i),
            d_c * before * f * (1.0 - f),
            d_c * i * (1.0 - g * g),
            d_h * squashed * o * (1.0 - o),
        )
        self._d_c.at(block, row).store(kept(d_c * f))
        sums = self._d_table.at(self._indices.at(t, row).load_index())
        for gate, gradient in enumerate(d_z):
            if self._panels:
                self._panels.store(t, row, unit + gate * self._units, gradient)
            else:
                self._d_z.at(t, row, gate, unit).store(gradient)
            sums.at(gate, unit).store(sums.at(gate, unit).load(lanes) + gradient)

    def reset(self, t: Number, row: Number, block: Number) -> None:
        """After the step's product: nothing goes back through a state that was reset."""
        d_h = self._d_h.at(block, row)
        d_h.store(self._keep.at(t, row)(d_h.load(self._lanes)))


class _Keep:
    """Where the state is kept; everywhere, at no cost, if the layer resets none."""

    def __init__(self, code: Code, layer: Layer, rows: int) -> None:
        self._lanes = layer.processor.lanes
        self._keep = code.memory(KEEP, FLOAT, rows, 1) if layer.resets else None

    def at(self, t: Number, row: Number) -> Callable[[Number], Number]:
        """What makes of a vector that comes from the state before a step, or goes back to it, what is kept of it."""
        if self._keep is None:
            return lambda number: number
        keep = self._keep.at(t, row).load_spread(self._lanes)
        return lambda number: number * keep


def _arguments(layer: Layer, pointers: tuple[str, ...]) -> tuple[str, ...]:
    return (*pointers, KEEP) if layer.resets else pointers
