import dataclasses
import json
import zipfile

import numpy as np
import pytest
import tensorflow as tf

from flows.cli.app import main
from tasks.network.files import save_model
from tests.byte_level import byte_vocabulary
from tests.tiny_models import VOCABULARY, random_network, random_states

CARD = {"cell": "LSTM", "layers": 1, "units": 12, "bits": 2.0, "cold": 3.0, "prompt": "\n"}


@pytest.fixture(scope="module", params=["lstm", "gru"])
def model(request, tmp_path_factory):
    """A model's folder, and the network that is in it."""
    folder, network = tmp_path_factory.mktemp("model"), random_network(request.param, layers=2)
    save_model(folder, network, VOCABULARY, {"card": CARD})
    return folder, network


def assert_equal_over_several_steps(network, run):
    """The exported model carries on from the states that it gave, as the network itself does."""
    expected = found = random_states(network, rows=3)
    for step in range(6):
        ids = np.array([[step, 3], [2 * step, 1], [7, step]], np.int32)
        expected_logits, *expected = (np.asarray(value) for value in network([ids, *expected]))
        logits, *found = run(ids, found)
        for one, other in zip([logits, *found], [expected_logits, *expected], strict=True):
            assert np.asarray(one) == pytest.approx(other, abs=1e-5)


def test_a_saved_model_gives_what_the_model_gives(tmp_path, model, capsys):
    folder, network = model
    assert main(["export", str(folder), "--to", str(tmp_path / "saved")]) == 0

    loaded = tf.saved_model.load(str(tmp_path / "saved"))

    assert_equal_over_several_steps(network, lambda ids, states: loaded.serve([ids, *map(tf.constant, states)]))
    assert_the_lines_work(capsys.readouterr().out, network)


def test_an_onnx_file_gives_what_the_model_gives(tmp_path, model, capsys):
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("tf2onnx")
    folder, network = model
    assert main(["export", str(folder), "--to", str(tmp_path / "model.onnx")]) == 0

    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    names = [one.name for one in session.get_inputs()]

    assert_equal_over_several_steps(
        network, lambda ids, states: session.run(None, dict(zip(names, [ids, *states], strict=True)))
    )
    assert json.loads(session.get_modelmeta().custom_metadata_map["characters"]) == list(VOCABULARY.characters)
    assert_the_lines_work(capsys.readouterr().out, network)


def test_an_onnx_file_says_which_character_is_never_drawn(tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("tf2onnx")
    vocabulary = dataclasses.replace(VOCABULARY, unknown_character="q")
    save_model(tmp_path, random_network(), vocabulary, {"card": CARD})
    assert main(["export", str(tmp_path), "--to", str(tmp_path / "model.onnx")]) == 0

    told = onnxruntime.InferenceSession(tmp_path / "model.onnx").get_modelmeta().custom_metadata_map
    assert {name: json.loads(value) for name, value in told.items()} == {
        "characters": list(VOCABULARY.characters),
        "unknown_character": "q",
    }


@pytest.mark.filterwarnings("ignore:(?s).*tf.lite.Interpreter is deprecated:UserWarning")
def test_a_litert_file_gives_what_the_model_gives_of_texts_of_any_length(tmp_path, model, capsys):
    folder, network = model
    path = tmp_path / "model.tflite"
    assert main(["export", str(folder), "--to", str(path)]) == 0

    run = tf.lite.Interpreter(str(path)).get_signature_runner()
    names = [state.name for state in network.inputs[1:]]
    expected = found = random_states(network, rows=1)
    for length in (1, 7, 2, 30):
        ids = np.arange(length, dtype=np.int32)[None] % VOCABULARY.size
        expected_logits, *expected = (np.asarray(value) for value in network([ids, *expected]))
        given = run(ids=ids, **dict(zip(names, found, strict=True)))
        found = [given[name] for name in names]
        assert given["logits"].shape == (1, length, VOCABULARY.size)
        for one, other in zip([given["logits"], *found], [expected_logits, *expected], strict=True):
            assert one == pytest.approx(other, abs=1e-5)
    assert zipfile.ZipFile(path).read("vocabulary.json") == (folder / "vocabulary.json").read_bytes()
    assert_the_lines_work(capsys.readouterr().out, network)


def assert_the_lines_work(printed, network):
    _, lines = printed.split("\n\n")
    ran = {}
    exec(lines, ran)
    zeros = [np.zeros((1, s.shape[-1]), np.float32) for s in network.inputs[1:]]
    expected = network([np.zeros((1, 1), np.int32), *zeros])[0]
    assert np.asarray(ran["logits"]) == pytest.approx(np.asarray(expected), abs=1e-5)


def test_what_is_there_already_is_not_written_over(tmp_path, model, capsys):
    there = tmp_path / "notes.onnx"
    there.write_text("mine")

    assert main(["export", str(model[0]), "--to", str(there)]) == 2

    assert there.read_text() == "mine"
    assert "exists already" in capsys.readouterr().err


def test_without_the_extra_one_line_says_what_to_install(tmp_path, model, monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    assert main(["export", str(model[0]), "--to", str(tmp_path / "model.onnx")]) == 2

    assert "pip install onnx" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_is_not_there_gets_one_line(capsys):
    assert main(["export", "no-such-run", "--to", "x"]) == 2

    assert "there is no model no-such-run" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["model.h5", "model.keras", "model.pb", "a.txt", "m.mlmodel", "m.JSON", "a.tar.gz"])
def test_a_format_that_is_not_written_is_refused_by_the_ending_of_its_name(tmp_path, capsys, name):
    assert main(["export", str(tmp_path), "--to", str(tmp_path / name)]) == 2

    said = capsys.readouterr().err
    assert (
        f"{(tmp_path / name).suffix} files are not written; give a name that ends in .onnx or .tflite, or one" in said
    )
    assert "without an ending for a folder of SavedModel" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["model.v2", "model-1.5", "model.savedmodel", "model"])
def test_a_folder_may_have_an_ending_that_is_of_no_other_format(tmp_path, capsys, name):
    assert main(["export", str(tmp_path / "missing"), "--to", str(tmp_path / name)]) == 2
    assert "files are not written" not in capsys.readouterr().err


def test_an_exported_model_of_bytes_says_so(tmp_path, capsys):
    vocabulary = byte_vocabulary("aé\n")
    save_model(tmp_path, random_network(size=vocabulary.size), vocabulary, {"card": CARD})
    assert main(["export", str(tmp_path), "--to", str(tmp_path / "saved")]) == 0

    assert json.loads((tmp_path / "saved/vocabulary.json").read_text())["level"] == "byte"
    ran = {}
    exec(capsys.readouterr().out.split("\n\n")[1], ran)
    assert ran["bytes_of"]([3, 2]).decode() == "é"
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("tf2onnx")
    assert main(["export", str(tmp_path), "--to", str(tmp_path / "model.onnx")]) == 0
    told = onnxruntime.InferenceSession(tmp_path / "model.onnx").get_modelmeta().custom_metadata_map
    assert json.loads(told["level"]) == "byte"
