"""`export`: a finished model in a form that needs neither charflow nor Keras."""

import re
import sys
from pathlib import Path

from flows.errors import UsageError
from flows.runs.search import find_model
from tasks.network.quiet_import import without_chatter

# Any ending is of some format, but for numbers and what is of no format but SavedModel.
OTHER_FORMAT = re.compile(r"\.(?!onnx$|tflite$|saved_?model$|v\d)[a-z]\w*", re.IGNORECASE)


def export(model: str = "latest", /, *, to: Path | None = None) -> int:
    """Write a finished model as SavedModel, ONNX or LiteRT.

    Parameters
    ----------
    model
        latest, the name of a run, or the folder of a run or model.
    to
        Where to write, and needed: a file for ONNX or LiteRT if its name ends in .onnx or .tflite, else a folder for
        SavedModel.
    """
    if to is None:
        raise UsageError(
            "--to is lacking, which says where to write: --to model.onnx, --to model.tflite, or, for a folder of "
            "SavedModel, --to saved-model"
        )
    if OTHER_FORMAT.fullmatch(to.suffix):
        raise UsageError(
            f"--to {to}: {to.suffix} files are not written; give a name that ends in .onnx or .tflite, or one "
            "without an ending for a folder of SavedModel"
        )
    folder = find_model(model)
    if to.exists():
        raise UsageError(f"--to {to} exists already; name another, or remove it")
    with without_chatter():
        from tasks.network.export import export_model
    usage = export_model(folder, to)
    sys.stdout.write(f"{to}\n\n{usage}")
    return 0
