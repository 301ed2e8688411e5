import json
import zipfile

import keras
import numpy as np
import pytest

from tasks.network.loading import load_network
from tests.tiny_models import random_network, random_states


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_network_comes_back_as_it_was_from_a_file_without_suffix(tmp_path, cell, layers):
    network = random_network(cell, layers)
    network.save(tmp_path / "model.keras")
    (tmp_path / "model.keras").rename(tmp_path / "3f2a")

    loaded = load_network(tmp_path / "3f2a")

    inputs = [np.array([[1, 2, 3]], np.int32), *random_states(network, 1)]
    for got, expected in zip(loaded(inputs), network(inputs), strict=True):
        np.testing.assert_array_equal(got, expected)


@keras.saving.register_keras_serializable("charflow_test")
class Custom(keras.layers.Layer):
    def __init__(self, **options):
        super().__init__(**options)
        CREATED.append(self)

    def call(self, x):
        return x


CREATED = []


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        (lambda: keras.layers.Lambda(lambda x: x + 1), "Lambda"),
        (Custom, "Custom"),
        (lambda: keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]), "Sequential"),
        (lambda: keras.layers.Dropout(0.5), "Dropout"),
    ],
)
def test_a_model_with_any_other_layer_is_refused_before_it_is_made(tmp_path, layer, name):
    inputs = keras.Input((3,))
    keras.Model(inputs, layer()(inputs)).save(tmp_path / "model.keras")
    CREATED.clear()

    with pytest.raises(ValueError, match=f"not a model of stock layers: it has {name}"):
        load_network(tmp_path / "model.keras")

    assert CREATED == []


def rewrite_config(path, change):
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    config = json.loads(members["config.json"])
    change(config)
    with zipfile.ZipFile(path, "w") as file:
        for name, content in {**members, "config.json": json.dumps(config)}.items():
            file.writestr(name, content)


def test_a_module_named_in_the_configuration_is_not_imported(tmp_path, monkeypatch):
    (tmp_path / "intruder.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass Dense: pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    random_network().save(tmp_path / "model.keras")
    rewrite_config(tmp_path / "model.keras", lambda c: c["config"]["layers"][-1].update(module="intruder"))

    with pytest.raises((TypeError, ValueError)):
        load_network(tmp_path / "model.keras")

    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("content", [b"", b"not a zip file", None, "[1]", '{"config": 3}'])
def test_a_file_that_is_no_model_is_named(tmp_path, content):
    path = tmp_path / "model"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("config.json" if content else "other", content or "")

    with pytest.raises(ValueError, match="model is not a Keras model"):
        load_network(path)
