"""Emits the two loops of a recurrent layer over a sequence, forward, and backward for its gradients; those of an LSTM.

Each thread has some of the units for itself, in all rows of the batch. Only the outputs of a step, and backward the
gradients of its products, are read by all: after each step the threads meet. A thread reads the same part of the
weights at every step, which stays in its cache where it fits. No sum depends on the number of threads.
"""

from collections.abc import Callable
from typing import Protocol

from tasks.kernels.activations import sigmoid, tanh
from tasks.kernels.emitting import Code
from tasks.kernels.layer import Layer
from tasks.kernels.values import FLOAT, INT, Memory, Number

GATES = 4  # i f c o, as Keras orders them
NUMBERS = "thread", "threads", "steps"
FORWARD = "counter", "indices", "table", "weights", "hidden", "cells", "gates"
BACKWARD = "counter", "indices", "weights", "d_outputs", "cells", "gates", "d_h", "d_c", "d_z", "d_table"
KEEP = "keep"  # the last argument of both, where the state is reset


class ForwardStep(Protocol):
    """The gates of a step after its product, for a vector of units of a row."""

    def emit(self, t: Number, row: Number, unit: Number, products: Memory) -> None:
        """Products are by gate and lane."""


class BackwardStep(Protocol):
    """The gradients of a step's gates, for a vector of units of a row."""

    def emit(self, t: Number, row: Number, unit: Number) -> None:
        """After the step that follows."""


def emit_forward(layer: Layer, rows: int) -> str:
    """The code that fills hidden, cells and, if differentiable, gates, from the first rows of hidden and cells."""
    return forward_loop(layer, rows, FORWARD, _Forward)


def emit_backward(layer: Layer, rows: int) -> str:
    """The code that fills d_z, adds it up in d_table, and turns d_h and d_c of the last step into the first ones'."""
    return backward_loop(layer, rows, BACKWARD, _Backward)


def forward_loop(
    layer: Layer, rows: int, arguments: tuple[str, ...], step: Callable[[Code, Layer, int], ForwardStep]
) -> str:
    """The code of a cell's steps, each after the product of its hidden outputs before and the weights."""
    code, lanes, units = Code("forward", NUMBERS, _arguments(layer, arguments)), layer.processor.lanes, layer.units
    gates, forward = layer.gates, step(code, layer, rows)
    product = layer.product(rows, units, gates)
    weights = code.memory("weights", INT, product.items * gates * lanes, gates * lanes, lanes, 1)
    inputs = code.memory("hidden", INT, rows * product.items, product.items, 1)
    products = code.scratch(rows * gates * lanes, gates * lanes, lanes, 1)
    first, last = code.share("thread", "threads", layer.blocks_forward)
    with code.loop(0, code.number("steps")) as t:
        with code.loop(first, last) as block:
            product.emit(code, weights.at(block), inputs.at(t), products)
            with code.loop(0, rows) as row:
                forward.emit(t, row, block * lanes, products.at(row))
        code.meet("counter", "threads")
    return code.finish()


def backward_loop(
    layer: Layer, rows: int, arguments: tuple[str, ...], step: Callable[[Code, Layer, int], BackwardStep]
) -> str:
    """The code of their gradients, each before the product of its d_z and the weights: d_h of the step before."""
    code, lanes, units = Code("backward", NUMBERS, _arguments(layer, arguments)), layer.processor.lanes, layer.units
    vectors, keep, backward = layer.vectors_backward, Keep(code, layer, rows), step(code, layer, rows)
    product, width = layer.product(rows, layer.gates * units, vectors), vectors * lanes
    weights = code.memory("weights", INT, product.items * width, width, lanes, 1)
    inputs = code.memory("d_z", INT, rows * product.items, product.items, 1)
    results = code.memory("d_h", FLOAT, width, units, lanes, 1)
    first, last = code.share("thread", "threads", layer.blocks_backward)
    with code.loop(0, code.number("steps")) as passed:
        t = code.number("steps") - passed - 1
        with code.loop(0, rows) as row, code.loop(first * width, last * width, lanes) as unit:
            backward.emit(t, row, unit)
        code.meet("counter", "threads")
        with code.loop(first, last) as block:
            product.emit(code, weights.at(block), inputs.at(t), results.at(block))
            if layer.resets:
                with code.loop(0, rows) as row:
                    keep.emit_reset(t, row, results.at(block, row), vectors)
    return code.finish()


