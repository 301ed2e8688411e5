"""An LSTM written by hand in PyTorch: a table in place of embedding and input product, as charflow has it.

The table, `(characters, 4 units)`, is made once a step: its rows are the input product of each character, with the
biases. `unrolled` leaves the gradient to PyTorch, and is meant to be compiled; `by hand` has its own, in which the
gradient of the recurrent weights is a single product over the whole window.
"""

from collections.abc import Callable
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.peers.shapes import Shape

Scan = Literal["unrolled", "by hand"]
Gates = Literal["eager", "compiled"]
Function = Callable[..., Any]
PARTS = 4  # of a window, that are compiled alike: a whole one takes minutes


class Cells(nn.Module):
    """From ids `(length, batch)` to logits `(length, batch, characters)`."""

    def __init__(self, size: int, shape: Shape, scan: Scan, dtype: str = "float32", gates: Gates = "eager") -> None:
        """Of so many characters; by hand, the products are in this dtype, and the gates are compiled or not."""
        super().__init__()
        self.embedding = nn.Embedding(size, shape.embedding)
        self.input = nn.Linear(shape.embedding, 4 * shape.units)
        self.recurrent = nn.Linear(shape.units, 4 * shape.units, bias=False)
        self.dense = nn.Linear(shape.units, size)
        self.scan, self.dtype = scan, getattr(torch, dtype)
        self.unrolled = torch.compile(_unrolled) if gates == "compiled" else _unrolled
        both = (_forward_gates, _backward_gates)
        self.gates = tuple(map(torch.compile, both)) if gates == "compiled" else both

    def forward(self, ids: Tensor) -> Tensor:
        """The logits; the state begins at zero."""
        table = self.input(self.embedding.weight).float()
        if self.scan == "unrolled":
            return self.dense(self._outputs(ids, table))
        hidden = _ByHand.apply(table, self.recurrent.weight, ids, self.dtype, *self.gates)
        # The output layer multiplies in the type of the loop's products, as charflow's does.
        return functional.linear(hidden, self.dense.weight.to(self.dtype), self.dense.bias.to(self.dtype))

    def _outputs(self, ids: Tensor, table: Tensor) -> Tensor:
        # Of the types that the state has later on, so that no part is compiled twice.
        dtype = torch.bfloat16 if torch.is_autocast_enabled("cpu") else torch.float32
        state = torch.zeros(2, ids.shape[1], self.dense.in_features)
        hidden, cells = state[0].to(dtype).requires_grad_(), state[1].clone().requires_grad_()
        outputs = []
        for part in ids.chunk(PARTS):
            made, hidden, cells = self.unrolled(part, table, self.recurrent.weight, hidden, cells)
            outputs.append(made)
        return torch.cat(outputs)


def _unrolled(
    ids: Tensor, table: Tensor, weights: Tensor, hidden: Tensor, cells: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """The outputs of a part of a window, `(part, batch, units)`, and the state after it."""
    outputs = []
    for row in ids:
        product = functional.linear(hidden, weights)
        hidden, cells, _ = _forward_gates(functional.embedding(row, table), product, cells)
        outputs.append(hidden)
    return torch.stack(outputs), hidden, cells


def _forward_gates(given: Tensor, product: Tensor, cells: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The outputs and the cells, `(batch, units)`, and the gates that the gradient needs, `(batch, 4 units)`."""
    i, f, g, o = (given + product).chunk(4, 1)
    i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
    cells = f * cells + i * g
    return (o * torch.tanh(cells)).to(product.dtype), cells, torch.cat([i, f, g, o], 1)


def _backward_gates(
    d_hidden: Tensor, d_next: Tensor, d_cells: Tensor, gates: Tensor, cells: Tensor, before: Tensor
) -> tuple[Tensor, Tensor]:
    """The gradients of what the gates are made of, `(batch, 4 units)`, and of the cells before."""
    i, f, g, o = gates.chunk(4, 1)
    d_hidden, squashed = d_hidden.float() + d_next.float(), torch.tanh(cells)
    d_cells = d_cells + d_hidden * o * (1 - squashed * squashed)
    d_i, d_f, d_g = d_cells * g * i * (1 - i), d_cells * before * f * (1 - f), d_cells * i * (1 - g * g)
    d_z = torch.cat([d_i, d_f, d_g, d_hidden * squashed * o * (1 - o)], 1)
    return d_z.to(d_next.dtype), d_cells * f


class _ByHand(torch.autograd.Function):
    """The loop over a window with its gradient; products in a dtype of their own, state and gates in float32."""

    @staticmethod
    def forward(
        ctx: Any, table: Tensor, weights: Tensor, ids: Tensor, dtype: torch.dtype, forward: Function, backward: Function
    ) -> Tensor:
        weights = weights.to(dtype)
        cells = torch.zeros(ids.shape[1], weights.shape[1])
        hidden, all_hidden, all_cells, all_gates = cells.to(dtype), [], [cells], []
        for row in ids:
            hidden, cells, gates = forward(table[row], hidden @ weights.T, cells)
            all_hidden.append(hidden)
            all_cells.append(cells)
            all_gates.append(gates)
        outputs = torch.stack(all_hidden)
        ctx.save_for_backward(table, weights, ids, outputs)
        ctx.kept = all_cells, all_gates, backward
        return outputs

    @staticmethod
    def backward(ctx: Any, d_outputs: Tensor) -> tuple[Tensor | None, ...]:
        table, weights, ids, outputs = ctx.saved_tensors
        all_cells, all_gates, backward = ctx.kept
        d_hidden, d_cells = torch.zeros_like(outputs[0]), torch.zeros_like(all_cells[0])
        d_z = torch.empty(len(ids), ids.shape[1], len(weights), dtype=weights.dtype)
        for place in reversed(range(len(ids))):
            now, before = all_cells[place + 1], all_cells[place]
            made, d_cells = backward(d_outputs[place], d_hidden, d_cells, all_gates[place], now, before)
            d_z[place] = made
            d_hidden = made @ weights
        d_weights = d_z[1:].flatten(0, 1).T @ outputs[:-1].flatten(0, 1)
        d_table = torch.zeros_like(table).index_add_(0, ids.flatten(), d_z.flatten(0, 1).float())
        return d_table, d_weights.float(), None, None, None, None
