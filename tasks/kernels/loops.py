"""The two loops of an LSTM over a sequence, on NumPy arrays."""

import functools

import numpy as np

from tasks.kernels.layer import Layer
from tasks.kernels.lstm import GATES, emit_backward, emit_forward
from tasks.kernels.room import room
from tasks.kernels.running import Compiled
from tasks.kernels.weight_gradient import emit_weight_gradient, scratch_items


class Loops:
    """The loops of one kind of layer.

    Arrays are `(steps, rows, ...)`, float32 where nothing is said; outputs and gradients of products are float32 or
    bfloat16, as the layer has it. Gates are in the order i f c o.
    """

    def __init__(self, layer: Layer, rows: int) -> None:
        """For so many rows of the batch; each is compiled when it first runs."""
        self.layer, self.rows = layer, rows

    @functools.cached_property
    def _forward(self) -> Compiled:
        return Compiled("forward", emit_forward(self.layer, self.rows))

    @functools.cached_property
    def _backward(self) -> Compiled:
        return Compiled("backward", emit_backward(self.layer, self.rows))

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
            ValueError: an index is none of the table's rows.
        """
        _check(indices, len(table))
        (steps, rows), units = indices.shape, self.layer.units
        hidden, cells = room((steps + 1, rows, units), h.dtype), room((steps + 1, rows, units), np.float32)
        gates = room((steps if self.layer.differentiable else 0, rows, GATES * units), np.float32)
        hidden[0], cells[0] = h, c
        threads = min(threads, self.layer.blocks_forward)  # one without a block would only be waited for, at each step
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
            ValueError: as forward.
        """
        _check(indices, table_rows)
        d_z = room(gates.shape, d_outputs.dtype)
        d_table = np.zeros((table_rows, gates.shape[-1]), np.float32)
        d_h, d_c = d_h.copy(), d_c.copy()
        threads = min(threads, self.layer.blocks_backward)
        made = d_h, d_c, d_z, d_table
        self._backward.run(threads, len(indices), indices, weights, d_outputs, cells, gates, *made, *keep)
        return d_z, d_table, d_h, d_c


def weight_gradient(threads: int, inputs: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """The product of inputs `(steps, rows, units)` and gradients `(steps, rows, columns)` over steps and rows.

    Args:
        threads: how many share the work at most; it changes no bit.
        inputs: bfloat16; a multiple of 32 units.
        gradients: bfloat16; a multiple of 32 columns.

    Returns:
        `(units, columns)` float32.
    """
    (steps, rows, units), columns = inputs.shape, gradients.shape[-1]
    products = room((units, columns), np.float32)
    scratch = (room((size,), np.int32) for size in scratch_items(steps * rows, units, columns, threads))
    _weight_gradient(units, columns).run(threads, steps * rows, inputs, gradients, products, *scratch)
    return products


@functools.cache
def _weight_gradient(units: int, columns: int) -> Compiled:
    return Compiled("weight_gradient", emit_weight_gradient(units, columns))


def _check(indices: np.ndarray, rows: int) -> None:
    """Emitted code would read, and write, outside the table."""
    if indices.size and not 0 <= indices.min() <= indices.max() < rows:
        raise ValueError(f"indices go from {indices.min()} to {indices.max()}, the table has {rows} rows")


@functools.cache
def loops_of(layer: Layer, rows: int) -> Loops:
    """The loops of such a layer for so many rows, the same ones each time."""
    return Loops(layer, rows)
