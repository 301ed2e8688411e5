import json
import os
import sqlite3
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from tasks.page.judgements import recommendation
from tests.flows.command import TINY, charflow
from tests.flows.project import STAGES, copy_project, corpus_text


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return copy_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def first(project, tmp_path_factory):
    """A first run, started in another folder."""
    done = charflow(project, "--corpus", project.corpus, *TINY, cwd=tmp_path_factory.mktemp("elsewhere"))
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def second(project, first):
    """The same again, in the project's folder, under another hash seed."""
    done = charflow(project, "--corpus", project.corpus, *TINY, "--run-name", "again", PYTHONHASHSEED="5")
    assert done.returncode == 0, done.stderr
    return done


def latest(project):
    return json.loads((project.folder / "artifacts/latest/run.json").read_text())


def test_the_path_of_the_page_is_all_that_goes_to_standard_output(project, first):
    assert first.stdout.endswith("/review.html\n")
    assert first.stdout.count("\n") == 1


def test_a_line_for_each_stage_goes_to_standard_error(first):
    lines = first.stderr.splitlines()

    assert [line.split()[0] for line in lines if " ran " in line] == STAGES
    assert lines[-2].startswith("Too little text is held out to judge the model by it")
    assert lines[-1].startswith("On held-out text the model needs ")
    assert [line for line in lines if line.startswith("samples at temperature ")] != []
    assert "Traceback" not in first.stderr
    assert "oneDNN" not in first.stderr


def test_run_json_says_what_was_done(project, first):
    run = json.loads((next((project.folder / "artifacts/runs").glob("2*")) / "run.json").read_text())

    assert run["corpus"]["url"] == str(project.corpus)
    assert run["corpus"]["characters"] == len(corpus_text())
    assert run["corpus"]["vocabulary_size"] == len(set(corpus_text()))
    assert [stage["name"] for stage in run["stages"]] == STAGES
    assert {stage["state"] for stage in run["stages"]} == {"ran"}
    assert all(stage["key"] and stage["output"] and stage["why"] == "first time" for stage in run["stages"])
    assert run["samples"]["count"] == 4
    assert run["samples"]["temperatures"] == [0.5, 1.0]
    assert run["samples"]["characters_per_second"] > 0
    assert run["model"]["steps"] > 0
    assert run["model"]["validation_bits_per_character"] == pytest.approx(
        run["model"]["validation_loss_nats"] / 0.6931471805599453
    )


def test_the_folder_of_a_run_holds_what_the_readme_promises(project, first):
    folder = next((project.folder / "artifacts/runs").glob("2*"))

    assert {p.name for p in folder.iterdir()} == {
        "run.json",
        "review.html",
        "review.md",
        "samples.parquet",
        "scores.json",
        "floors.json",
        "metrics.jsonl",
        "model",
        "data",
    }
    assert {p.name for p in (folder / "model").iterdir()} == {
        "model.keras",
        "vocabulary.json",
        "config.json",
        "README.md",
        "trained_on.npy",
    }
    samples = pq.read_table(folder / "samples.parquet").to_pylist()
    assert [(row["temperature"], row["index"], len(row["text"])) for row in samples] == [
        (0.5, 0, 20),
        (0.5, 0, 20),
        (1.0, 0, 20),
        (1.0, 0, 20),
    ]
    first_line = json.loads((folder / "metrics.jsonl").read_text().splitlines()[0])
    assert {"step", "characters", "seconds", "train_loss_nats", "validation_loss_nats"} <= first_line.keys()


def test_samples_go_on_from_beginnings_of_held_out_text_which_the_page_shows_beside_them(project, first):
    folder = next((project.folder / "artifacts/runs").glob("2*"))
    prompts = pq.read_table(folder / "samples.parquet", columns=["prompt"])["prompt"].to_pylist()
    page = json.loads((folder / "review.html").read_text().split('id="review">')[1].split("</script>")[0])
    held_out = corpus_text()[int(0.9 * len(corpus_text())) :]

    assert prompts[:2] == prompts[2:]
    assert prompts[0] != prompts[1]
    for prompt, (place, text, *_) in zip(prompts[:2], page["continuations"], strict=True):
        assert page["samples"]["prompts"][place] == prompt
        assert len(text) == 20
        assert prompt + text in held_out


def test_latest_points_at_the_newest_run(project, second):
    assert (project.folder / "artifacts/latest").resolve() == project.folder / "artifacts/runs/again"


def test_a_second_run_reuses_every_stage_and_says_which_run_made_it(project, first, second):
    run = latest(project)

    assert {stage["state"] for stage in run["stages"]} == {"cached"}
    assert len({stage["made_by"] for stage in run["stages"]}) == 1
    assert run["run"] == "again"


