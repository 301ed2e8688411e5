"""Presets: values for what the user leaves open."""

from dataclasses import dataclass
from typing import Any, Literal

from tasks.network.device import Device
from tasks.network.parameters import TrainingParameters
from tasks.network.precision import precision_on

PresetName = Literal["quick", "notebook", "best"]


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Values for what the user leaves open."""

    training: dict[str, Any]
    temperatures: tuple[float, ...]
    sampling: dict[str, Any]


_QUICK: dict[str, Any] = {
    "cell": "lstm",
    "layers": 1,
    "units": 512,
    "embedding_dim": 256,
    "dropout": None,
    "seq_length": 64,
    "batch_size": None,
    "epochs": None,
    "budget": 2_750_000,
    "optimizer": None,
    "learning_rate": None,
    "schedule": "cosine",
    "warmup_steps": None,
    "beta_2": 0.99,
    "clip_norm": 1.0,
    "batches": "streams",
    "shuffle_buffer": 10_000,
    "averaged": True,
    "keep": "best",
    "patience": 6,
    "initialiser": "unit variance",
    "training_seed": 1,
}

# The notebook keeps the recurrent state between windows that do not follow each other. No other preset does.
_NOTEBOOK: dict[str, Any] = {
    **_QUICK,
    "units": 1024,
    "dropout": 0.0,
    "seq_length": 100,
    "batch_size": 64,
    "epochs": 50,
    "optimizer": "adam",
    "learning_rate": 1e-3,
    "schedule": "constant",
    "warmup_steps": 0,
    "beta_2": 0.999,
    "clip_norm": 0.0,
    "batches": "shuffled windows",
    "averaged": False,
    "keep": "latest",
    "patience": 0,
    "initialiser": "keras",
    "start_string": "a",
}

_SAMPLING: dict[str, Any] = {"samples_per_temperature": 16, "sample_length": 500}

PRESETS: dict[PresetName, Preset] = {
    "quick": Preset(training=_QUICK, temperatures=(0.2, 0.5, 0.8, 1.0), sampling=_SAMPLING),
    "notebook": Preset(training=_NOTEBOOK, temperatures=(0.5,), sampling={**_SAMPLING, "samples_per_temperature": 1}),
    "best": Preset(
        training={**_QUICK, "units": 1024, "budget": 10_000_000},
        temperatures=(0.2, 0.5, 0.8, 1.0),
        sampling=_SAMPLING,
    ),
}


def resolve(
    preset: PresetName, overrides: dict[str, Any], device: Device = "cpu", *, warm: bool = False
) -> TrainingParameters:
    """The preset's parameters with those that the user gave (not None) in their place, to be trained on a device.

    Args:
        preset: gives what is left open.
        overrides: by name.
        device: that computes.
        warm: whether training goes on from an earlier model, for which the warm-up is shorter, too.

    Raises:
        pydantic.ValidationError: a value is out of its range.
        DeviceError: the device does not compute in the precision that is given.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    precision = precision_on(device, given.pop("precision", "auto"))
    left_open = PRESETS[preset].training
    if warm:
        left_open = {**left_open, "warm": True}
    return TrainingParameters(**{**left_open, **given, "precision": precision})
