"""What the loops take of a recurrent cell: its gates and states, and what it computes after the products of a step."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from tasks.kernels.values import Number


class After(NamedTuple):
    """A vector of units after a step: the output, the memory, and what the backward pass reads."""

    output: Number
    memory: Number
    saved: tuple[Number, ...]


@dataclass(frozen=True)
class CellStep:
    """A cell's step.

    Attributes:
        gates: how many parts its weights have, side by side.
        states: how many it has: its memory, float32, and before it its output unless that is the memory itself.
        apart: whether it takes the product of its own outputs, which then has a bias of its own, apart from that of the
            inputs.
        emit: the code after the products, from vectors by gate of its own outputs' product and of what the inputs
            add to it, and from the memory before; each is loaded when the step takes it.
    """

    gates: int
    states: int
    apart: bool
    emit: Callable[[Iterable[Number], Iterable[Number], Callable[[], Number]], After]
