"""Emits the steps of a GRU, whose reset gate is applied after the product as Keras has it, and its two loops with them.

Its state is float32, as an LSTM's cells are; what the products take is the same, rounded to their type. Of the
gradient of a state one part comes from the product of the step that follows, and one directly: they are kept apart.
"""

from collections.abc import Callable, Iterable

from tasks.kernels.activations import sigmoid, tanh
from tasks.kernels.cell_step import After, CellStep
from tasks.kernels.emitting import Code
from tasks.kernels.layer import Layer
from tasks.kernels.recurrence import Gradients, Keep, Outputs, backward_loop, forward_loop
from tasks.kernels.values import FLOAT, INT, Memory, Number

GATES = 3  # z r h, as Keras orders them
SAVED = 4  # of each unit: the gates, and the product that the reset gate r multiplies
FORWARD = "counter", "indices", "table", "weights", "bias", "hidden", "states", "saved", "panels"
BACKWARD = "counter", "indices", "weights", "d_outputs", "states", "saved", "d_h", "d_state", "d_z", "d_table", "d_bias"


def _after_products(products: Iterable[Number], inputs: Iterable[Number], state: Callable[[], Number]) -> After:
    x, y = list(inputs), list(products)
    z, r = sigmoid(x[0] + y[0]), sigmoid(x[1] + y[1])
    candidate = tanh(x[2] + r * y[2])
    new = z * state() + (1.0 - z) * candidate
    return After(new, new, (z, r, candidate, y[2]))


STEP = CellStep(gates=GATES, states=1, apart=True, emit=_after_products)


def emit_forward(layer: Layer, rows: int) -> str:
    """The code that fills hidden, states and, if differentiable, saved, from the first rows of hidden and states."""
    return forward_loop(layer, rows, FORWARD, _Forward)


def emit_backward(layer: Layer, rows: int) -> str:
    """The code that fills d_z, the gradient of the recurrent product, and adds up d_table and d_bias.

    It turns d_h and d_state, whose sum is the gradient of the last state, into those of the first one.
    """
    return backward_loop(layer, rows, BACKWARD, _Backward)


class _Forward:
    def __init__(self, code: Code, layer: Layer, rows: int) -> None:
        self._lanes, units = layer.processor.lanes, layer.units
        self._indices = code.memory("indices", INT, rows, 1)
        self._table = code.memory("table", FLOAT, GATES * units, units, 1)
        self._bias = code.memory("bias", FLOAT, units, 1)
        self._states = code.memory("states", FLOAT, *layer.state_strides(rows))
        self._saved = code.memory("saved", layer.gate_kind, *layer.gate_strides(rows, SAVED))
        self._outputs, self._keep = Outputs(code, layer, rows), Keep(code, layer, rows)
        self._is_differentiable = layer.differentiable

    def emit(self, t: Number, row: Number, block: Number, products: Memory) -> None:
        inputs, lanes = self._table.at(self._indices.at(t, row).load_index()), self._lanes
        kept, unit = self._keep.at(t, row), block * lanes
        x = (inputs.at(gate, unit).load(lanes) for gate in range(GATES))
        y = (kept(products.at(gate).load(lanes)) + self._bias.at(gate, unit).load(lanes) for gate in range(GATES))
        after = STEP.emit(y, x, lambda: kept(self._states.at(t, block, row).load(lanes)))
        self._states.at(t + 1, block, row).store(after.memory)
        self._outputs.store(t + 1, row, block, after.output)
        for number, value in enumerate(after.saved if self._is_differentiable else ()):
            self._saved.at(t, block, row, number).store(value)


class _Backward:
    def __init__(self, code: Code, layer: Layer, rows: int) -> None:
        self._lanes, units = layer.processor.lanes, layer.units
        self._indices = code.memory("indices", INT, rows, 1)
        self._states = code.memory("states", FLOAT, *layer.state_strides(rows))
        self._saved = code.memory("saved", layer.gate_kind, *layer.gate_strides(rows, SAVED))
        self._d_outputs = code.memory("d_outputs", layer.kind, rows * units, units, 1)
        self._d_h, self._d_state = (
            code.memory(name, FLOAT, *layer.state_strides(rows)[1:]) for name in ("d_h", "d_state")
        )
        self._d_table = code.memory("d_table", FLOAT, GATES * units, units, 1)
        self._d_bias = code.memory("d_bias", FLOAT, units, 1)
        self._gradients, self._keep = Gradients(code, layer, rows), Keep(code, layer, rows)

    def emit(self, t: Number, row: Number, block: Number) -> None:
        lanes, kept, unit = self._lanes, self._keep.at(t, row), block * self._lanes
        z, r, candidate, y = (self._saved.at(t, block, row, number).load(lanes) for number in range(SAVED))
        before = kept(self._states.at(t, block, row).load(lanes))
        d_state = self._d_h.at(block, row).load(lanes) + self._d_state.at(block, row).load(lanes)
        d_state = d_state + self._d_outputs.at(t, row, unit).load(lanes)
        d_z = d_state * (before - candidate) * z * (1.0 - z)
        d_candidate = d_state * (1.0 - z) * (1.0 - candidate * candidate)
        d_r = d_candidate * y * r * (1.0 - r)
        self._d_state.at(block, row).store(kept(d_state * z))
        sums = self._d_table.at(self._indices.at(t, row).load_index())
        for gate, (inputs, products) in enumerate(((d_z, d_z), (d_r, d_r), (d_candidate, d_candidate * r))):
            self._gradients.store(t, row, gate, block, products)
            for total, gradient in ((sums.at(gate, unit), inputs), (self._d_bias.at(gate, unit), products)):
                total.store(total.load(lanes) + gradient)