class _Forward:
    """The gates of a step after its product, for a vector of units of a row."""

    def __init__(self, code: Code, layer: Layer, rows: int) -> None:
        self._lanes, units = layer.processor.lanes, layer.units
        self._indices = code.memory("indices", INT, rows, 1)
        self._table = code.memory("table", FLOAT, GATES * units, units, 1)
        self._hidden = code.memory("hidden", layer.kind, rows * units, units, 1)
        self._cells = code.memory("cells", FLOAT, rows * units, units, 1)
        self._gates = code.memory("gates", FLOAT, rows * GATES * units, GATES * units, units, 1)
        self._keep, self._kept = Keep(code, layer, rows), layer.differentiable

    def emit(self, t: Number, row: Number, unit: Number, products: Memory) -> None:
        """Products are by gate and lane."""
        inputs, lanes = self._table.at(self._indices.at(t, row).load_index()), self._lanes
        kept = self._keep.at(t, row)
        z = [kept(products.at(gate).load(lanes)) + inputs.at(gate, unit).load(lanes) for gate in range(GATES)]
        i, f, g, o = gates = sigmoid(z[0]), sigmoid(z[1]), tanh(z[2]), sigmoid(z[3])
        c = f * kept(self._cells.at(t, row, unit).load(lanes)) + i * g
        self._cells.at(t + 1, row, unit).store(c)
        self._hidden.at(t + 1, row, unit).store(o * tanh(c))
        for number, gate in enumerate(gates if self._kept else ()):
            self._gates.at(t, row, number, unit).store(gate)


class _Backward:
    """The gradients of a step's gates, for a vector of units of a row."""

    def __init__(self, code: Code, layer: Layer, rows: int) -> None:
        self._lanes, units = layer.processor.lanes, layer.units
        self._indices = code.memory("indices", INT, rows, 1)
        self._cells = code.memory("cells", FLOAT, rows * units, units, 1)
        self._gates = code.memory("gates", FLOAT, rows * GATES * units, GATES * units, units, 1)
        self._d_outputs = code.memory("d_outputs", layer.kind, rows * units, units, 1)
        self._d_h, self._d_c = (code.memory(name, FLOAT, units, 1) for name in ("d_h", "d_c"))
        self._d_z = code.memory("d_z", layer.kind, rows * GATES * units, GATES * units, units, 1)
        self._d_table = code.memory("d_table", FLOAT, GATES * units, units, 1)
        self._keep = Keep(code, layer, rows)

    def emit(self, t: Number, row: Number, unit: Number) -> None:
        """After the step that follows."""
        lanes, kept = self._lanes, self._keep.at(t, row)
        i, f, g, o = (self._gates.at(t, row, gate, unit).load(lanes) for gate in range(GATES))
        before = kept(self._cells.at(t, row, unit).load(lanes))
        squashed = tanh(self._cells.at(t + 1, row, unit).load(lanes))
        d_h = self._d_h.at(row, unit).load(lanes) + self._d_outputs.at(t, row, unit).load(lanes)
        d_c = self._d_c.at(row, unit).load(lanes) + d_h * o * (1.0 - squashed * squashed)
        d_z = (
            d_c * g * i * (1.0 - i),
            d_c * before * f * (1.0 - f),
            d_c * i * (1.0 - g * g),
            d_h * squashed * o * (1.0 - o),
        )
        self._d_c.at(row, unit).store(kept(d_c * f))
        sums = self._d_table.at(self._indices.at(t, row).load_index())
        for gate, gradient in enumerate(d_z):
            self._d_z.at(t, row, gate, unit).store(gradient)
            sums.at(gate, unit).store(sums.at(gate, unit).load(lanes) + gradient)


class Keep:
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

    def emit_reset(self, t: Number, row: Number, d_h: Memory, vectors: int) -> None:
        """After the step's product: nothing goes back through a state that was reset; `d_h` is by vector and lane."""
        kept = self.at(t, row)
        for vector in range(vectors):
            d_h.at(vector).store(kept(d_h.at(vector).load(self._lanes)))


def _arguments(layer: Layer, pointers: tuple[str, ...]) -> tuple[str, ...]:
    return (*pointers, KEEP) if layer.resets else pointers
