"""The two loops of a GRU over a sequence, on NumPy arrays."""

import functools

import numpy as np

from tasks.kernels.arguments import check
from tasks.kernels.gru import GATES, SAVED, emit_backward, emit_forward
from tasks.kernels.layer import Layer
from tasks.kernels.layer_loops import LayerLoops
from tasks.kernels.room import room


class GruLoops(LayerLoops):
    """The loops of one kind of layer; arrays are as those of `Loops`, gates in the order z r h."""

    gates, emitters = GATES, (emit_forward, emit_backward)

    def forward(
        self,
        threads: int,
        indices: np.ndarray,
        table: np.ndarray,
        weights: np.ndarray,
        bias: np.ndarray,
        h: np.ndarray,
        *keep: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Run over a sequence.

        Args:
            threads: how many share the work at most; it changes no bit.
            indices: which row of the table is added to the products, `(steps, rows)` int32.
            table: what inputs add, with their own bias, `(n, 3 * units)`.
            weights: the recurrent ones, packed for the forward pass.
            bias: of the recurrent product, `(3, units)`.
            h: first state, `(rows, units)`.
            keep: as for `Loops`.

        Returns:
            outputs `(steps + 1, rows, units)`, the first ones in front; the last state `(rows, units)`; and what the
            backward pass reads: states, the first one in front, `(steps + 1, blocks, rows, lanes)`, the gates and the
            product that the gate r multiplies, `(steps, blocks, rows, 4, lanes)` float32, or float16 where the
            processor multiplies bfloat16, none of them if the layer is not differentiable, and the inputs of the
            products in tiles, if it multiplies so.

        Raises:
            TypeError: an array is of another type.
            ValueError: an array is of another shape or not contiguous; an index is none of the table's rows.
        """
        layer, rows, units, steps = self.layer, self.rows, self.layer.units, len(indices)
        check(
            table=(table, "float32", (None, GATES * units)),
            weights=(weights, self.dtype, layer.packing_forward.packed),
            bias=(bias, "float32", (GATES, units)),
            h=(h, "float32", (rows, units)),
        )
        self._check_sequence(indices, len(table), keep)
        hidden = room((steps + 1, rows, units), weights.dtype)
        states = room((steps + 1, *self._by_block_shape), np.float32)
        saved, inputs = self._saved(steps, SAVED), self._first_panels(steps, h.astype(weights.dtype))
        hidden[0], states[0] = h, self._by_block(h)
        threads = min(threads, layer.blocks_forward)
        self._forward.run(threads, steps, indices, table, weights, bias, hidden, states, saved, inputs, *keep)
        self._forget(inputs, keep)
        return hidden, self._by_row(states[-1]), states, saved, inputs

    def backward(
        self,
        threads: int,
        indices: np.ndarray,
        weights: np.ndarray,
        d_outputs: np.ndarray,
        states: np.ndarray,
        saved: np.ndarray,
        d_h: np.ndarray,
        table_rows: int,
        *keep: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Run back over a sequence.

        Args:
            threads: as forward.
            indices: as forward.
            weights: the recurrent ones, packed for the backward pass.
            d_outputs: gradients of the outputs, `(steps, rows, units)` in their type.
            states: as forward gave them.
            saved: as forward gave it.
            d_h: gradients of the last state, `(rows, units)`.
            table_rows: how many rows the table has.
            keep: as forward.

        Returns:
            the gradients of the recurrent products in the type of the outputs, `(steps, rows, 3 * units)` or in tiles,
            of the table, of the bias and of the first state.

        Raises:
            TypeError, ValueError: as forward.
        """
        layer, rows, units, steps = self.layer, self.rows, self.layer.units, len(indices)
        check(
            weights=(weights, self.dtype, layer.packing_backward.packed),
            d_outputs=(d_outputs, self.dtype, (steps, rows, units)),
            states=(states, "float32", (steps + 1, *self._by_block_shape)),
            saved=(saved, layer.gate_dtype.__name__, self._saved_shape(steps, SAVED)),
            d_h=(d_h, "float32", (rows, units)),
        )
        self._check_sequence(indices, table_rows, keep)
        d_table, d_bias = (np.zeros((count, units), np.float32) for count in (table_rows * GATES, GATES))
        directly, d_z = self._by_block(d_h), self._d_z(steps)
        through_products = np.zeros_like(directly)
        made = through_products, directly, d_z, d_table, d_bias
        threads = min(threads, layer.blocks_backward)
        self._backward.run(threads, steps, indices, weights, d_outputs, states, saved, *made, *keep)
        return d_z, d_table.reshape(table_rows, GATES * units), d_bias, self._by_row(through_products + directly)


@functools.cache
def gru_loops_of(layer: Layer, rows: int) -> GruLoops:
    """The loops of such a layer for so many rows, the same ones each time."""
    return GruLoops(layer, rows)
