"""The two loops of an LSTM over a sequence, and the gradient of a layer's weights, on NumPy arrays."""

import functools

import numpy as np

from tasks.kernels.arguments import check
from tasks.kernels.layer import Layer
from tasks.kernels.layer_loops import LayerLoops
from tasks.kernels.lstm import GATES, emit_backward, emit_forward
from tasks.kernels.room import room
from tasks.kernels.running import Compiled
from tasks.kernels.tiles import ITEMS, ROWS
from tasks.kernels.weight_gradient import emit_weight_gradient, scratch_items


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
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
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
            outputs `(steps + 1, rows, units)`, the first ones in front; the last cells `(rows, units)`; and what the
            backward pass reads: cells, the first ones in front, `(steps + 1, blocks, rows, lanes)`, gates `(steps,
            blocks, rows, 4, lanes)` float32, or float16 where the processor multiplies bfloat16, none of them if the
            layer is not differentiable, and the inputs of the products in tiles, if it multiplies so.

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
        hidden, cells = room((steps + 1, rows, units), h.dtype), room((steps + 1, *self._by_block_shape), np.float32)
        gates, inputs = self._saved(steps, GATES), self._first_panels(steps, h)
        hidden[0], cells[0] = h, self._by_block(c)
        threads = min(threads, layer.blocks_forward)  # one without a block would only be waited for, at each step
        self._forward.run(threads, steps, indices, table, weights, hidden, cells, gates, inputs, *keep)
        self._forget(inputs, keep)
        return hidden, self._by_row(cells[-1]), cells, gates, inputs

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
            the gradients of the products in the type of the outputs, `(steps, rows, 4 * units)` or in tiles, of the
            table, of the first outputs and of the first cells.

        Raises:
            TypeError, ValueError: as forward.
        """
        layer, rows, units, steps = self.layer, self.rows, self.layer.units, len(indices)
        check(
            weights=(weights, self.dtype, layer.packing_backward.packed),
            d_outputs=(d_outputs, self.dtype, (steps, rows, units)),
            cells=(cells, "float32", (steps + 1, *self._by_block_shape)),
            gates=(gates, layer.gate_dtype.__name__, self._saved_shape(steps, GATES)),
            d_h=(d_h, "float32", (rows, units)),
            d_c=(d_c, "float32", (rows, units)),
        )
        self._check_sequence(indices, table_rows, keep)
        d_h, d_c, d_table = self._by_block(d_h), self._by_block(d_c), np.zeros((table_rows, GATES * units), np.float32)
        d_z, threads = self._d_z(steps), min(threads, layer.blocks_backward)
        self._backward.run(threads, steps, indices, weights, d_outputs, cells, gates, d_h, d_c, d_z, d_table, *keep)
        return d_z, d_table, self._by_row(d_h), self._by_row(d_c)


def weight_gradient(threads: int, inputs: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """The product of inputs and gradients over steps and rows, the gradient of weights; both as the loops gave them.

    Args:
        threads: how many share the work at most; it changes no bit.
        inputs: bfloat16 `(steps, tiles of rows, tiles of units, 16, 32)`.
        gradients: bfloat16 `(steps, tiles of rows, tiles of columns, 16, 32)`.

    Returns:
        `(units, columns)` float32.

    Raises:
        TypeError: an array is of another type.
        ValueError: an array is of another shape or not contiguous.
    """
    tile, steps = (ROWS, 2 * ITEMS), inputs.shape[:2]
    check(
        inputs=(inputs, "bfloat16", (None, None, None, *tile)),
        gradients=(gradients, "bfloat16", (*steps, None, *tile)),
    )
    units, columns = (2 * ITEMS * one.shape[2] for one in (inputs, gradients))
    count, products = inputs.shape[0] * inputs.shape[1], room((units, columns), np.float32)
    scratch = (room((size,), np.int32) for size in scratch_items(count, units, columns, threads))
    _weight_gradient(units, columns).run(threads, count, inputs, gradients, products, *scratch)
    return products


@functools.cache
def _weight_gradient(units: int, columns: int) -> Compiled:
    return Compiled("weight_gradient", emit_weight_gradient(units, columns))


@functools.cache
def loops_of(layer: Layer, rows: int) -> Loops:
    """The loops of such a layer for so many rows, the same ones each time."""
    return Loops(layer, rows)
