"""Emits the two loops of a recurrent layer over a sequence: forward, and backward for its gradients.

Each thread has some of the units for itself, in all rows of the batch. Only the outputs of a step, and backward the
gradients of its products, are read by all: each step has one barrier. A thread reads the same part of the
weights at every step; what does not fit into its cache comes from the last one, which is what limits wide layers: so
every other step goes through the blocks backwards, and the next block is fetched while the gates of one are computed.
What only the loops read lies by block of units, so that a block's gates and states follow each other in memory: by row,
they would lie powers of two apart, in the same few lines of the first cache. No sum depends on the number of threads.
"""

from collections.abc import Callable
from typing import Protocol

from tasks.kernels.emitting import Code
from tasks.kernels.layer import Layer
from tasks.kernels.panels import Panels
from tasks.kernels.values import FLOAT, INT, Memory, Number

NUMBERS = "thread", "threads", "steps"
KEEP = "keep"  # the last argument of both loops, where the state is reset


class ForwardStep(Protocol):
    """The gates of a step after its product, for a block, a vector of units, of a row."""

    def emit(self, t: Number, row: Number, block: Number, products: Memory) -> None:
        """Products are by gate and lane."""


class BackwardStep(Protocol):
    """The gradients of a step's gates, for a block, a vector of units, of a row."""

    def emit(self, t: Number, row: Number, block: Number) -> None:
        """After the step that follows."""


def forward_loop(
    layer: Layer, rows: int, arguments: tuple[str, ...], step: Callable[[Code, Layer, int], ForwardStep]
) -> str:
    """The code of a cell's steps, each after the product of its hidden outputs before and the weights."""
    code, lanes, gates = Code("forward", NUMBERS, _arguments(layer, arguments)), layer.processor.lanes, layer.gates
    product, inputs, forward = layer.product_forward(rows), Outputs(code, layer, rows), step(code, layer, rows)
    weights = code.memory("weights", INT, *product.weight_strides)
    products = code.scratch(rows * gates * lanes, gates * lanes, lanes, 1)
    first, last = code.share("thread", "threads", layer.blocks_forward)
    with code.loop(0, code.number("steps")) as t:
        with code.loop(first, last) as turn:
            block = _zigzag(t, first, last, turn)
            product.emit(code, weights.at(block), inputs.at(t), products)
            following = weights.at(_zigzag(t, first, last, (turn + 1).at_most(last - 1)))
            with code.loop(0, rows) as row:
                product.prefetch(code, following, row)
                forward.emit(t, row, block, products.at(row))
        code.barrier("counter", "threads")
    return code.finish()


def backward_loop(
    layer: Layer, rows: int, arguments: tuple[str, ...], step: Callable[[Code, Layer, int], BackwardStep]
) -> str:
    """The code of their gradients, each before the product of its d_z and the weights: d_h of the step before."""
    code, lanes = Code("backward", NUMBERS, _arguments(layer, arguments)), layer.processor.lanes
    vectors, product = layer.vectors_backward, layer.product_backward(rows)
    at_once = min(vectors, 2)  # of bfloat16 they fill a line of the cache
    inputs, keep, backward = Gradients(code, layer, rows), Keep(code, layer, rows), step(code, layer, rows)
    weights = code.memory("weights", INT, *product.weight_strides)
    results = code.memory("d_h", FLOAT, rows * vectors * lanes, lanes, rows * lanes, 1)
    first, last = code.share("thread", "threads", layer.blocks_backward)
    with code.loop(0, code.number("steps")) as passed:
        t = code.number("steps") - passed - 1
        with code.loop(first * vectors, last * vectors, at_once) as block, code.loop(0, rows) as row:
            for number in range(at_once):
                backward.emit(t, row, block + number)
        code.barrier("counter", "threads")
        with code.loop(first, last) as turn:
            block = _zigzag(t, first, last, turn)
            product.emit(code, weights.at(block), inputs.at(t), results.at(block))
            if layer.resets:
                with code.loop(0, rows) as row:
                    keep.emit_reset(t, row, results.at(block, row), vectors)
    return code.finish()


def _zigzag(t: Number, first: Number, last: Number, turn: Number) -> Number:
    """The block of a turn: every other step goes back through them, as the last ones are still in the cache."""
    return turn + t % 2 * (first + last - 1 - turn - turn)


class Outputs:
    """The outputs of each step, which the next one's product takes: by row, and in tiles where it reads them so."""

    def __init__(self, code: Code, layer: Layer, rows: int) -> None:
        product, shape = layer.product_forward(rows), (rows * layer.units, layer.units, 1)
        self._hidden, self._lanes = code.memory("hidden", layer.kind, *shape), layer.processor.lanes
        self._inputs = code.memory("hidden", INT, *product.input_strides)
        count = None if layer.differentiable else 2
        self._panels = Panels(code, product, "panels", count) if layer.method == "tiles" else None

    def at(self, t: Number) -> Memory:
        """What the product of a step takes."""
        return (self._panels or self._inputs).at(t)

    def store(self, t: Number, row: Number, block: Number, h: Number) -> None:
        """Write a block of a row, for the product of step t."""
        self._hidden.at(t, row, block * self._lanes).store(h)
        if self._panels:
            self._panels.store(t, row, block * self._lanes, h)


class Gradients:
    """The gradients of each step's products: by row, or in tiles where products read them so."""

    def __init__(self, code: Code, layer: Layer, rows: int) -> None:
        product, columns, self._layer = layer.product_backward(rows), layer.gates * layer.units, layer
        self._d_z = code.memory("d_z", layer.kind, rows * columns, columns, layer.units, 1)
        self._inputs = code.memory("d_z", INT, *product.input_strides)
        self._panels = Panels(code, product, "d_z") if layer.method == "tiles" else None

    def at(self, t: Number) -> Memory:
        """What the product of a step takes."""
        return (self._panels or self._inputs).at(t)

    def store(self, t: Number, row: Number, gate: int, block: Number, gradient: Number) -> None:
        """Write a block of a row."""
        unit = block * self._layer.processor.lanes
        if self._panels:
            self._panels.store(t, row, unit + gate * self._layer.units, gradient)
        else:
            self._d_z.at(t, row, gate, unit).store(gradient)


class Keep:
    """Where the state is kept; everywhere, at no cost, if the layer resets none."""

    def __init__(self, code: Code, layer: Layer, rows: int) -> None:
        self._lanes = layer.processor.lanes
        self._keep = code.memory(KEEP, FLOAT, rows, 1) if layer.resets else None

    def at(self, t: Number, row: Number) -> Callable[[Number], Number]:
        """What makes of a vector that comes from the state before a step, or goes back to it, what is kept of it."""
        if self._keep is None:
            return lambda number: number
        keep = self._keep.at(t, row).load_broadcast(self._lanes)
        return lambda number: number * keep

    def emit_reset(self, t: Number, row: Number, d_h: Memory, vectors: int) -> None:
        """After the step's product: nothing goes back through a state that was reset; `d_h` is by vector and lane."""
        kept = self.at(t, row)
        for vector in range(vectors):
            d_h.at(vector).store(kept(d_h.at(vector).load(self._lanes)))


def _arguments(layer: Layer, pointers: tuple[str, ...]) -> tuple[str, ...]:
    return (*pointers, KEEP) if layer.resets else pointers
