"""Loading a saved model: only one of stock layers, and nothing that would run code."""

import shutil
import tempfile
from pathlib import Path

import keras


def load_network(path: Path) -> keras.Model:
    """The network in a `.keras` file, which may lie under a name without suffix."""
    with tempfile.TemporaryDirectory() as folder:
        named = Path(folder) / "model.keras"
        shutil.copyfile(path, named)
        return keras.saving.load_model(named, compile=False, safe_mode=True)
