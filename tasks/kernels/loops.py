"""The two loops of an LSTM over a sequence, on NumPy arrays."""

import functools
from collections.abc import Callable
from typing import ClassVar

import numpy as np

from tasks.kernels.arguments import check, check_indices, check_keep
from tasks.kernels.layer import Layer
from tasks.kernels.lstm import GATES, emit_backward, emit_forward
from tasks.kernels.room import room
from tasks.kernels.running import Compiled
from tasks.kernels.weight_gradient import BLOCK, emit_weight_gradient, scratch_items


class LayerLoops:
    """The loops of one kind of layer: of a cell with so many gates, for which these emit the code."""

    gates: ClassVar[int]
    emitters: ClassVar[tuple[Callable[[Layer, int], str], Callable[[Layer, int], str]]]

    def __init__(self, layer: Layer, rows: int) -> None:
        """For so many rows of the batch; each is compiled when it first runs.

        Raises:
            ValueError: the layer is of another cell, or its units do not fill vectors.
        """
        if layer.gates != self.gates or layer.units % layer.processor.lanes:
            raise ValueError(f"no layer of {self.gates} gates and whole vectors of units: {layer}")
        self.layer, self.rows, self.dtype = layer, rows, "bfloat16" if layer.bfloat16 else "float32"

    @functools.cached_property
    def _forward(self) -> Compiled:
        return Compiled("forward", self.emitters[0](self.layer, self.rows))

    @functools.cached_property
    def _backward(self) -> Compiled:
        return Compiled("backward", self.emitters[1](self.layer, self.rows))

    def _check_sequence(self, indices: np.ndarray, table_rows: int, keep: tuple[np.ndarray, ...]) -> None:
        """Look at what both passes are given."""
        check_indices(indices, len(indices), self.rows, table_rows)
        check_keep(keep, self.layer.resets, len(indices), self.rows)


class Loops(LayerLoops):
    """The loops of an LSTM.

    Arrays are `(steps, rows, ...)`, float32 where nothing is said; outputs and gradients of products are float32 or
    bfloat16, as the layer has it. Gates are in the order i f c o.
    """

    gates, emitters = GATES, (emit_forward, emit_backward)

    def forward(
        self,
        threads: int,
        indices: np.ndarray,
        table: np.ndarray,
        weights: np.ndarray,
        h: np.ndarray,
        c: np.ndarray,
        *keep: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Run over a sequence.

        Args:
            threads: how many share the work at most; it changes no bit.
            indices: which row of the table is added to the products, `(steps, rows)` int32.
            table: `(n, 4 * units)`.
            weights: the recurrent ones, packed for the forward pass.
            h: first outputs, `(rows, units)`, in the type of the outputs.
            c: first cells, `(rows, units)`.
            keep: one array if the layer resets its state, else none: 1 at each step that goes on from the one before,
                0 where the state before it is zero, `(steps, rows)`.

        Returns:
            outputs and cells, both with the first ones in front, and gates `(steps, rows, 4 * units)`, none of them if
            the layer is not differentiable.

        Raises:
            TypeError: an array is of another type.
            ValueError: an array is of another shape or not contiguous; an index is none of the table's rows.
        """
        layer, rows, units, steps = self.layer, self.rows, self.layer.units, len(indices)
        check(
            table=(table, "float32", (None, GATES * units)),
            weights=(weights, self.dtype, layer.packing_forward.packed),
            h=(h, self.dtype, (rows, units)),
            c=(c, "float32", (rows, units)),
        )
        self._check_sequence(indices, len(table), keep)
        hidden, cells = room((steps + 1, rows, units), h.dtype), room((steps + 1, rows, units), np.float32)
        gates = room((steps if layer.differentiable else 0, rows, GATES * units), np.float32)
        hidden[0], cells[0] = h, c
        threads = min(threads, layer.blocks_forward)  # one without a block would only be waited for, at each step
        self._forward.run(threads, steps, indices, table, weights, hidden, cells, gates, *keep)
        return hidden, cells, gates

    def backward(
        self,
        threads: int,
        indices: np.ndarray,
        weights: np.ndarray,
        d_outputs: np.ndarray,
        cells: np.ndarray,
        gates: np.ndarray,
        d_h: np.ndarray,
        d_c: np.ndarray,
        table_rows: int,
        *keep: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Run back over a sequence.

        Args:
            threads: as forward.
            indices: as forward.
            weights: the recurrent ones, packed for the backward pass.
            d_outputs: gradients of the outputs, `(steps, rows, units)` in their type.
            cells: as forward gave them.
            gates: as forward gave them.
            d_h: gradients of the last outputs as a state, `(rows, units)`.
            d_c: gradients of the last cells, `(rows, units)`.
            table_rows: how many rows the table has.
            keep: as forward.

        Returns:
            the gradients of the products `(steps, rows, 4 * units)` in the type of the outputs, of the table, of the
            first outputs and of the first cells.

        Raises:
            TypeError, ValueError: as forward.
        """
        layer, rows, units, steps = self.layer, self.rows, self.layer.units, len(indices)
        check(
            weights=(weights, self.dtype, layer.packing_backward.packed),
            d_outputs=(d_outputs, self.dtype, (steps, rows, units)),
            cells=(cells, "float32", (steps + 1, rows, units)),
            gates=(gates, "float32", (steps, rows, GATES * units)),
            d_h=(d_h, "float32", (rows, units)),
            d_c=(d_c, "float32", (rows, units)),
        )
        self._check_sequence(indices, table_rows, keep)
        d_z = room(gates.shape, d_outputs.dtype)
        d_table = np.zeros((table_rows, gates.shape[-1]), np.float32)
        d_h, d_c, *_ = made = d_h.copy(), d_c.copy(), d_z, d_table
        self._backward.run(
            min(threads, layer.blocks_backward), steps, indices, weights, d_outputs, cells, gates, *made, *keep
        )
        return d_z, d_table, d_h, d_c


def weight_gradient(threads: int, inputs: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """The product of inputs `(steps, rows, units)` and gradients `(steps, rows, columns)` over steps and rows.

    Args:
        threads: how many share the work at most; it changes no bit.
        inputs: bfloat16; a multiple of 32 units.
        gradients: bfloat16; a multiple of 32 columns.

    Returns:
        `(units, columns)` float32.

    Raises:
        TypeError: an array is of another type.
        ValueError: an array is of another shape or not contiguous.
    """
    shape = *inputs.shape[:2], None
    check(inputs=(inputs, "bfloat16", (None, None, None)), gradients=(gradients, "bfloat16", shape))
    if inputs.shape[-1] % BLOCK or gradients.shape[-1] % BLOCK:
        raise ValueError(f"{inputs.shape[-1]} units and {gradients.shape[-1]} columns are no multiples of {BLOCK}")
    (steps, rows, units), columns = inputs.shape, gradients.shape[-1]
    products = room((units, columns), np.float32)
    scratch = (room((size,), np.int32) for size in scratch_items(steps * rows, units, columns, threads))
    _weight_gradient(units, columns).run(threads, steps * rows, inputs, gradients, products, *scratch)
    return products


@functools.cache
def _weight_gradient(units: int, columns: int) -> Compiled:
    return Compiled("weight_gradient", emit_weight_gradient(units, columns))


@functools.cache
def loops_of(layer: Layer, rows: int) -> Loops:
    """The loops of such a layer for so many rows, the same ones each time."""
    return Loops(layer, rows)
