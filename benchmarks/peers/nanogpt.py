"""nanoGPT's recipe for CPUs: 4 layers, 4 heads, 128 wide, windows of 64, batch 12, 2000 steps, no dropout.

It is trained with PyTorch's own transformer layers; its published loss is 1.88, and 1.4697 that of the GPU recipe.
"""

import argparse
import functools
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.side_by_side import Peer

if TYPE_CHECKING:
    from tasks.data.ids import Ids

Splits = Callable[[argparse.Namespace], tuple["Ids", "Ids", Any]]

WIDTH, HEADS, DEPTH, WINDOW, ROWS, STEPS = 128, 4, 4, 64, 12, 2000


def train(splits: Splits, options: argparse.Namespace) -> dict[str, float]:
    """A small transformer as nanoGPT's README trains it on a laptop's CPU."""
    import torch

    *both, vocabulary = splits(options)
    training, validation = (ids[:] for ids in both)
    torch.manual_seed(1)
    model = _transformer(vocabulary.size)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=0.1)
    data, started = torch.from_numpy(training.astype(np.int64)), time.perf_counter()
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = _rate(step)
        places = torch.randint(len(data) - WINDOW, (ROWS,))
        batch = torch.stack([data[place : place + WINDOW + 1] for place in places])
        loss = _loss(model, batch)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    seconds = time.perf_counter() - started
    windows = torch.from_numpy(validation[: len(validation) // (WINDOW + 1) * (WINDOW + 1)].astype(np.int64))
    with torch.no_grad():
        losses = [_loss(model.eval(), part).item() for part in windows.reshape(-1, WINDOW + 1).split(64)]
    return {"seconds": seconds, "cold": float(np.mean(losses))}


def _rate(step: int) -> float:
    warm_up, peak, least = 100, 1e-3, 1e-4
    if step < warm_up:
        return peak * (step + 1) / (warm_up + 1)
    return least + 0.5 * (peak - least) * (1 + math.cos(math.pi * (step - warm_up) / (STEPS - warm_up)))


def _transformer(size: int) -> Any:
    import torch
    from torch import nn

    class Transformer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.characters, self.places = nn.Embedding(size, WIDTH), nn.Embedding(WINDOW, WIDTH)
            options: dict[str, Any] = {"dropout": 0.0, "activation": "gelu", "batch_first": True, "norm_first": True}
            layers = [nn.TransformerEncoderLayer(WIDTH, HEADS, 4 * WIDTH, **options) for _ in range(DEPTH)]
            self.layers, self.norm = nn.ModuleList(layers), nn.LayerNorm(WIDTH)

        def forward(self, ids: Any) -> Any:
            x = self.characters(ids) + self.places.weight[: ids.shape[1]]
            mask = nn.Transformer.generate_square_subsequent_mask(ids.shape[1])
            for layer in self.layers:
                x = layer(x, src_mask=mask, is_causal=True)
            return self.norm(x) @ self.characters.weight.T

    model = Transformer()
    for name, weights in model.named_parameters():
        if weights.dim() > 1:
            deviation = 0.02 / math.sqrt(2 * DEPTH) if name.endswith(("out_proj.weight", "linear2.weight")) else 0.02
            torch.nn.init.normal_(weights, 0.0, deviation)
    return model


def _loss(model: Any, batch: Any) -> Any:
    import torch

    logits = model(batch[:, :-1])
    return torch.nn.functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), batch[:, 1:].reshape(-1))


def peers(splits: Splits) -> dict[str, Peer]:
    """The recipe, on the splits that a function gives."""
    return {"nanoGPT's CPU recipe": functools.partial(train, splits)}
