import dataclasses
import json

import numpy as np
import pytest

from tasks.network.saved_model import CONFIG, MODEL, SKETCH, digest_of_model, shape_for, shape_of
from tasks.network.saved_model import VOCABULARY as CHARACTERS
from tests.tiny_models import VOCABULARY, parameters, random_network


@pytest.fixture(scope="module")
def network():
    return random_network()


def saved(folder, network, vocabulary=VOCABULARY, sketch=(1, 2)):
    folder.mkdir()
    network.save(folder / MODEL)
    (folder / CHARACTERS).write_text(vocabulary.to_json())
    np.save(folder / SKETCH, np.array(sketch, np.uint64))
    return digest_of_model({name: folder / name for name in (MODEL, CHARACTERS, SKETCH)})


def test_the_digest_is_that_of_the_content_wherever_and_whenever_it_was_saved(tmp_path, network, monkeypatch):
    before = saved(tmp_path / "a", network)
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 1, 2, 3, 4, 5, 0, 1, 0))

    again = saved(tmp_path / "b", network, dataclasses.replace(VOCABULARY, counts=(9,) * VOCABULARY.size))

    assert (tmp_path / "a" / MODEL).read_bytes() != (tmp_path / "b" / MODEL).read_bytes()
    assert again == before


def test_other_weights_characters_and_texts_give_other_digests(tmp_path, network):
    upper = dataclasses.replace(VOCABULARY, characters=tuple(c.upper() for c in VOCABULARY.characters))
    made = [
        saved(tmp_path / "a", network),
        saved(tmp_path / "weights", random_network(seed=1)),
        saved(tmp_path / "characters", network, upper),
        saved(tmp_path / "texts", network, sketch=(1, 3)),
    ]

    assert len(set(made)) == 4


def test_the_shape_is_what_the_model_was_trained_with(tmp_path):
    (tmp_path / CONFIG).write_text(json.dumps({"training": parameters(layers=2).model_dump()}))
    (tmp_path / CHARACTERS).write_text(VOCABULARY.to_json())

    assert shape_of(tmp_path) == shape_for(parameters(layers=2), "character")
    assert shape_of(tmp_path) != shape_for(parameters(layers=2), "byte")
    assert shape_of(tmp_path) != shape_for(parameters(units=17, layers=2), "character")
