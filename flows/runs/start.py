"""The model that training starts from: one that is named, or the newest of a former version of the corpus."""

import contextlib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from flows.cli.options import DataOptions, Options
from flows.errors import UsageError
from flows.runs import search
from tasks.caching import Artifact
from tasks.caching.manifest import Manifest
from tasks.corpus.redaction import redacted
from tasks.corpus.sources import from_home
from tasks.network.saved_model import TAKEN, digest_of_model, shape_for, shape_of

AUTO = "auto"
HELD_OUT = "hold_out", "validation_fraction", "test_fraction"
UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile)


class Start(NamedTuple):
    """What training starts from.

    Attributes:
        said: in words.
        model: what the train stage takes, its digest that of its content; None: it starts from scratch.
        name: of the run whose model it is, or the folder of a model that is no run's.
    """

    said: str
    model: Artifact | None = None
    name: str | None = None


SCRATCH = Start("training starts from scratch")


def named_start(options: Options) -> Start | None:
    """What training starts from where that does not depend on the corpus; None where it does.

    Raises:
        UsageError: there is no such model, it cannot be read, or it is of another shape.
    """
    given = options.training.init_from
    if given is None:
        return SCRATCH
    if given == AUTO:
        return None
    folder = search.find_model(str(from_home(given)))
    try:
        own, wanted = shape_of(folder), _shape(options)
        model = _artifact(folder)
    except UNREADABLE as error:
        raise UsageError(f"--init-from {given}: cannot read the model in {folder}: {error}") from error
    if own != wanted:
        raise UsageError(f"--init-from {given}: the model in {folder} is of another shape: {_refused(own, wanted)}")
    return _from(folder, model)


def refuse_replaced(start: Start | None, run_name: str) -> None:
    """Refuse to start from the model of a run that this one replaces: its command would then mean another model.

    Raises:
        UsageError: the run has the name of the one that training starts from.
    """
    if start and start.name == run_name:
        raise UsageError(
            f"--init-from: training would start from the model of run {run_name}, which --run-name {run_name} "
            "replaces, so that the run could not be repeated; give another --run-name"
        )


def newest_start(options: Options, encoded: Artifact, downloads: Sequence[Artifact]) -> Start:
    """The model of the newest run of the same corpus and shape whose text was another.

    A run of the very same text is passed over, so that one that is repeated starts from what it started from before,
    and is answered from the store.

    Args:
        options: of this run.
        encoded: its text as ids; of a pending one nothing is known, but that no run has it.
        downloads: of its corpus.
    """
    if options.data.hold_out != "tail":
        drawn = f"--hold-out {options.data.hold_out} draws anew from a text that changed"
        return _scratch(f"{drawn}, so that a former model was trained on what is held out now")
    wanted = _shape(options)
    for folder in _former(options, encoded, downloads):
        with contextlib.suppress(*UNREADABLE):
            if shape_of(folder / "model") == wanted:
                return _from(folder / "model", _artifact(folder / "model"))
    return _scratch("there is no finished run of a former version of this corpus with a model of this shape")


def _former(options: Options, encoded: Artifact, downloads: Sequence[Artifact]) -> Iterator[Path]:
    """The runs whose corpus came from the same places, held out alike, and was another text, the newest first."""
    addresses = [redacted(source) for source in options.data.corpus]
    keys = [one.manifest.key for one in downloads]
    known = [key for key in keys if key] if all(keys) else []  # a part of them may be all of a former run's
    for folder, run in reversed(search.runs_by_time(search.ARTIFACTS / "runs").items()):
        texts = [stage.output for stage in run.stages if stage.name == "encode"]
        is_former = run.came_from(addresses, known) and (encoded.is_pending or texts != [encoded.digest])
        if is_former and _held_out(run.options) == _held_out(options.flat()):
            yield folder


def _held_out(given: Mapping[str, Any]) -> list[Any]:
    """How text is held out; a model of which another part was held out was trained on what is held out now."""
    return [given.get(name.replace("_", "-"), DataOptions.model_fields[name].default) for name in HELD_OUT]


def _shape(options: Options) -> dict[str, Any]:
    return shape_for(options.training.resolved(options.preset), options.data.level)


def _artifact(folder: Path) -> Artifact:
    paths = {name: folder / name for name in TAKEN if (folder / name).is_file()}
    return Artifact(Manifest(stage="", name="", digest=digest_of_model(paths)), paths)


def _from(folder: Path, model: Artifact) -> Start:
    is_of_run = folder.resolve().parent.parent == (search.ARTIFACTS / "runs").resolve()
    name = folder.resolve().parent.name if is_of_run else str(folder.resolve())
    return Start(f"training starts from the model of {'run ' if is_of_run else ''}{name}", model, name)


def _scratch(why: str) -> Start:
    return Start(f"{SCRATCH.said}: {why}")


def _refused(own: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    differing = [name for name in wanted if own[name] != wanted[name]]
    told = ", ".join(f"{name.replace('_', '-')} {own[name]} where this run has {wanted[name]}" for name in differing)
    given = " ".join(f"--{name.replace('_', '-')} {own[name]}" for name in differing)
    return f"{told}; pass {given}, or name another model"
