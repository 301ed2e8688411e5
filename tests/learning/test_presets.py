import math

import pydantic
import pytest

from tasks.learning.presets import PRESETS, resolve
from tasks.network import precision
from tasks.network.device import DeviceError
from tasks.network.model import build
from tasks.network.parameters import SamplingParameters


def test_the_notebook_preset_is_the_notebook():
    training = resolve("notebook", {}).model_dump()
    preset = PRESETS["notebook"]

    assert {name: training[name] for name in ("cell", "layers", "units", "embedding_dim", "dropout")} == {
        "cell": "lstm",
        "layers": 1,
        "units": 1024,
        "embedding_dim": 256,
        "dropout": 0,
    }
    assert {name: training[name] for name in ("seq_length", "batch_size", "shuffle_buffer", "epochs")} == {
        "seq_length": 100,
        "batch_size": 64,
        "shuffle_buffer": 10_000,
        "epochs": 50,
    }
    adam = {"learning_rate": 1e-3, "schedule": "constant", "warmup_steps": 0, "beta_2": 0.999, "clip_norm": 0}
    assert {name: training[name] for name in adam} == adam
    assert (training["batches"], training["keep"], training["patience"]) == ("shuffled windows", "latest", 0)
    assert preset.temperatures == (0.5,)
    assert preset.sampling == {"samples_per_temperature": 1, "sample_length": 500}


def test_the_notebook_preset_has_the_notebooks_network():
    network = build(resolve("notebook", {}), 62)

    assert network.count_params() == 5_326_398
    assert [type(layer).__name__ for layer in network.layers if layer.weights] == ["Embedding", "LSTM", "Dense"]
    assert type(network.get_layer("lstm_1").cell.recurrent_initializer).__name__ == "GlorotUniform"


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_complete(preset):
    assert resolve(preset, {"precision": "float32"}).precision == "float32"


@pytest.mark.parametrize(
    ("device", "asked", "got"),
    [
        ("cpu", "auto", "bfloat16"),
        ("cpu", None, "bfloat16"),
        ("cpu", "float32", "float32"),
        ("cpu", "bfloat16", "bfloat16"),
        ("gpu", "auto", "float32"),
        ("gpu", None, "float32"),
        ("gpu", "float32", "float32"),
    ],
)
def test_precision_is_the_processors_and_float32_on_a_gpu_unless_one_is_asked_for(monkeypatch, device, asked, got):
    monkeypatch.setattr(precision, "fastest_precision", lambda: "bfloat16")

    assert resolve("quick", {"precision": asked}, device).precision == got


def test_a_gpu_does_not_claim_to_train_in_bfloat16():
    with pytest.raises(DeviceError, match="--precision bfloat16: a GPU trains in float32 alone; leave it out, or give"):
        resolve("quick", {"precision": "bfloat16"}, "gpu")


def test_overrides_take_the_presets_place_and_none_leaves_it():
    parameters = resolve("quick", {"units": 7, "training_seed": 0, "dropout": 0.0, "epochs": None, "layers": None})

    assert (parameters.units, parameters.training_seed, parameters.dropout) == (7, 0, 0.0)
    assert (parameters.epochs, parameters.layers) == (None, 1)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ({"units": 0}, "units\n  Input should be greater than or equal to 1"),
        ({"cell": "rnn"}, "cell\n  Input should be 'lstm' or 'gru'"),
        ({"dropout": 1.0}, "dropout\n  Input should be less than 1"),
        ({"learning_rate": 0.0}, "learning_rate\n  Input should be greater than 0"),
        ({"learning_rate": math.nan}, "learning_rate\n  Input should be"),
        ({"epochs": 0}, "epochs\n  Input should be greater than or equal to 1"),
        ({"precision": "float16"}, "precision\n  Input should be 'float32' or 'bfloat16'"),
        ({"training_seed": -1}, "training_seed\n  Input should be greater than or equal to 0"),
        ({"training_seed": 1 << 32}, "training_seed\n  Input should be less than 4294967296"),
        ({"hidden": 3}, "hidden\n  Extra inputs are not permitted"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(override, message):
    with pytest.raises(pydantic.ValidationError) as caught:
        resolve("quick", override)

    assert message in str(caught.value)


@pytest.mark.parametrize(
    "override",
    [
        {"samples_per_temperature": 0},
        {"sample_length": 0},
        {"prompts": [""]},
        {"prompts": []},
        {"seed": 1 << 63},
        {"temperature": 1.0},
    ],
)
def test_sampling_parameters_out_of_range_are_refused(override):
    valid = {"samples_per_temperature": 1, "sample_length": 1, "prompts": ["a"], "seed": (1 << 63) - 1}
    assert SamplingParameters(**valid).seed == (1 << 63) - 1

    with pytest.raises(pydantic.ValidationError, match=next(iter(override))):
        SamplingParameters(**{**valid, **override})
