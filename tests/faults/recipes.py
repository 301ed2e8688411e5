"""What faults are tried on: three small stages, and the real recipe in miniature, one stage of it at a time."""

import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tasks.caching import (
    Artifact,
    Outcome,
    Session,
    StageReport,
    Store,
    Unchanged,
    family_folder,
    leased,
    resume_folder,
    source,
    stage,
)
from tasks.caching.running.execute import execute
from tasks.learning.checkpoints import Checkpoint, latest, lend, save
from tests.flows.project import corpus_text, options_of


@source()
def fetch(out: Path, previous: Artifact | None, *, source: str) -> Outcome | Unchanged:
    content = Path(source).read_bytes()
    if previous and previous.path("bytes").read_bytes() == content:
        return Unchanged(why="same content")
    (out / "bytes").write_bytes(content)
    return Outcome()


@stage(prolonged_by="steps")
def count(out: Path, raw: Artifact, steps: int = 5) -> Outcome:
    kept, shared = resume_folder(out), family_folder(out)
    done = latest(kept) or latest(shared, at_most=steps - 1)
    for step in range(done.step + 1 if done else 1, steps + 1):
        arrays = {"weight_0": np.arange(step)}
        save(kept, Checkpoint(step=step, arrays=arrays, state={}), good=1)
        if step == steps - 1:
            lend(kept, step, shared)
    (out / "below").mkdir()
    (out / "below" / "length").write_text(str(len(raw.path("bytes").read_bytes())))
    (out / "copy").write_bytes(raw.path("bytes").read_bytes())
    return Outcome()


@stage(label="mark")
def finish(out: Path, counted: Artifact, mark: str) -> Outcome:
    (out / "page").write_text(counted.path("below/length").read_text() + mark)
    return Outcome(digest=mark * 64)


class EndOfStageError(BaseException):
    """The stage in question is done; what follows does not matter."""


def small(folder: Path, around: Callable[[str], Any], until: str | None = None) -> list[Any]:
    """Run the three stages on the store in the folder."""
    with leased(folder, "test") as store, _session(store, around, until).active() as session:
        raw = fetch(source=str(folder.parent / "corpus"))
        finish(count(raw), mark="a")
    return results(session)


def recipe(folder: Path, around: Callable[[str], Any], until: str | None = None) -> list[Any]:
    """Run the recipe on the store in the folder, up to and with the stage of that name."""
    from flows.recipe import charflow

    with leased(folder, "test") as store:
        session = _session(store, around, until)
        with session.active(), contextlib.suppress(EndOfStageError):
            charflow(miniature(folder.parent))
    return results(session)


def miniature(folder: Path) -> Any:
    """The options of the recipe in miniature, whose corpus lies in the folder."""
    from flows.cli.options import Options

    options = options_of(
        data={"corpus": [str(folder / "corpus")]},
        training={"checkpoint_seconds": 0, "seq_length": 32, "batch_size": 8, "schedule": "trapezoid"},
        sampling={"temperatures": [0.5], "samples_per_temperature": 1, "sample_length": 3},
    )
    return Options.model_validate(options)


def _session(store: Store, around: Callable[[str], Any], until: str | None) -> Session:
    def answer(call: Any, store: Store, _: Any) -> tuple[Artifact, StageReport]:
        around(call.name)
        artifact, report = execute(call, store)
        made.append(artifact)
        if call.name == until:
            session.reports.append(report)
            raise EndOfStageError
        return artifact, report

    made: list[Artifact] = []
    session = Session(store=store, answer=answer)
    object.__setattr__(session, "made", made)
    return session


def results(session: Any) -> list[Any]:
    """Of each stage its name, its digest and, of training, the metrics without the time that it took."""
    return [
        [report.name, report.output, _metrics(made)] for report, made in zip(session.reports, session.made, strict=True)
    ]


def _metrics(made: Artifact) -> Any:
    if "metrics.jsonl" not in made.names:
        return None
    lines = [json.loads(line) for line in made.path("metrics.jsonl").read_text().splitlines()]
    return [{name: value for name, value in line.items() if name != "seconds"} for line in lines]


def write_corpus(folder: Path) -> None:
    """The corpus beside the store."""
    (folder / "corpus").write_text(corpus_text()[:1000])


def without_compiling() -> None:
    """Let TensorFlow compute without compiling, which takes most of the time of a short run."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf

    from tasks.learning import cadence, evaluation, preview

    tf.config.run_functions_eagerly(True)
    cadence.SHARE, preview.LENGTH, evaluation.COLD_WINDOW = float("inf"), 2, 16
