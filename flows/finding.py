"""Finding what earlier runs left: by `latest`, by a run's name, or by a folder."""

from pathlib import Path

from flows.config_file import UsageError

ARTIFACTS = Path(__file__).resolve().parents[1] / "artifacts"


def find_run(given: str) -> Path:
    """The folder of a run.

    Args:
        given: `latest`, the name of a run, or its folder.

    Raises:
        UsageError: there is none.
    """
    return _folder_with("run.json", given, "run")


def find_model(given: str) -> Path:
    """The folder of a finished model.

    Args:
        given: `latest`, the name of a run, its folder, or the model's folder itself.

    Raises:
        UsageError: there is none.
    """
    return _folder_with("model.keras", given, "model")


def _folder_with(file: str, given: str, what: str) -> Path:
    places = [ARTIFACTS / given, ARTIFACTS / "runs" / given, Path(given)]
    for folder in (inner for place in places for inner in (place, place / "model")):
        if (folder / file).is_file():
            return folder
    runs = sorted(path.name for path in (ARTIFACTS / "runs").glob("*/")) if (ARTIFACTS / "runs").is_dir() else []
    known = f"there are {', '.join(runs[-3:])}" if runs else "run the flow first, or name a folder"
    raise UsageError(f"there is no {what} {given}; {known}")
