"""Finding what earlier runs left: by `latest`, `previous`, a run's name, or a folder."""

import contextlib
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import UsageError
from flows.runs.record import FILE, RecordError, RunRecord
from tasks.corpus.choices import end_mark_of
from tasks.network.numerics import numerics, pin
from tasks.network.quiet_import import without_chatter

if TYPE_CHECKING:
    from tasks.sampling.finished_model import FinishedModel

ARTIFACTS = Path(__file__).resolve().parents[2] / "artifacts"
SHOWN_RUNS = 5


def find_run(given: str) -> Path:
    """The folder of a run.

    Args:
        given: `latest`, `previous` (the one before the latest), the name of a run, or its folder.

    Raises:
        UsageError: there is none.
    """
    if given == "latest":
        return latest_run()
    if given != "previous":
        return _folder_with(FILE, given, "run")
    record = RunRecord.read(latest_run())
    found = previous_run(ARTIFACTS / "runs" / record.run, record)
    if found is None:
        raise UsageError("there is no run before the latest one; run the flow once more, or name two runs")
    return found


def latest_run() -> Path:
    """Where `latest` leads to, or the run that finished last, if it leads to none.

    Raises:
        UsageError: there is no run.
    """
    link = ARTIFACTS / "latest"
    with contextlib.suppress(RecordError):
        if link.is_symlink() and RunRecord.read(link):
            return link.resolve()
    runs = list(runs_by_time(ARTIFACTS / "runs"))
    if not runs:
        raise UsageError("there is no run yet; run the flow first, or name a folder")
    return runs[-1]


def previous_run(folder: Path, record: RunRecord, *, same_corpus: bool = False) -> Path | None:
    """The newest run beside this one that finished before it, of the same corpus if there is any.

    Args:
        folder: of this run; it may not exist yet.
        record: of this run.
        same_corpus: whether only a run of the same corpus will do.
    """
    earlier = [
        (path, other)
        for path, other in runs_by_time(folder.parent).items()
        if path.name != folder.name and other.order < record.order
    ]
    same = [path for path, other in earlier if record.has_same_corpus(other)]
    others = [] if same_corpus else [path for path, _ in earlier[-1:]]
    return next(iter(same[-1:] or others), None)


def runs_by_time(parent: Path) -> dict[Path, RunRecord]:
    """The record of every run below a folder, by the run's folder, in their order; what is no run is passed over."""
    found = {}
    for folder in _folders(parent.resolve()):
        with contextlib.suppress(RecordError):
            found[folder] = RunRecord.read(folder)
    return dict(sorted(found.items(), key=lambda one: one[1].order))


def _folders(parent: Path) -> list[Path]:
    """All that lies in a folder and is not hidden, by name."""
    with contextlib.suppress(OSError):
        return sorted(path for path in parent.iterdir() if not path.name.startswith("."))
    return []


def find_model(given: str) -> Path:
    """The folder of a finished model.

    Args:
        given: `latest`, the name of a run, its folder, or the model's folder itself.

    Raises:
        UsageError: there is none.
    """
    return _folder_with("model.keras", str(latest_run()) if given == "latest" else given, "model")


def load_model(given: str) -> "FinishedModel":
    """The finished model of this name, or in this folder, as for `find_model`; a run's begins and ends texts as it did.

    Raises:
        UsageError: there is none, or it cannot be read.
    """
    folder = find_model(given)
    pin(numerics())
    with without_chatter():
        from tasks.sampling.finished_model import FinishedModel
    try:
        return dataclasses.replace(FinishedModel.load(folder), end_mark=_end_mark(folder.parent))
    except Exception as error:  # A damaged file may lead a reader to any error.
        raise UsageError(f"cannot read the model in {folder}: {error}") from error


def _end_mark(folder: Path) -> str | None:
    """What ends documents by the options of the run in a folder; None if nothing does, or there is no run."""
    with contextlib.suppress(RecordError):
        options = RunRecord.read(folder).options
        if options.get("end-mark") is True:
            return end_mark_of("lines" if options.get("documents") == "lines" else "files")
    return None


def _folder_with(file: str, given: str, what: str) -> Path:
    places = [ARTIFACTS / given, ARTIFACTS / "runs" / given, Path(given)]
    for folder in (inner for place in places for inner in (place, place / "model")):
        if (folder / file).is_file():
            return folder
    runs = [path.name for path in reversed(runs_by_time(ARTIFACTS / "runs"))]
    others = f" and {len(runs) - SHOWN_RUNS} older ones" if len(runs) > SHOWN_RUNS else ""
    known = f"there are {', '.join(runs[:SHOWN_RUNS])}{others}" if runs else "run the flow first, or name a folder"
    raise UsageError(f"there is no {what} {given}; {known}")
