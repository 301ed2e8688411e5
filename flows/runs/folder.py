"""The folder of a run: what it leaves for people and other programs, `artifacts/runs/<run>/`."""

import json
import logging
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flows.recipe import Results
from flows.runs.index import write_index
from flows.runs.search import ARTIFACTS, previous_run
from tasks.caching import Artifact, StageReport
from tasks.durable import write_durably
from tasks.page.rendering import with_run

logger = logging.getLogger("charflow")

MODEL_FILES = ("model.keras", "vocabulary.json", "config.json", "README.md")


def write_run(folder: Path, results: Results, reports: Sequence[StageReport], facts: dict[str, Any]) -> dict[str, Any]:
    """Fill the folder: `run.json`, `review.html`, `samples.parquet`, `scores.json`, `metrics.jsonl`, `model/`, `data/`.

    The page is told what changed since the previous run, and the index of all runs is written anew.

    Args:
        folder: made if it does not exist.
        results: what the stages left.
        reports: what became of each stage.
        facts: of this run: its name, when, from where, by which command.

    Returns:
        The content of `run.json`.
    """
    (folder / "model").mkdir(parents=True, exist_ok=True)
    (folder / "data").mkdir(exist_ok=True)
    for name in MODEL_FILES:
        _place(results.model, name, folder / "model" / name)
    for name in results.dataset.names:
        _place(results.dataset, name, folder / "data" / name)
    _place(results.model, "metrics.jsonl", folder / "metrics.jsonl")
    for name in ("samples.parquet", "scores.json"):
        _place(results.scores, name, folder / name)
    run = describe(folder, results, reports, facts)
    page = results.page.path("review.html").read_text(encoding="utf-8")
    shown = {**facts, "corpus": run["corpus"], "stages": run["stages"], "options": None}
    write_durably(folder / "review.html", with_run(page, shown, since_previous(folder, run)), drafts=folder)
    write_durably(folder / "run.json", json.dumps(run, indent=1), drafts=folder)
    point_latest_at(folder)
    write_index()
    return run


def describe(folder: Path, results: Results, reports: Sequence[StageReport], facts: dict[str, Any]) -> dict[str, Any]:
    """What `run.json` says."""
    downloads = [report.facts for report in reports if report.name == "download"]
    model = results.model.facts
    sampled = [artifact.facts for artifact in results.samples]
    seconds = sum(one["seconds"] for one in sampled)
    return {
        "run": facts["run"],
        "started": facts["started"],
        "command": facts["command"],
        "options": facts["options"],
        "corpus": {
            "url": " ".join(one["source"] for one in downloads),
            "sha256": downloads[0]["sha256"] if len(downloads) == 1 else results.text.digest,
            "bytes": sum(one["bytes"] for one in downloads),
            "characters": results.text.facts["characters"],
            "vocabulary_size": results.dataset.facts["vocabulary_size"],
        },
        "stages": [_stage(report) for report in reports],
        "model": {name: model[name] for name in MODEL_FACTS},
        "samples": {
            "count": sum(one["count"] for one in sampled),
            "temperatures": facts["temperatures"],
            "recommended_temperature": results.scores.facts["recommended"]["temperature"],
            "characters_per_second": round(sum(one["characters"] for one in sampled) / seconds),
            "path": str(folder / "samples.parquet"),
        },
        "review": str(folder / "review.html"),
    }


MODEL_FACTS = (
    "parameters",
    "steps",
    "epochs",
    "characters_per_second",
    "train_seconds",
    "validation_loss_nats",
    "validation_bits_per_character",
    "validation_loss_cold_nats",
    "precision",
    "threads",
    "onednn",
)


def since_previous(folder: Path, run: Mapping[str, Any]) -> str:
    """What changed since the previous run, as HTML; empty if there is none, or none that can be read."""
    from flows.runs.record import read_record
    from tasks.page.comparison import compare
    from tasks.page.comparison_page import comparison_html

    previous = previous_run(folder, run)
    if previous is None:
        return ""
    try:
        before = read_record(previous)
    except (OSError, ValueError, KeyError) as error:
        logger.warning("review: not compared with the previous run, whose folder cannot be read: %s", error)
        return ""
    return comparison_html(compare(before, read_record(folder, run)))


def point_latest_at(folder: Path) -> None:
    """Make `artifacts/latest` lead to this run, in one step."""
    draft = folder / ".latest"
    draft.unlink(missing_ok=True)
    draft.symlink_to(folder.relative_to(ARTIFACTS))
    draft.replace(ARTIFACTS / "latest")


def _stage(report: StageReport) -> dict[str, Any]:
    names = ("name", "state", "why", "seconds", "key", "output", "made_by")
    stage = {name: getattr(report, name) for name in names}
    return {**stage, "seconds": round(report.seconds, 3)}


def _place(artifact: Artifact, name: str, destination: Path) -> None:
    """Give a stored file a name of its own here: a link where the file system allows it, else a copy."""
    destination.unlink(missing_ok=True)
    try:
        os.link(artifact.path(name), destination)
    except OSError:
        shutil.copyfile(artifact.path(name), destination)
