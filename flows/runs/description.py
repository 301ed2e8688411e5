"""What `run.json` says of a run, gathered from its facts and from what its stages said."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flows.recipe import Results
from flows.runs.record import RunRecord
from tasks.caching import Artifact, StageReport

LOSS_FACTS = (
    "loss_nats",
    "standard_error_nats",
    "bits_per_character",
    "standard_error_bits",
    "characters",
    "loss_cold_nats",
    "standard_error_cold_nats",
    "bits_per_character_cold",
    "standard_error_cold_bits",
)
MODEL_FACTS = (
    "parameters",
    "steps",
    "epochs",
    "characters_per_second",
    "train_seconds",
    *(f"{split}_{fact}" for split in ("validation", "test", "training") for fact in LOSS_FACTS),
    "precision",
    "threads",
    "onednn",
    "device",
    "gpu",
    "kernels",
)
STAGE_FACTS = ("name", "state", "why", "seconds", "key", "output", "made_by")


def describe(folder: Path, results: Results, reports: Sequence[StageReport], facts: Mapping[str, Any]) -> RunRecord:
    """The record of a run whose folder this will be."""
    model = said(results.model)
    content = {
        **{name: facts[name] for name in ("started", "command", "options", "versions", "machine")},
        "run": folder.name,
        "corpus": _corpus(results, reports),
        "stages": [_stage(report) for report in reports],
        # A test split there need not be, and of training text nothing is measured cold.
        "model": {**{name: model[name] for name in MODEL_FACTS if name in model}, **_started_from(results)},
        "samples": {**_samples(results, facts), "path": str(folder / "samples.parquet")},
        "review": str(folder / "review.html"),
    }
    # A path of bytes that are no UTF-8 comes as what no text may hold.
    return RunRecord.of(json.loads(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")))


def _started_from(results: Results) -> dict[str, Any]:
    """Which model training started from, and how much of the held-out text that had seen; nothing from scratch."""
    told = said(results.model).get("initial")
    return {"initial": {"from": results.start.name, **told}} if told else {}


def said(of: Artifact | StageReport) -> dict[str, Any]:
    """All that a stage said of its files, whether its digest counts it or not."""
    return {**of.facts, **getattr(of, "notes", {})}


def _corpus(results: Results, reports: Sequence[StageReport]) -> dict[str, Any]:
    downloads = [said(report) for report in reports if report.name == "download"]
    sources = [
        {"url": one["source"], **{name: one[name] for name in ("sha256", "bytes", "stale") if name in one}}
        for one in downloads
    ]
    return {
        "url": " ".join(source["url"] for source in sources),
        "bytes": sum(source["bytes"] for source in sources),
        "level": said(results.text).get("level", "character"),
        "characters": said(results.text)["characters"],
        "documents": said(results.text)["documents"],
        "vocabulary_size": said(results.dataset)["vocabulary_size"],
        "findings": [finding for report in reports for finding in report.findings],
        "sha256": sources[0]["sha256"] if len(sources) == 1 else None,
        "sources": sources,
    }


def _samples(results: Results, facts: Mapping[str, Any]) -> dict[str, Any]:
    sampled = [said(artifact) for artifact in results.samples]
    seconds = sum(one["seconds"] for one in sampled)
    return {
        "count": sum(one["count"] for one in sampled),
        "temperatures": facts["temperatures"],
        "recommended_temperature": said(results.scores)["recommended"]["temperature"],
        "characters_per_second": round(sum(one["characters"] for one in sampled) / seconds) if seconds else None,
    }


def _stage(report: StageReport) -> dict[str, Any]:
    return {**{name: getattr(report, name) for name in STAGE_FACTS}, "seconds": round(report.seconds, 3)}
