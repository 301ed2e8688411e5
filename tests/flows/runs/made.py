"""What stages left, made up: enough for the folder of a run."""

import json
import math

import pyarrow as pa
import pyarrow.parquet as pq

from flows.recipe import Results
from flows.runs.folder import run_draft, write_run
from tasks.caching import Artifact, StageReport
from tasks.data.scores import SCORED
from tasks.page import markdown
from tasks.page.rendering import ORIGIN, ORIGIN_END, SINCE, SINCE_END, SIZE, SIZE_END, SLOT, SLOT_END
from tests.page.reviews import FLOORS, a_sample, scores_of

MODEL = {
    "parameters": 9,
    "steps": 20,
    "epochs": 1.5,
    "characters_per_second": 5,
    "train_seconds": 0.25,
    "validation_loss_nats": 1.4,
    "validation_standard_error_nats": None,
    "validation_bits_per_character": 2.0,
    "validation_standard_error_bits": None,
    "validation_characters": 69,
    "validation_loss_cold_nats": 1.5,
    "validation_standard_error_cold_nats": 0.02,
    "validation_bits_per_character_cold": 2.2,
    "validation_standard_error_cold_bits": 0.03,
    "training_loss_nats": 1.2,
    "training_standard_error_nats": 0.01,
    "training_bits_per_character": 1.7,
    "training_standard_error_bits": 0.014,
    "training_characters": 69,
    "precision": "float32",
    "findings": [],
    "threads": 2,
    "onednn": True,
    "device": "cpu",
    "kernels": True,
}
SOURCE = {"source": "a.txt", "sha256": "58" * 32, "bytes": 70}


def artifact(folder, facts, **files):
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_bytes(content.encode() if isinstance(content, str) else content)
    return Artifact.of_folder(folder, facts)


def results_of(folder, text="To be, or not", seconds=0.5, vocabulary="[]"):
    """Results whose files say this text."""
    samples = [a_sample(text, t, index) for t in (0.5, 0.8) for index in range(2)]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(samples, SCORED), sink)
    logged = {"step": 20, "train_loss_nats": 1.5, "validation_loss_nats": 2 * math.log(2)}
    config = {"training": {"units": 64}, "fit": {"steps": 20}}
    drawn = {"count": 4, "characters": 4 * len(text), "seconds": seconds}
    return Results(
        text=artifact(folder / "text", {"characters": 70, "documents": 1}, text__txt=text),
        dataset=artifact(
            folder / "dataset",
            {"vocabulary_size": 9, "floors": FLOORS},
            vocabulary__json=vocabulary,
            floors__json=json.dumps(FLOORS),
            **{"train-00000-of-00001__parquet": text},
        ),
        model=artifact(
            folder / "model",
            MODEL,
            model__keras=text,
            vocabulary__json=vocabulary,
            config__json=json.dumps(config),
            README__md=text,
            trained_on__npy="",
            metrics__jsonl=json.dumps(logged) + "\n",
        ),
        samples=[artifact(folder / "samples", drawn, samples__parquet=sink.getvalue().to_pybytes())],
        scores=artifact(
            folder / "scores",
            {"recommended": scores_of(samples)["recommended"]},
            samples__parquet=sink.getvalue().to_pybytes(),
            scores__json=json.dumps(scores_of(samples)),
        ),
        page=artifact(
            folder / "page",
            {},
            review__html=f"<p>{text}</p>{SLOT}null{SLOT_END}{SINCE}{SINCE_END}{SIZE}{SIZE_END}{ORIGIN}{ORIGIN_END}",
            review__md=f"{markdown.SLOT}\n{text}",
        ),
    )


def reports_of(sources=(SOURCE,), key="1f"):
    downloads = [
        StageReport(name="download", state="ran", why="first time", key=f"{key}{n}", facts=source)
        for n, source in enumerate(sources)
    ]
    return [*downloads, StageReport(name="train", state="ran", why="first time", key="2f", output="ff")]


def facts_of(name, started="2030-01-02T03:04:05+00:00", **changed):
    return {
        "run": name,
        "started": started,
        "sources": ["a.txt"],
        "temperatures": [0.5, 0.8],
        "command": "python flows/main.py",
        "options": {"preset": "quick"},
        "flow_run": None,
        "versions": {"python": "3.11.9"},
        "machine": {"system": "Linux"},
        **changed,
    }


def a_run(runs, name, results, reports=None, **facts):
    """Leave the folder of a run as the flow does; gives what `run.json` says."""
    with run_draft(name, runs) as draft:
        return write_run(draft, name, results, reports or reports_of(), facts_of(name, **facts))


def files_of(folder):
    """The content of every file below a folder, by its path in it."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
