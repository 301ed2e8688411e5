"""Finding what earlier runs left: by `latest`, `previous`, a run's name, or a folder."""

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import UsageError
from tasks.model.importing import without_chatter

if TYPE_CHECKING:
    from tasks.model.finished import FinishedModel

ARTIFACTS = Path(__file__).resolve().parents[2] / "artifacts"
ESSENTIAL = {"run", "corpus", "stages", "model", "samples"}


def find_run(given: str) -> Path:
    """The folder of a run.

    Args:
        given: `latest`, `previous` (the one before the latest), the name of a run, or its folder.

    Raises:
        UsageError: there is none.
    """
    if given != "previous":
        return _folder_with("run.json", given, "run")
    latest = _folder_with("run.json", "latest", "run").resolve()
    found = previous_run(latest, json.loads((latest / "run.json").read_text(encoding="utf-8")))
    if found is None:
        raise UsageError("there is no run before the latest one; run the flow once more, or name two runs")
    return found


def previous_run(folder: Path, run: Mapping[str, Any]) -> Path | None:
    """The newest run beside this one that began before it, of the same corpus if there is any.

    Args:
        folder: of this run; it may still be without `run.json`.
        run: the content of its `run.json`.
    """
    earlier = [
        (path, other)
        for path, other in runs_by_time(folder.parent).items()
        if path != folder.resolve() and _when(other, path) < _when(run, folder)
    ]
    same = [path for path, other in earlier if other["corpus"]["url"] == run["corpus"]["url"]]
    return next(iter(same[-1:] or [path for path, _ in earlier[-1:]]), None)


def runs_by_time(parent: Path) -> dict[Path, dict[str, Any]]:
    """The content of `run.json` of every run below a folder, by the run's folder, the oldest first."""
    found = {}
    for path in parent.resolve().glob("*/run.json"):
        with contextlib.suppress(OSError, ValueError):
            run = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(run, dict) and run.keys() >= ESSENTIAL:
                found[path.parent] = run
    return dict(sorted(found.items(), key=lambda one: _when(one[1], one[0])))


def _when(run: Mapping[str, Any], folder: Path) -> tuple[str, str]:
    return str(run.get("started", "")), folder.name


def find_model(given: str) -> Path:
    """The folder of a finished model.

    Args:
        given: `latest`, the name of a run, its folder, or the model's folder itself.

    Raises:
        UsageError: there is none.
    """
    return _folder_with("model.keras", given, "model")


def load_model(given: str) -> "FinishedModel":
    """The finished model of this name, or in this folder, as for `find_model`.

    Raises:
        UsageError: there is none, or it cannot be read.
    """
    folder = find_model(given)
    with without_chatter():
        from tasks.model.finished import FinishedModel
    try:
        return FinishedModel.load(folder)
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"cannot read the model in {folder}: {error}") from error


def _folder_with(file: str, given: str, what: str) -> Path:
    places = [ARTIFACTS / given, ARTIFACTS / "runs" / given, Path(given)]
    for folder in (inner for place in places for inner in (place, place / "model")):
        if (folder / file).is_file():
            return folder
    runs = sorted(path.name for path in (ARTIFACTS / "runs").glob("*/")) if (ARTIFACTS / "runs").is_dir() else []
    known = f"there are {', '.join(runs[-3:])}" if runs else "run the flow first, or name a folder"
    raise UsageError(f"there is no {what} {given}; {known}")
