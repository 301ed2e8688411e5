"""Loading a saved model: only one of stock layers, and nothing that would run code."""

import json
import tempfile
import zipfile
from pathlib import Path

import keras

from tasks.network.cells import CELLS

STOCK_LAYERS = {"InputLayer", "Embedding", "Dense", *(cell.layer.__name__ for cell in CELLS)}


def load_network(path: Path) -> keras.Model:
    """The network in a `.keras` file, which may lie under a name without suffix.

    Raises:
        ValueError: the file is none, or its network has other layers than `build` makes.
    """
    _refuse_other_layers(path)
    with tempfile.TemporaryDirectory() as folder:
        named = Path(folder) / "model.keras"
        named.symlink_to(path.absolute())
        return keras.saving.load_model(named, compile=False, safe_mode=True)


def _refuse_other_layers(path: Path) -> None:
    """Look at the names before Keras makes objects of them."""
    try:
        with zipfile.ZipFile(path) as file:
            layers = json.loads(file.read("config.json"))["config"]["layers"]
        names = {layer["class_name"] for layer in layers}
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is not a Keras model: {error}") from error
    if names - STOCK_LAYERS:
        raise ValueError(f"{path} is not a model of stock layers: it has {', '.join(sorted(names - STOCK_LAYERS))}")
