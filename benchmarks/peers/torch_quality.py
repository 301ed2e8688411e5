"""PyTorch beside charflow in quality: the preset quick's LSTM, trained for as many seconds by a recipe of its own.

The recipe is the usual one: AdamW with decoupled decay, a linear warm-up and a cosine over the time that there is,
gradients clipped, dropout before and after the layer, the state carried from window to window, and bfloat16 by autocast
or in oneDNN where a step is faster so. Batch and rate are tuned by training with each; the lowest loss is the peer.
"""

import argparse
import functools
import itertools
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from benchmarks.peers.shapes import SHAPES
from benchmarks.peers.torch_training import loss_of, prepare
from benchmarks.side_by_side import Peer, median_seconds

if TYPE_CHECKING:
    import torch

    from tasks.data.ids import Ids

Precision = Literal["float32", "autocast", "oneDNN bfloat16"]
Splits = Callable[[argparse.Namespace], tuple["Ids", "Ids", Any]]

BATCHES, RATES = (32, 64, 128), (2e-3, 4e-3, 8e-3)
BETAS, DECAY, CLIP, DROPOUT = (0.9, 0.99), 0.1, 1.0, 0.1
WARM_UP_SHARE, LEAST_SHARE = 0.05, 0.05
WINDOW, CARRIED_ROWS, COLD_ROWS, MOST = 256, 16, 64, 1 << 20  # as charflow measures its own losses


def peers(splits: Splits) -> dict[str, Peer]:
    """One for each batch and rate, on the splits that a function gives."""
    return {
        f"PyTorch LSTM, batch {batch}, rate {peak:g}": functools.partial(equal_seconds, splits, batch, peak)
        for batch in BATCHES
        for peak in RATES
    }


def equal_seconds(splits: Splits, batch: int, peak: float, options: argparse.Namespace) -> dict[str, float]:
    """Training for the seconds that the preset quick took in this round, its validations and previews included."""
    prepare("float32")
    training, validation, vocabulary = splits(options)
    seconds = options.measured["charflow quick"]["all_seconds"]
    network = _network(vocabulary.size)
    steps, taken = _train(network, training, batch, peak, seconds)
    network.eval()
    carried = _loss(network, validation, CARRIED_ROWS, carried=True)
    cold = _loss(network, validation, COLD_ROWS, carried=False)
    return {"seconds": taken, "cold": cold, "carried": carried, "steps": steps}


def share_of_peak(done: float) -> float:
    """The rate once so great a share of the time is over, as a share of the peak."""
    if done < WARM_UP_SHARE:
        return max(done / WARM_UP_SHARE, 0.01)
    fallen = min(1.0, (done - WARM_UP_SHARE) / (1 - WARM_UP_SHARE))
    return LEAST_SHARE + (1 - LEAST_SHARE) * (1 + math.cos(math.pi * fallen)) / 2


def _network(size: int) -> Any:
    import torch

    shape = SHAPES["quick"]

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = torch.nn.Embedding(size, shape.embedding)
            self.lstm = torch.nn.LSTM(shape.embedding, shape.units)
            self.dense = torch.nn.Linear(shape.units, size)
            self.dropout = torch.nn.Dropout(DROPOUT)

        def forward(self, ids: "torch.Tensor", state: Any) -> tuple["torch.Tensor", Any]:
            outputs, state = self.lstm(self.dropout(self.embedding(ids)), state)
            return self.dense(self.dropout(outputs)), state

    return Network()


def _train(network: Any, ids: "Ids", batch: int, peak: float, seconds: float) -> tuple[int, float]:
    """Train for so long; gives the steps and the seconds that they took."""
    import torch

    from tasks.data.batches import Streams

    streams = Streams(ids=ids, batch_size=batch, sequence_length=SHAPES["quick"].length, seed=1)
    precision = _fastest(network, streams.batch(0))
    optimizer = torch.optim.AdamW(network.parameters(), lr=peak, betas=BETAS, weight_decay=DECAY, fused=True)
    started, state = time.perf_counter(), None
    for step in itertools.count(1):
        optimizer.param_groups[0]["lr"] = peak * share_of_peak((time.perf_counter() - started) / seconds)
        state = _gradient(network, streams.batch(step - 1), state, precision)
        state = None if streams.resets_state(step) else tuple(part.detach() for part in state)
        torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP)
        optimizer.step()
        taken = time.perf_counter() - started
        if taken >= seconds:
            return step, taken
    raise AssertionError


def _fastest(network: Any, batch: Any) -> Precision:
    """The precision in which a step is fastest; the choice takes none of the time."""
    choices: tuple[Precision, ...] = ("float32", "autocast", "oneDNN bfloat16")
    return min(choices, key=lambda one: median_seconds(lambda: _gradient(network, batch, None, one), 1, 3))


def _gradient(network: Any, batch: Any, state: Any, precision: Precision) -> Any:
    """Leave the gradient of the loss of a batch in the network; gives the state after it."""
    import torch

    torch.backends.mkldnn.rnn.fp32_precision = "bf16" if precision == "oneDNN bfloat16" else "none"
    torch.backends.mkldnn.matmul.fp32_precision = "bf16" if precision == "oneDNN bfloat16" else "none"
    network.zero_grad(set_to_none=True)
    with torch.autocast("cpu", torch.bfloat16, enabled=precision == "autocast"):
        logits, state = network(_tensor(batch.inputs), state)
        loss = loss_of(logits, _tensor(batch.targets))
    loss.backward()
    return state


def _loss(network: Any, ids: "Ids", rows: int, *, carried: bool) -> float:
    """The mean loss in nats, in float32, with the state carried on or in windows that each begin from zero."""
    import torch

    from tasks.data.batches import held_out

    torch.backends.mkldnn.rnn.fp32_precision = torch.backends.mkldnn.matmul.fp32_precision = "none"
    held = held_out(ids, rows=rows, length=WINDOW, most=MOST)
    state, total = None, 0.0
    with torch.no_grad():
        for inputs, targets, weights in zip(held.inputs, held.targets, held.weights, strict=True):
            logits, state = network(_tensor(inputs), state if carried else None)
            each = torch.nn.functional.cross_entropy(logits.transpose(1, 2), _tensor(targets), reduction="none")
            total += float((each * torch.from_numpy(weights.T)).sum())
    return total / float(held.weights.sum())


def _tensor(rows: np.ndarray) -> "torch.Tensor":
    """Time-major, int64."""
    import torch

    return torch.from_numpy(rows.T.astype(np.int64))
