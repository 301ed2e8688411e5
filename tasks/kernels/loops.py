"""The two loops of an LSTM over a sequence, on NumPy arrays."""

import functools

import ml_dtypes
import numpy as np

from tasks.kernels.layer import GATES, Layer
from tasks.kernels.lstm import emit_backward, emit_forward
from tasks.kernels.room import room
from tasks.kernels.running import Compiled
from tasks.kernels.tiles import ITEMS, ROWS
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
            blocks, rows, 4, lanes)`, none of them if the layer is not differentiable, and the inputs of the products in
            tiles, if it multiplies so.

        Raises:
            ValueError: an index is none of the table's rows.
        """
        _check(indices, len(table))
        (steps, rows), (blocks, lanes) = indices.shape, self._blocks
        hidden = room((steps + 1, rows, self.layer.units), h.dtype)
        cells = room((steps + 1, blocks, rows, lanes), np.float32)
        gates = room((steps if self.layer.differentiable else 0, blocks, rows, GATES, lanes), self.layer.gate_dtype)
        inputs = self._panels(steps + 1 if self.layer.differentiable else 2, self.layer.units)
        hidden[0], cells[0] = h, self._by_block(c)
        if inputs.size:
            inputs[0] = self._in_tiles(h)
        threads = min(threads, blocks)  # one without a block would only be waited for, at each step
        self._forward.run(threads, steps, indices, table, weights, hidden, cells, gates, inputs, *keep)
        for kept in keep if self.layer.differentiable and inputs.size else ():
            step, row = np.nonzero(kept == 0)
            inputs[step, row // ROWS, :, row % ROWS] = 0  # the products were, and so is what the weights have from them
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
            ValueError: as forward.
        """
        _check(indices, table_rows)
        steps, rows, columns = *indices.shape, GATES * self.layer.units
        d_z = self._panels(steps, columns)
        if not d_z.size:
            d_z = room((steps, rows, columns), d_outputs.dtype)
        d_table = np.zeros((table_rows, columns), np.float32)
        d_h, d_c = self._by_block(d_h), self._by_block(d_c)
        threads = min(threads, self.layer.blocks_backward)
        made = d_h, d_c, d_z, d_table
        self._backward.run(threads, steps, indices, weights, d_outputs, cells, gates, *made, *keep)
        return d_z, d_table, self._by_row(d_h), self._by_row(d_c)

    @property
    def _blocks(self) -> tuple[int, int]:
        return self.layer.blocks_forward, self.layer.processor.lanes

    def _by_block(self, state: np.ndarray) -> np.ndarray:
        """A state `(rows, units)` as a new one `(blocks, rows, lanes)`: what a thread works on lies together."""
        return np.stack(np.split(state, self.layer.blocks_forward, 1))

    def _by_row(self, state: np.ndarray) -> np.ndarray:
        return np.concatenate(list(state), 1)

    def _panels(self, steps: int, inner: int) -> np.ndarray:
        """Where inputs of a product with tiles go; nothing if it has none."""
        if self.layer.method != "tiles":
            return np.empty(0, ml_dtypes.bfloat16)
        shape = steps, -(-self.rows // ROWS), inner // (2 * ITEMS), ROWS, 2 * ITEMS
        return room(shape, ml_dtypes.bfloat16) if self.rows % ROWS == 0 else np.zeros(shape, ml_dtypes.bfloat16)

    def _in_tiles(self, rows: np.ndarray) -> np.ndarray:
        """Rows `(rows, n)` as `(tiles of rows, tiles of n, 16, 32)`, with rows of zeros after the last."""
        padded = np.pad(rows, ((0, -len(rows) % ROWS), (0, 0)))
        return padded.reshape(-1, ROWS, rows.shape[1] // (2 * ITEMS), 2 * ITEMS).transpose(0, 2, 1, 3)


def weight_gradient(threads: int, inputs: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """The product of inputs and gradients over steps and rows, the gradient of weights; both as the loops gave them.

    Args:
        threads: how many share the work at most; it changes no bit.
        inputs: bfloat16 `(steps, tiles of rows, tiles of units, 16, 32)`.
        gradients: bfloat16 `(steps, tiles of rows, tiles of columns, 16, 32)`.

    Returns:
        `(units, columns)` float32.
    """
    count = inputs.shape[0] * inputs.shape[1]
    units, columns = (2 * ITEMS * one.shape[2] for one in (inputs, gradients))
    products = room((units, columns), np.float32)
    scratch = (room((size,), np.int32) for size in scratch_items(count, units, columns, threads))
    _weight_gradient(units, columns).run(threads, count, inputs, gradients, products, *scratch)
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
