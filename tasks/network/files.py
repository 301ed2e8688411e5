"""The model folder: stock Keras model, vocabulary, configuration and card, usable without charflow."""

import hashlib
import json
import platform
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tasks.text.vocabulary import Vocabulary

CARD = """\
# A {level}-level language model

{cell}, {layers} x {units} units, {count:,} parameters, {vocabulary} {level}s. {rare}On held-out text: {bits:.3f} bits
per {level} with the recurrent state {state}, {cold:.3f} in cold windows of 256. It can reproduce
passages of the text that it was trained on, whose rights may not be yours.
{initial}
Made by charflow with {versions}; this folder needs only
Keras, with any of its backends (TensorFlow, JAX, PyTorch), and NumPy:

```python
import json, keras, numpy as np
model, characters = keras.saving.load_model("model.keras"), json.load(open("vocabulary.json"))["characters"]
model.trainable = False  # else PyTorch remembers every step
prompt, temperature = {given}, 0.5
ids, states = [characters.index(c) for c in prompt], [keras.ops.zeros((1, s.shape[-1])) for s in model.inputs[1:]]
logits, *states = model([keras.ops.array([ids]), *states])
for _ in range(500):
    scores = keras.ops.convert_to_numpy(logits)[0, -1] / temperature
{draw}    ids.append(int(np.argmax(scores + np.random.gumbel(size=scores.size))))  # drawn from softmax(scores)
{reset}    logits, *states = model([keras.ops.array([ids[-1:]]), *states])
{written}
```

`score` of a text: the mean of `-log2(softmax(logits))` at each next {level} is its bits per {level}.
"""
WARM = """\
Training went on from an earlier model, whose content has the SHA-256 digest
{digest}; the texts of both count as what it was trained on.
"""
CARRIED, RESET = "carried on", "reset where documents begin"
RESET_STATES = "    states = [float(ids[-1] != {id}) * state for state in states]  # a document begins after it\n"
RARE = "One of them, U+{point:04X}, stands\nfor every rare one: it is never drawn, but counts in the bits. "
DRAW_KNOWN = "    scores[{id}] = -np.inf  # never the unknown character\n"

WRITTEN = 'print("".join(characters[i] for i in ids))'
WRITTEN_BYTES = """\
# A byte is the character of its number; a prompt is given as bytes, and the last line shows what they are in UTF-8.
print("".join(characters[i] for i in ids).encode("latin-1").decode("utf-8", "replace"))"""


def save_model(folder: Path, network: keras.Model, vocabulary: Vocabulary, config: dict[str, Any]) -> str:
    """Write `model.keras`, `vocabulary.json`, `config.json` and `README.md`.

    Returns:
        SHA-256 hex of what the model computes with: its weights by path, type, shape and bytes, and its characters.
    """
    network.save(folder / "model.keras")
    (folder / "vocabulary.json").write_text(vocabulary.to_json(), encoding="ascii")
    (folder / "config.json").write_text(json.dumps(config, indent=1, sort_keys=True), encoding="ascii")
    (folder / "README.md").write_text(_card(config["card"], network, vocabulary), encoding="utf-8")
    digest = hashlib.sha256(vocabulary.sha256.encode())
    for variable in sorted(network.weights, key=lambda variable: variable.path):
        array = variable.numpy()
        digest.update(f"{variable.path} {array.dtype} {array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def _card(told: dict[str, Any], network: keras.Model, vocabulary: Vocabulary) -> str:
    unknown = vocabulary.unknown_character
    rare = RARE.format(point=ord(unknown)) if unknown else ""
    draw = DRAW_KNOWN.format(id=vocabulary.characters.index(unknown)) if unknown else ""
    of_bytes, prompt = vocabulary.level == "byte", told["prompt"]
    end, initial = told.get("reset_id"), told.get("initial")
    words = {
        "state": RESET if told.get("resets") else CARRIED,
        "reset": "" if end is None else RESET_STATES.format(id=end),
        "level": vocabulary.level,
        "given": f'{prompt.encode("latin-1")!r}.decode("latin-1")' if of_bytes else repr(prompt),
        "written": WRITTEN_BYTES if of_bytes else WRITTEN,
        "vocabulary": vocabulary.size,
        "rare": rare,
        "initial": WARM.format(digest=initial) if initial else "",
        "draw": draw,
        "versions": f"Python {platform.python_version()}, Keras {keras.__version__}, TensorFlow {tf.__version__}, "
        f"NumPy {np.__version__}",
    }
    return CARD.format(**{**told, **words}, count=network.count_params())
