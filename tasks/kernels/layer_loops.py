"""What the loops of every cell share: compiling, checks of arrays, and how states and inputs of products lie."""

import functools
from collections.abc import Callable
from typing import ClassVar

import ml_dtypes
import numpy as np

from tasks.kernels.arguments import check_indices, check_keep
from tasks.kernels.layer import Layer
from tasks.kernels.panels import in_tiles, shape_of_panel
from tasks.kernels.room import room
from tasks.kernels.running import Compiled
from tasks.kernels.tiles import ROWS


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

    @property
    def _by_block_shape(self) -> tuple[int, int, int]:
        """Blocks, rows and lanes: how a state lies that only the loops read."""
        return self.layer.blocks_forward, self.rows, self.layer.processor.lanes

    def _by_block(self, state: np.ndarray) -> np.ndarray:
        """A state `(rows, units)` as a new one by block."""
        return np.stack(np.split(state, self.layer.blocks_forward, 1))

    def _by_row(self, state: np.ndarray) -> np.ndarray:
        return np.concatenate(list(state), 1)

    def _saved_shape(self, steps: int, count: int) -> tuple[int, ...]:
        blocks, rows, lanes = self._by_block_shape
        return steps, blocks, rows, count, lanes

    def _saved(self, steps: int, count: int) -> np.ndarray:
        """Where so many numbers of each unit are kept for the backward pass, if there will be one."""
        return room(self._saved_shape(steps if self.layer.differentiable else 0, count), self.layer.gate_dtype)

    def _panels(self, steps: int, inner: int) -> np.ndarray:
        """Where inputs of a product with tiles go; nothing if it has none."""
        if self.layer.method != "tiles":
            return np.empty(0, ml_dtypes.bfloat16)
        shape = steps, *shape_of_panel(self.rows, inner)
        return room(shape, ml_dtypes.bfloat16) if self.rows % ROWS == 0 else np.zeros(shape, ml_dtypes.bfloat16)

    def _first_panels(self, steps: int, h: np.ndarray) -> np.ndarray:
        """Where the outputs go that products with tiles take, the first ones `(rows, units)` in their place."""
        panels = self._panels(steps + 1 if self.layer.differentiable else 2, self.layer.units)
        if panels.size:
            panels[0] = in_tiles(h)
        return panels

    def _forget(self, panels: np.ndarray, keep: tuple[np.ndarray, ...]) -> None:
        """Outputs that a step did not go on from are zeros in the gradient of the weights, too."""
        for kept in keep if self.layer.differentiable and panels.size else ():
            step, row = np.nonzero(kept == 0)
            panels[step, row // ROWS, :, row % ROWS] = 0

    def _d_z(self, steps: int) -> np.ndarray:
        """Where the gradients of products go, by row or in tiles."""
        columns = self.gates * self.layer.units
        panels = self._panels(steps, columns)
        return panels if panels.size else room((steps, self.rows, columns), np.dtype(self.dtype))
