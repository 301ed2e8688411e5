"""The folder of a run: what it leaves for people and other programs, `artifacts/runs/<run>/`.

It is built under a draft's name and renamed whole. What is done beside it after that decorates, and fails no run.
"""

import contextlib
import errno
import json
import logging
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from flows.errors import UsageError
from flows.recipe import Results
from flows.runs.description import describe
from flows.runs.drafts import FOLDER, draft_of, locked, publish
from flows.runs.index import write_index
from flows.runs.names import check_run_name
from flows.runs.presentation import presented
from flows.runs.record import FILE
from flows.runs.search import ARTIFACTS
from tasks.caching import Artifact, StageReport
from tasks.durable import make_folder
from tasks.page import markdown
from tasks.page.rendering import with_run
from tasks.text.characters import visible

logger = logging.getLogger("charflow")

MODEL_FILES = ("model.keras", "vocabulary.json", "config.json", "README.md", "trained_on.npy")
FULL = (errno.ENOSPC, errno.EDQUOT)


@contextlib.contextmanager
def run_draft(name: str, runs: Path = ARTIFACTS / "runs") -> Iterator[Path]:
    """The folder that a run of this name is built in, made before anything runs; gone after the block.

    Raises:
        UsageError: no folder can have the name, or none can be made.
        OSError: the disk is full.
    """
    check_run_name(name)
    with contextlib.ExitStack() as held:
        try:
            make_folder(runs / FOLDER)
            if not os.access(runs, os.W_OK | os.X_OK):
                raise PermissionError("it may not be written to")
            draft = held.enter_context(draft_of(name, runs / FOLDER))
        except OSError as error:
            if error.errno in FULL:
                raise
            if isinstance(error, FileExistsError):
                cause, remedy = f"{error.filename} is no folder", "move it away"
            else:
                cause, remedy = error.strerror or str(error), "make it writable"
            raise UsageError(f"cannot make the folder of the run in {runs}: {cause}; {remedy}") from error
        yield draft


def write_run(
    draft: Path, name: str, results: Results, reports: Sequence[StageReport], facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Fill the draft, and rename it whole; a run that had the name is replaced.

    It holds `run.json`, `review.html`, `review.md`, `samples.parquet`, `scores.json`, `floors.json`, `metrics.jsonl`,
    `model/`, `data/`. The page is told what changed since the previous run, `latest` leads to the run, the index of all
    runs is written anew.

    Args:
        draft: as `run_draft` made it.
        name: of the run.
        results: what the stages left.
        reports: what became of each stage.
        facts: of this run: when, from where, by which command, with which versions, on which machine.

    Returns:
        The content of `run.json`.
    """
    drafts = draft.parent
    final = drafts.parent / name
    _fill(draft, results)
    record = describe(final, results, reports, facts).finished_now()
    run = record.content
    page = results.page.path("review.html").read_text(encoding="utf-8")
    shown = presented({**facts, "corpus": run["corpus"], "stages": run["stages"], "options": None})
    content = with_run(page, shown).encode()
    with decoration("what changed since the previous run"):
        from flows.runs.comparison import since_previous

        content = with_run(page, shown, since_previous(draft, final, record)).encode()
    (draft / "review.html").write_bytes(content)
    summary = results.page.path("review.md").read_text(encoding="utf-8")
    (draft / "review.md").write_text(markdown.with_run(summary, shown), encoding="utf-8", newline="")
    with locked(drafts):
        run = record.finished_now().content  # In here, so that `latest` leads to the run that finished last.
        (draft / FILE).write_text(json.dumps(run, indent=1), encoding="ascii")
        if final.exists():
            logger.info("replaces the run %s that was there before", visible(name))
        publish(draft, final)
        with decoration("artifacts/latest"):
            point_latest_at(final)
        with decoration("the index of all runs"):
            write_index(final.parent.parent)
    return run


@contextlib.contextmanager
def decoration(what: str) -> Iterator[None]:
    """Whatever goes wrong in the block is told in a line, and fails nothing."""
    try:
        yield
    except Exception as error:
        cause = visible(" ".join(f"{type(error).__name__}: {error}".split()))
        logger.warning("left out: %s: %s", what, cause)


def point_latest_at(folder: Path) -> None:
    """Make `latest` lead to this run, in one step.

    Raises:
        OSError: it is no symbolic link but something else, which is left as it is; or there are no symbolic links.
    """
    artifacts = folder.parent.parent
    latest, draft = artifacts / "latest", artifacts / ".latest"
    if latest.exists() and not latest.is_symlink():
        raise FileExistsError(f"{latest} is no link; remove it")
    draft.unlink(missing_ok=True)
    draft.symlink_to(folder.relative_to(artifacts))
    draft.replace(latest)


def _fill(draft: Path, results: Results) -> None:
    """Give the files that stages left a place in the draft."""
    for inner in ("model", "data"):
        (draft / inner).mkdir()
    placed = [(results.model, name, f"model/{name}") for name in MODEL_FILES]
    # Parquet alone in `data`, so that readers take the folder as a whole; the vocabulary is in `model`.
    shards = [name for name in results.dataset.names if name.endswith(".parquet")]
    placed += [(results.dataset, name, f"data/{name}") for name in shards]
    placed += [(results.dataset, "floors.json", "floors.json"), (results.model, "metrics.jsonl", "metrics.jsonl")]
    placed += [(results.scores, name, name) for name in ("samples.parquet", "scores.json")]
    for artifact, name, destination in placed:
        _place(artifact, name, draft / destination)


def _place(artifact: Artifact, name: str, destination: Path) -> None:
    """Give a stored file a name of its own here: a link where the file system allows it, else a copy."""
    try:
        os.link(artifact.path(name), destination)
    except OSError:
        destination.unlink(missing_ok=True)
        shutil.copyfile(artifact.path(name), destination)