def test_the_page_names_the_run_and_the_command_that_repeats_it(project, second):
    page = (project.folder / "artifacts/latest/review.html").read_text()

    assert "again" in page
    assert "python flows/main.py" in page
    assert "--seq-length=16" in page


def test_the_page_tells_what_changed_since_the_run_before(project, second):
    since = (project.folder / "artifacts/latest/review.html").read_text().split('<div id="since-body">')[1]

    assert "All 4 are equal." in since.split("<!-- since -->")[0]


def test_the_index_leads_to_every_run(project, second):
    index = (project.folder / "artifacts/index.html").read_text()
    run = latest(project)

    for folder in (project.folder / "artifacts/runs").glob("[!.]*"):
        assert f'href="runs/{folder.name}/review.html"' in index
    assert f"{run['model']['validation_bits_per_character']:.3f}" in index
    assert run["samples"]["recommended_temperature"] in (0.5, 1.0)


def test_two_runs_are_compared_and_nothing_heavy_is_loaded(project, second):
    done = charflow(project, "compare")

    assert done.returncode == 0, done.stderr
    assert "options that changed: none" in done.stdout
    assert "samples of the same seed: 4, of which 4 are equal" in done.stdout
    assert "again" in (project.folder / "artifacts/compare.html").read_text()


def test_prefect_knows_the_run_that_had_something_to_do_and_not_the_one_that_had_not(project, first, second):
    with sqlite3.connect(project.folder / "prefect-home/prefect.db") as database:
        tasks = database.execute(
            "select task_run.name, state_type, state_name, s.message from task_run "
            "join task_run_state s on s.id = task_run.state_id order by task_run.start_time"
        ).fetchall()
        artifacts = database.execute("select key, type, data from artifact").fetchall()

    assert [name for name, *_ in tasks] == STAGES
    assert {kind for _, kind, *_ in tasks} == {"COMPLETED"}
    assert {state for *_, state, _ in tasks} == {"Completed"}
    assert {message for *_, message in tasks} == {"first time"}
    by_key = {key: data for key, _, data in artifacts}
    assert set(by_key) == {"charflow-summary", "charflow-stages", "charflow-loss", "charflow-review"}
    assert "bits per character" in by_key["charflow-summary"]
    scores = json.loads((project.folder / "artifacts/latest/scores.json").read_text())
    assert recommendation(scores) in json.loads(by_key["charflow-summary"])


@pytest.mark.slow
def test_a_deployed_flow_reuses_what_the_command_line_made(project, second):
    """As a worker does it: loaded from its entrypoint, called with JSON parameters."""
    script = f"""
import json, sys
from prefect.flows import load_flow_from_entrypoint
flow = load_flow_from_entrypoint("flows/orchestration/flow.py:charflow")
options = {{
    "data": {{"corpus": [{str(project.corpus)!r}]}},
    "training": {{"units": 8, "embedding_dim": 4, "seq_length": 16, "batch_size": 32, "epochs": 1,
                  "precision": "float32"}},
    "sampling": {{"samples_per_temperature": 2, "sample_length": 20, "temperatures": [0.5, 1]}},
}}
run = flow(options=options, run_name="deployed")
print(json.dumps([[s["name"], s["state"]] for s in run["stages"]]), "tensorflow" in sys.modules)
"""
    environment = {**os.environ, "PREFECT_HOME": str(project.folder / "prefect-home")}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=project.folder, env=environment, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == json.dumps([[name, "cached"] for name in STAGES]) + " False"


@pytest.mark.slow
def test_a_state_that_is_reset_at_lines_makes_no_more_anew_than_the_model_and_what_follows(project, tmp_path):
    (tmp_path / "lines.txt").write_text(corpus_text(seed=2))
    words = ["--corpus", tmp_path / "lines.txt", "--documents", "lines", *TINY, "--run-name", "lines"]

    done = charflow(project, *words, "--reset-state")
    plan = charflow(project, *words, "--plan")

    assert done.returncode == 0, done.stderr
    run = latest(project)
    assert (run["run"], run["options"]["reset-state"], run["corpus"]["documents"]) == ("lines", True, 90)
    config = json.loads((project.folder / "artifacts/runs/lines/model/config.json").read_text())
    assert config["training"]["reset_at"] == "lines"
    assert "resets nothing" not in done.stderr
    rows = {line.split()[0]: line for line in plan.stdout.splitlines()[1:]}
    assert [name for name, line in rows.items() if "would" in line] == STAGES[4:]
    assert all("cached" in rows[name] for name in STAGES[:4])
    assert "reset_at 'lines' → None" in rows["train"]
