"""Time of training to a quality: charflow's presets quick and best beside nanoGPT's CPU recipe.

The text is split as nanoGPT splits it, the first nine tenths to train on and the last to validate. Losses are in nats
per character on the whole validation split: cold, in windows of 256 from a zero state, and carried, as one reads on.
nanoGPT's recipe for CPUs (4 layers, 4 heads, 128 wide, windows of 64, batch 12, 2000 steps, no dropout) is trained
here with PyTorch's own transformer layers; its published loss is 1.88, and 1.4697 that of its GPU recipe.

    python benchmarks/time_to_quality.py --corpus tinyshakespeare.txt --json quality.json

PyTorch comes with the extra `benchmark`.
"""

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.side_by_side import arguments, run, text_of

if TYPE_CHECKING:
    from tasks.learning.presets import PresetName

NANOGPT_PUBLISHED = 1.4697
WIDTH, HEADS, DEPTH, WINDOW, ROWS, STEPS = 128, 4, 4, 64, 12, 2000


def _splits(options: argparse.Namespace) -> tuple[Any, Any, Any]:
    from tasks.data.ids import Ids
    from tasks.text.vocabulary import vocabulary_of

    text = text_of(options)
    vocabulary = vocabulary_of(text)
    ids = vocabulary.encode(text)
    place = int(0.9 * len(ids))
    return Ids.of(ids[:place]), Ids.of(ids[place:]), vocabulary


def charflow(options: argparse.Namespace, preset: "PresetName") -> dict[str, float]:
    """A preset from start to end; seconds are of the steps, all seconds with validations and previews."""
    from tasks.learning.presets import resolve
    from tasks.learning.training import train

    training, validation, vocabulary = _splits(options)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        kept, shared = Path(folder, "kept"), Path(folder, "shared")
        trained = train(training, validation, vocabulary, resolve(preset, {}), kept, shared)
    seconds = {"seconds": trained.run.seconds, "all_seconds": time.perf_counter() - started}
    return {**seconds, "cold": trained.loss_cold, "carried": trained.loss_carried}


def nanogpt(options: argparse.Namespace) -> dict[str, float]:
    """A small transformer as nanoGPT's README trains it on a laptop's CPU."""
    import torch

    training, validation, vocabulary = _splits(options)
    training, validation = training[:], validation[:]
    torch.manual_seed(1)
    model = _transformer(vocabulary.size)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=0.1)
    data, started = torch.from_numpy(training.astype(np.int64)), time.perf_counter()
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = _nanogpt_rate(step)
        places = torch.randint(len(data) - WINDOW, (ROWS,))
        batch = torch.stack([data[place : place + WINDOW + 1] for place in places])
        loss = _torch_loss(model, batch)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    seconds = time.perf_counter() - started
    windows = torch.from_numpy(validation[: len(validation) // (WINDOW + 1) * (WINDOW + 1)].astype(np.int64))
    with torch.no_grad():
        losses = [_torch_loss(model.eval(), part).item() for part in windows.reshape(-1, WINDOW + 1).split(64)]
    return {"seconds": seconds, "cold": float(np.mean(losses))}


def _nanogpt_rate(step: int) -> float:
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


def _torch_loss(model: Any, batch: Any) -> Any:
    import torch

    logits = model(batch[:, :-1])
    return torch.nn.functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), batch[:, 1:].reshape(-1))


PEERS = {
    "charflow quick": lambda options: charflow(options, "quick"),
    "charflow best": lambda options: charflow(options, "best"),
    "nanoGPT's CPU recipe": nanogpt,
}


def ratios(medians: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The figures that the README quotes; seconds are infinite where the loss was not reached."""
    quick, best, peer = (medians[name] for name in PEERS)
    return {
        "seconds_to_nanogpt": quick["seconds"] if quick["cold"] <= NANOGPT_PUBLISHED else math.inf,
        "cold_below_nanogpt_cpu": peer["cold"] - quick["cold"],
        "best_cold": best["cold"],
        "best_carried": best["carried"],
        "minutes_of_best": best["all_seconds"] / 60,
        "seconds_of_nanogpt_cpu": peer["seconds"],
    }


if __name__ == "__main__":
    run(arguments(__doc__.splitlines()[0], rounds=1).parse_args(), PEERS, ratios)
