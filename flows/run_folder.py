"""The folder of a run: what it leaves for people and other programs, `artifacts/runs/<run>/`."""

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flows.main import Results
from tasks.caching import Artifact, StageReport
from tasks.page.rendering import with_run

ROOT = Path(__file__).resolve().parents[1]
ARTIFACTS = ROOT / "artifacts"
MODEL_FILES = ("model.keras", "vocabulary.json", "config.json", "README.md")


def write_run(folder: Path, results: Results, reports: Sequence[StageReport], facts: dict[str, Any]) -> dict[str, Any]:
    """Fill the folder: `run.json`, `review.html`, `samples.parquet`, `metrics.jsonl`, `model/`, `data/`.

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
    _place(results.scores, "samples.parquet", folder / "samples.parquet")
    run = describe(folder, results, reports, facts)
    page = results.page.path("review.html").read_text(encoding="utf-8")
    (folder / "review.html").write_text(with_run(page, {**facts, "stages": run["stages"]}), encoding="utf-8")
    (folder / "run.json").write_text(json.dumps(run, indent=1), encoding="utf-8")
    point_latest_at(folder)
    return run


def describe(folder: Path, results: Results, reports: Sequence[StageReport], facts: dict[str, Any]) -> dict[str, Any]:
    """What `run.json` says."""
    downloads = [report.facts for report in reports if report.name == "download"]
    model = results.model.facts
    sampled = [artifact.facts for artifact in results.samples]
    seconds = sum(one["seconds"] for one in sampled)
    return {
        "run": facts["run"],
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


def point_latest_at(folder: Path) -> None:
    """Make `artifacts/latest` lead to this run, in one step."""
    draft = ARTIFACTS / f".latest.{os.getpid()}"
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
