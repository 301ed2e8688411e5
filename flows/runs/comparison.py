"""The folder of a run read back, for comparing it with another."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flows.cli.options import DataOptions, SamplingOptions, TrainingOptions
from flows.runs.presentation import presented
from flows.runs.record import RunRecord, reading
from flows.runs.search import previous_run
from tasks.data.sample_pairs import SampleFile
from tasks.learning.presets import PRESETS
from tasks.page.comparison import Record, compare
from tasks.page.comparison_page import comparison_html
from tasks.quality.learning_curve import read_curve


def since_previous(folder: Path, final: Path, record: RunRecord) -> str:
    """What changed since the previous run of the same corpus, as HTML; empty if there is none.

    Args:
        folder: what the run left.
        final: the folder that this will be.
        record: of the run.

    Raises:
        RecordError: the previous run cannot be read.
    """
    previous = previous_run(final, record, same_corpus=True)
    if previous is None:
        return ""
    with reading(previous):
        return comparison_html(compare(read_compared(previous), read_compared(folder, record)))


def read_compared(folder: Path, record: RunRecord | None = None) -> Record:
    """What a run left, as far as two are compared; of the samples only where they lie is held.

    Args:
        folder: of the run.
        record: of the run; none: it is read.

    Raises:
        RecordError: a file is missing, or does not hold what it should.
    """
    record = record or RunRecord.read(folder)
    scores = folder / "scores.json"
    with reading(folder):
        samples = SampleFile.read(folder / "samples.parquet")
        return Record(
            run=presented(record.content),
            options=_options(record, _json(folder / "model" / "config.json"), samples),
            points=read_curve(folder / "metrics.jsonl"),
            floors=_json(folder / "floors.json"),
            samples=samples,
            scores=_json(scores) if scores.exists() else None,
        )


def _options(record: RunRecord, config: Mapping[str, Any], samples: SampleFile) -> dict[str, Any]:
    """What was asked for, with the values of the preset and of what was left out."""
    given = {name.replace("-", "_"): value for name, value in record.options.items()}
    sampled = {
        "sampling_seed": sorted({name.seed for name in samples.stretches}),
        "prompt": list(dict.fromkeys(name.prompt for name in samples.stretches)),
        "temperatures": sorted({name.temperature for name in samples.stretches}),
        "samples": samples.count,
    }
    resolved = {*TrainingOptions.model_fields, "seed", "prompt", "temperatures", "corpus"}
    rest = {name: value for name, value in {**_defaults(given), **given}.items() if name not in resolved}
    corpus = presented(record.content)["corpus"]["url"]
    return {"corpus": corpus, **rest, **config["training"], **config["fit"], **sampled}


def _defaults(given: Mapping[str, Any]) -> dict[str, Any]:
    """What is meant by an option that is left out, as this charflow has it; of samples, what the preset says."""
    preset = PRESETS.get(given.get("preset", "quick"))
    left_out = {**DataOptions().model_dump(), **SamplingOptions().model_dump()}
    return {**left_out, **(preset.sampling if preset else {})}


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
