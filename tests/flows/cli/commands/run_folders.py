"""Run folders as the flow leaves them, with what `compare` reads."""

import json
import math

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.data.scores import SCORED
from tests.page.reviews import FLOORS, a_sample, scores_of


def write_run_folder(
    folder, started="2030-01-02T03:04:05+00:00", text="To be, or not", bits=2.0, url="a.txt", **config
):
    """A run folder with these contents; further words go into the training options."""
    samples = [a_sample(text, t, index) for t in (0.5, 0.8) for index in range(2)]
    run = {
        "run": folder.name,
        "started": started,
        "options": {"preset": "quick", "validation-fraction": 0.1},
        "corpus": {"url": url, "sha256": "5891"},
        "stages": [{"name": "train", "output": str(bits)}, {"name": "review", "output": text}],
        "model": {
            "validation_bits_per_character": bits,
            "validation_standard_error_bits": 0.01,
            "validation_loss_cold_nats": 1.5,
            "parameters": 9,
            "steps": 20,
        },
        "samples": {"count": 4, "recommended_temperature": 0.8},
    }
    (folder / "model").mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(run))
    (folder / "review.html").write_text("")
    logged = {"step": 20, "train_loss_nats": 1.5, "validation_loss_nats": bits * math.log(2)}
    (folder / "metrics.jsonl").write_text(json.dumps(logged) + "\n")
    (folder / "scores.json").write_text(json.dumps(scores_of(samples)))
    (folder / "model/config.json").write_text(json.dumps({"training": {"units": 64, **config}, "fit": {"steps": 20}}))
    (folder / "floors.json").write_text(json.dumps(FLOORS))
    pq.write_table(pa.Table.from_pylist(samples, SCORED), folder / "samples.parquet")
    return folder
