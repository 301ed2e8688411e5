import dataclasses
import importlib.util
import json
import os
import platform
import re
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from tasks.network.files import save_model
from tasks.network.loading import load_network
from tasks.text.vocabulary import Vocabulary, vocabulary_of
from tests.byte_level import byte_vocabulary
from tests.tiny_models import VOCABULARY, losses, random_network, text

CARD = {"cell": "LSTM", "layers": 2, "units": 12, "bits": 2.34567, "cold": 3.0, "prompt": "\n"}


def save(folder, network, vocabulary=VOCABULARY, **card):
    folder.mkdir(exist_ok=True)
    return save_model(folder, network, vocabulary, {"training": {"units": 12}, "card": {**CARD, **card}})


def test_the_folder_holds_model_vocabulary_configuration_and_card(tmp_path):
    network = random_network(layers=2)

    save(tmp_path, network)

    assert {p.name for p in tmp_path.iterdir()} == {"model.keras", "vocabulary.json", "config.json", "README.md"}
    assert Vocabulary.from_json((tmp_path / "vocabulary.json").read_text()) == VOCABULARY
    assert json.loads((tmp_path / "config.json").read_text()) == {"training": {"units": 12}, "card": CARD}
    card = (tmp_path / "README.md").read_text()
    assert f"LSTM, 2 x 12 units, {network.count_params():,} parameters, {VOCABULARY.size} characters" in card
    assert "2.346 bits" in card
    made_with = (platform.python_version(), keras.__version__, tf.__version__, np.__version__)
    assert "Python {}, Keras {}, TensorFlow {}, NumPy {};".format(*made_with) in card
    ids = text(40)
    assert losses(load_network(tmp_path / "model.keras"), ids).tolist() == losses(network, ids).tolist()


def test_equal_weights_have_equal_digests_whatever_else_is_saved(tmp_path):
    assert save(tmp_path / "a", random_network()) == save(tmp_path / "b", random_network(), bits=1.0, prompt="t")


@pytest.mark.parametrize("number", range(9))
def test_any_changed_weight_changes_the_digest(tmp_path, number):
    network = random_network(layers=2)
    before, weights = save(tmp_path, network), network.get_weights()
    assert len(weights) == 9

    weights[number].flat[-1] += 1e-3
    network.set_weights(weights)

    assert save(tmp_path, network) != before


def test_other_characters_change_the_digest(tmp_path):
    other = Vocabulary((*VOCABULARY.characters[:-1], "ß"), VOCABULARY.counts)

    assert save(tmp_path, random_network(), other) != save(tmp_path, random_network())


@pytest.mark.slow
@pytest.mark.parametrize("unknown", [None, "c"], ids=["all known", "one unknown"])
@pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
def test_the_cards_snippet_draws_500_characters_with_nothing_but_keras(tmp_path, unknown, backend):
    if not importlib.util.find_spec(backend):
        pytest.skip(f"{backend} is not installed")
    prompt = "ß'\"\\{\n"
    vocabulary = dataclasses.replace(vocabulary_of("abc\n" + prompt), unknown_character=unknown)
    save(tmp_path, random_network(size=vocabulary.size), vocabulary, prompt=prompt)
    (snippet,) = re.findall(r"```python\n(.*?)```", (tmp_path / "README.md").read_text(), re.DOTALL)
    assert len(snippet.splitlines()) <= (12 if unknown else 11)
    assert ("never drawn" in (tmp_path / "README.md").read_text()) == bool(unknown)

    # -I leaves the working directory and PYTHONPATH out of the path: charflow cannot be found.
    command = [sys.executable, "-I", "-X", "utf8", "-c", snippet]
    environment = {**os.environ, "KERAS_BACKEND": backend}
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment)

    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith(prompt)
    assert len(run.stdout) == len(prompt) + 500 + 1
    assert set(run.stdout) <= {*vocabulary.characters} - {unknown}


@pytest.mark.slow
def test_the_card_of_a_model_whose_state_is_reset_says_so_and_its_snippet_resets_it(tmp_path):
    end = VOCABULARY.characters.index("\n")
    save(tmp_path, random_network(), prompt="\n", resets=True, reset_id=end)
    card = (tmp_path / "README.md").read_text()
    assert "recurrent state reset where documents begin" in card
    assert f"(ids[-1] != {end})" in card
    (snippet,) = re.findall(r"```python\n(.*?)```", card, re.DOTALL)

    run = subprocess.run([sys.executable, "-I", "-c", snippet], cwd=tmp_path, capture_output=True, text=True)

    assert run.returncode == 0, run.stderr
    assert len(run.stdout) == 502


@pytest.mark.slow
def test_the_card_of_a_model_of_bytes_speaks_of_them_and_its_snippet_writes_text(tmp_path):
    vocabulary = byte_vocabulary("aé\n")
    save(tmp_path, random_network(size=vocabulary.size), vocabulary, prompt="Ã©")
    card = (tmp_path / "README.md").read_text()
    assert "# A byte-level language model" in card
    assert "4 bytes. On held-out text: 2.346 bits\nper byte" in card
    (snippet,) = re.findall(r"```python\n(.*?)```", card, re.DOTALL)

    command = [sys.executable, "-I", "-X", "utf8", "-c", snippet]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("é")
    assert set(run.stdout) <= {"a", "é", "\n", "\ufffd"}
