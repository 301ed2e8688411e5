"""Exporting a model: SavedModel, LiteRT, or ONNX where its extra is installed."""

import importlib.util
import json
import shutil
import tempfile
import warnings
import zipfile
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from tasks.corpus.errors import MissingExtraError
from tasks.network.loading import load_network
from tasks.network.model import zero_states
from tasks.network.quiet_import import without_chatter

SAVED_MODEL_USE = """\
import json, pathlib, tensorflow as tf
model = tf.saved_model.load({path!r})
characters = json.loads(pathlib.Path({path!r}, "vocabulary.json").read_text())["characters"]
states = [tf.zeros((1, size)) for size in {sizes}]
logits, *states = model.serve([tf.constant([[characters.index({first!r})]]), *states])  # (batch, time, characters)
"""

ONNX_USE = """\
import json, numpy as np, onnxruntime
model = onnxruntime.InferenceSession({path!r})
characters = json.loads(model.get_modelmeta().custom_metadata_map["characters"])
names, states = [i.name for i in model.get_inputs()], [np.zeros((1, size), np.float32) for size in {sizes}]
ids = np.array([[characters.index({first!r})]], np.int32)
logits, *states = model.run(None, dict(zip(names, [ids, *states])))  # (batch, time, characters)
"""

LITERT_USE = """\
import json, zipfile, numpy as np, tensorflow as tf
model = tf.lite.Interpreter({path!r}).get_signature_runner()
characters = json.loads(zipfile.ZipFile({path!r}).read("vocabulary.json"))["characters"]
states = {{name: np.zeros((1, size), np.float32) for name, size in {named}}}
states = model(ids=np.array([[characters.index({first!r})]], np.int32), **states)
logits = states.pop("logits")  # (1, time, characters)
"""

OF_BYTES = 'bytes_of = lambda ids: "".join(characters[i] for i in ids).encode("latin-1")  # what ids stand for\n'
TOLD = ("characters", "unknown_character", "level")


def export_model(folder: Path, to: Path) -> str:
    """Write a model folder's network to a file whose name ends in .onnx or .tflite, or to a folder as SavedModel.

    Each way ids `(batch, time)` int32 and the states go in, logits `(batch, time, vocabulary_size)` float32 and the
    new states come out: one character at a time, or a whole text; in LiteRT, which has operations of its own alone,
    the batch is 1. The characters go with it: `vocabulary.json` in the folder, or in the zip at the end of the LiteRT
    file, or the ONNX file's metadata `characters` and, where one of them stands for all rare ones and is not to be
    drawn, `unknown_character`; of bytes each is the character of its number, and the `level` is "byte".

    Returns:
        the few lines of Python that use it.

    Raises:
        MissingExtraError: ONNX is asked for, and its extra is not installed.
        OSError: it cannot be written.
    """
    ending = to.suffix.lower()
    if ending == ".onnx" and not all(map(importlib.util.find_spec, ("onnx", "tf2onnx"))):
        raise MissingExtraError("ONNX needs the extra `onnx`: pip install onnx onnxruntime tf2onnx")
    write, use = {".onnx": (_write_onnx, ONNX_USE), ".tflite": (_write_litert, LITERT_USE)}.get(
        ending, (_write_saved_model, SAVED_MODEL_USE)
    )
    network = load_network(folder / "model.keras")
    vocabulary = folder / "vocabulary.json"
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=".export-") as draft:
        written = Path(draft) / to.name
        with without_chatter():
            write(network, vocabulary, written)
        written.rename(to)
    named = [(state.name, int(state.shape[-1])) for state in network.inputs[1:]]
    told = json.loads(vocabulary.read_text(encoding="ascii"))
    usage = use.format(path=str(to), named=named, sizes=[size for _, size in named], first=told["characters"][0])
    return usage + (OF_BYTES if told.get("level") == "byte" else "")


def _write_saved_model(network: keras.Model, vocabulary: Path, path: Path) -> None:
    network.export(path, format="tf_saved_model", verbose=False)
    shutil.copyfile(vocabulary, path / "vocabulary.json")


def _write_litert(network: keras.Model, vocabulary: Path, path: Path) -> None:
    """With weights as constants and a batch of 1, so that LiteRT's own operations are enough."""
    trained, other = (
        [tf.constant(v.numpy()) for v in of] for of in (network.trainable_variables, network.non_trainable_variables)
    )
    ids, *states = network.inputs
    shapes = [tf.TensorSpec((1, None), tf.int32, ids.name)]
    shapes += [tf.TensorSpec((1, state.shape[-1]), tf.float32, state.name) for state in states]

    @tf.function(input_signature=shapes)
    def serve(*inputs: tf.Tensor) -> dict[str, tf.Tensor]:
        (logits, *new), _ = network.stateless_call(trained, other, list(inputs))
        return {"logits": logits, **{state.name: value for state, value in zip(states, new, strict=True)}}

    module = tf.Module()
    module.serve = serve
    converter = tf.lite.TFLiteConverter.from_concrete_functions([serve.get_concrete_function()], module)
    path.write_bytes(converter.convert())
    with zipfile.ZipFile(path, "a") as attached:  # where the format has a model's files, after what it computes
        attached.write(vocabulary, vocabulary.name)


def _write_onnx(network: keras.Model, vocabulary: Path, path: Path) -> None:
    network([tf.zeros((1, 1), tf.int32), *zero_states(network, 1)])  # Keras exports only what was called
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        network.export(path, format="onnx", verbose=False)
    told = json.loads(vocabulary.read_text(encoding="ascii"))
    _describe(path, {name: told[name] for name in TOLD if name in told})


def _describe(path: Path, told: dict[str, Any]) -> None:
    """Note this in the file, each value as JSON."""
    import onnx

    model = onnx.load(path)
    for key, value in told.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, json.dumps(value)
    onnx.save(model, path)
