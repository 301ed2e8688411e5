"""PyTorch beside charflow in training: its own layers, and layers written by hand, each in the precisions it has.

All are time-major, with the fused Adam, denormal numbers flushed to zero, and nothing read back during a step.
"""

import argparse
import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from benchmarks.peers.shapes import Shape, ids_of, processors, rate, shape_of, windows
from benchmarks.side_by_side import Peer

if TYPE_CHECKING:
    import torch

Setting = Literal["float32", "autocast", "master weights", "oneDNN bfloat16", "MKL"]
Make = Callable[[int, Shape], Any]


def peer(options: argparse.Namespace, make: Make, setting: Setting) -> dict[str, float]:
    """The step of a network that is made of the size of the vocabulary and the shape."""
    prepare(setting)
    shape, (ids, size) = shape_of(options), ids_of(options)
    network, seen = make(size, shape), tensors(windows(ids, shape))
    step = master_step(network, seen) if setting == "master weights" else plain_step(network, seen, setting)
    return rate(step, shape.characters)


def prepare(setting: Setting) -> None:
    """Set what holds for the whole process: threads, seed, denormal numbers, and what multiplies."""
    import torch

    torch.set_num_threads(processors())
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    if setting == "MKL":
        torch.backends.mkldnn.enabled = False
    if setting == "oneDNN bfloat16":
        torch.backends.mkldnn.rnn.fp32_precision = "bf16"
        torch.backends.mkldnn.matmul.fp32_precision = "bf16"


def tensors(seen: Iterator[tuple[np.ndarray, np.ndarray]]) -> "Iterator[tuple[torch.Tensor, torch.Tensor]]":
    """Inputs and targets time-major, `(length, batch)` int64."""
    import torch

    for inputs, targets in seen:
        yield torch.from_numpy(inputs.T.astype(np.int64)), torch.from_numpy(targets.T.astype(np.int64))


def loss_of(logits: "torch.Tensor", targets: "torch.Tensor") -> "torch.Tensor":
    """The mean cross-entropy, in float32."""
    import torch

    return torch.nn.functional.cross_entropy(logits.flatten(0, 1).float(), targets.flatten())


def plain_step(network: Any, seen: Iterator[Any], setting: Setting) -> Callable[[], None]:
    """A step of weights in float32; in bfloat16 by autocast, where that is the setting."""
    import torch

    optimizer = torch.optim.Adam(network.parameters(), fused=True)

    def step() -> None:
        inputs, targets = next(seen)
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=setting == "autocast"):
            loss = loss_of(network(inputs), targets)
        loss.backward()
        optimizer.step()

    return step


def master_step(network: Any, seen: Iterator[Any]) -> Callable[[], None]:
    """A step of a network in bfloat16, whose weights Adam keeps in float32."""
    import torch

    masters = [weights.detach().clone() for weights in network.parameters()]
    working = list(network.bfloat16().parameters())
    optimizer = torch.optim.Adam(masters, fused=True)

    def step() -> None:
        inputs, targets = next(seen)
        loss_of(network(inputs), targets).backward()
        for master, weights in zip(masters, working, strict=True):
            master.grad, weights.grad = weights.grad.float(), None
        optimizer.step()
        with torch.no_grad():
            torch._foreach_copy_(working, masters)

    return step


def stock(size: int, shape: Shape) -> Any:
    """`nn.Embedding`, `nn.LSTM` and `nn.Linear`."""
    import torch

    class Stock(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = torch.nn.Embedding(size, shape.embedding)
            self.lstm = torch.nn.LSTM(shape.embedding, shape.units)
            self.dense = torch.nn.Linear(shape.units, size)

        def forward(self, ids: "torch.Tensor") -> "torch.Tensor":
            return self.dense(self.lstm(self.embedding(ids))[0])

    return Stock()


def cell(size: int, shape: Shape, **how: Any) -> Any:
    """The layers of `torch_cells`."""
    from benchmarks.peers.torch_cells import Cells

    return Cells(size, shape, **how)


_COMPILED: Make = functools.partial(cell, scan="unrolled", gates="compiled")


def _table(dtype: str, gates: str) -> Make:
    return functools.partial(cell, scan="by hand", dtype=dtype, gates=gates)


_ALL: dict[str, tuple[Make, Setting]] = {
    "PyTorch nn.LSTM, float32": (stock, "float32"),
    "PyTorch nn.LSTM, float32, MKL": (stock, "MKL"),
    "PyTorch nn.LSTM, bfloat16 in oneDNN": (stock, "oneDNN bfloat16"),
    "PyTorch nn.LSTM, bfloat16 autocast": (stock, "autocast"),
    "PyTorch nn.LSTM, bfloat16, float32 master weights": (stock, "master weights"),
    "PyTorch cell, compiled, float32": (_COMPILED, "float32"),
    "PyTorch cell, compiled, bfloat16 autocast": (_COMPILED, "autocast"),
    "PyTorch table and loop, float32": (_table("float32", "eager"), "float32"),
    "PyTorch table and loop, bfloat16": (_table("bfloat16", "eager"), "float32"),
    "PyTorch table and loop, float32, compiled gates": (_table("float32", "compiled"), "float32"),
    "PyTorch table and loop, bfloat16, compiled gates": (_table("bfloat16", "compiled"), "float32"),
}
PEERS: dict[str, Peer] = {
    name: functools.partial(peer, make=make, setting=setting) for name, (make, setting) in _ALL.items()
}
