"""Emits the steps of an LSTM (Hochreiter and Schmidhuber 1997, with forget gate), and its two loops with them."""

from collections.abc import Callable, Iterable

from tasks.kernels.activations import sigmoid, tanh
from tasks.kernels.cell_step import After, CellStep
from tasks.kernels.emitting import Code
from tasks.kernels.layer import Layer
from tasks.kernels.recurrence import Gradients, Keep, Outputs, backward_loop, forward_loop
from tasks.kernels.values import FLOAT, INT, Memory, Number

GATES = 4  # i f c o, as Keras orders them
FORWARD = "counter", "indices", "table", "weights", "hidden", "cells", "gates", "panels"
BACKWARD = "counter", "indices", "weights", "d_outputs", "cells", "gates", "d_h", "d_c", "d_z", "d_table"


def _after_products(products: Iterable[Number], inputs: Iterable[Number], before: Callable[[], Number]) -> After:
    z = [product + given for product, given in zip(products, inputs, strict=True)]
    i, f, g, o = gates = sigmoid(z[0]), sigmoid(z[1]), tanh(z[2]), sigmoid(z[3])
    c = f * before() + i * g
    return After(o * tanh(c), c, gates)


STEP = CellStep(gates=GATES, states=2, apart=False, emit=_after_products)


def emit_forward(layer: Layer, rows: int) -> str:
    """The code that fills hidden, cells and, if differentiable, gates, from the first rows of hidden and cells."""
    return forward_loop(layer, rows, FORWARD, _Forward)


def emit_backward(layer: Layer, rows: int) -> str:
    """The code that fills d_z, adds it up in d_table, and turns d_h and d_c of the last step into the first ones'."""
    return backward_loop(layer, rows, BACKWARD, _Backward)


class _Forward:
    def __init__(self, code: Code, layer: Layer, rows: int) -> None:
        self._lanes, units = layer.processor.lanes, layer.units
        self._indices = code.memory("indices", INT, rows, 1)
        self._table = code.memory("table", FLOAT, GATES * units, units, 1)
        self._cells = code.memory("cells", FLOAT, *layer.state_strides(rows))
        self._gates = code.memory("gates", layer.gate_kind, *layer.gate_strides(rows, GATES))
        self._outputs, self._keep = Outputs(code, layer, rows), Keep(code, layer, rows)
        self._is_differentiable = layer.differentiable

    def emit(self, t: Number, row: Number, block: Number, products: Memory) -> None:
        inputs, lanes = self._table.at(self._indices.at(t, row).load_index()), self._lanes
        kept, unit = self._keep.at(t, row), block * lanes
        x = (inputs.at(gate, unit).load(lanes) for gate in range(GATES))
        y = (kept(products.at(gate).load(lanes)) for gate in range(GATES))
        after = STEP.emit(y, x, lambda: kept(self._cells.at(t, block, row).load(lanes)))
        self._cells.at(t + 1, block, row).store(after.memory)
        self._outputs.store(t + 1, row, block, after.output)
        for number, gate in enumerate(after.saved if self._is_differentiable else ()):
            self._gates.at(t, block, row, number).store(gate)


class _Backward:
    def __init__(self, code: Code, layer: Layer, rows: int) -> None:
        self._lanes, units = layer.processor.lanes, layer.units
        self._indices = code.memory("indices", INT, rows, 1)
        self._cells = code.memory("cells", FLOAT, *layer.state_strides(rows))
        self._gates = code.memory("gates", layer.gate_kind, *layer.gate_strides(rows, GATES))
        self._d_outputs = code.memory("d_outputs", layer.kind, rows * units, units, 1)
        self._d_h, self._d_c = (code.memory(name, FLOAT, *layer.state_strides(rows)[1:]) for name in ("d_h", "d_c"))
        self._d_table = code.memory("d_table", FLOAT, GATES * units, units, 1)
        self._gradients, self._keep = Gradients(code, layer, rows), Keep(code, layer, rows)

    def emit(self, t: Number, row: Number, block: Number) -> None:
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
            self._gradients.store(t, row, gate, block, gradient)
            sums.at(gate, unit).store(sums.at(gate, unit).load(lanes) + gradient)
