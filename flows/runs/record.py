"""The folder of a run read back, for comparing it with another."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flows.cli.options import TrainingOptions
from tasks.page.comparison import COMPARED_COLUMNS, Record
from tasks.page.curve import read_curve


def read_record(folder: Path, run: Mapping[str, Any] | None = None) -> Record:
    """What a run left, as far as two are compared.

    Args:
        folder: of the run.
        run: the content of its `run.json`; none: it is read.

    Raises:
        OSError: a file is missing.
        ValueError: a file does not hold what it should.
    """
    import pyarrow.parquet as pq

    content = _json(folder / "run.json") if run is None else run
    samples = pq.read_table(folder / "samples.parquet", columns=list(COMPARED_COLUMNS), page_checksum_verification=True)
    rows = samples.to_pylist()
    scores = folder / "scores.json"
    return Record(
        run=content,
        options=_options(content, _json(folder / "model" / "config.json"), rows),
        points=read_curve(folder / "metrics.jsonl"),
        floors=_json(folder / "data" / "floors.json"),
        samples=rows,
        scores=_json(scores) if scores.exists() else None,
    )


def _options(run: Mapping[str, Any], config: Mapping[str, Any], samples: list[dict[str, Any]]) -> dict[str, Any]:
    """What was asked for, with the preset's values where they are known."""
    given = {name.replace("-", "_"): value for name, value in run.get("options", {}).items()}
    sampled = {
        "sampling_seed": sorted({sample["seed"] for sample in samples}),
        "prompt": list(dict.fromkeys(sample["prompt"] for sample in samples)),
        "temperatures": sorted({sample["temperature"] for sample in samples}),
        "samples": len(samples),
    }
    resolved = {*TrainingOptions.model_fields, "seed", "prompt", "temperatures", "corpus"}
    rest = {name: value for name, value in given.items() if name not in resolved}
    return {"corpus": run["corpus"]["url"], **rest, **config["training"], **config["fit"], **sampled}


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
