"""A corpus that grows from night to night, on the real command line."""

import json

import pytest

from tests.flows.command import TINY, charflow
from tests.flows.project import copy_project, corpus_text


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """A project with the runs of two nights, before the second of which the corpus grew."""
    project = copy_project(tmp_path_factory.mktemp("grown"))
    for night, text in (("first", corpus_text()), ("second", f"{corpus_text()}zebras everywhere.\n")):
        project.corpus.write_text(text)
        done = nightly(project, "--run-name", night)
        assert done.returncode == 0, done.stderr
    return project


def nightly(project, *words):
    return charflow(project, "--corpus", project.corpus, *TINY, "--init-from", "auto", *words)


def run_of(project, name):
    return json.loads((project.folder / "artifacts/runs" / name / "run.json").read_text())


@pytest.mark.slow
def test_the_second_night_goes_on_from_the_model_of_the_first_and_says_so(grown):
    first, second = run_of(grown, "first"), run_of(grown, "second")
    review = (grown.folder / "artifacts/runs/second/review.html").read_text()

    assert "initial" not in first["model"]
    initial = second["model"]["initial"]
    assert (initial["from"], initial["new_characters"], initial["validation_seen"]) == ("first", 4, 0.0)
    assert "--init-from=first" in second["command"]
    assert f"Training went on from an earlier model ({initial['sha256'][:12]})" in review


@pytest.mark.slow
def test_a_night_on_which_nothing_changed_runs_nothing(grown):
    plan = nightly(grown, "--plan")

    assert all(row.split()[1] == "cached" for row in plan.stdout.splitlines()[1:-1])
    assert plan.stdout.splitlines()[-1] == "training starts from the model of run first"


@pytest.mark.slow
def test_a_plan_names_the_model_and_the_input_and_a_model_of_another_shape_is_refused_at_once(grown):
    words = ["--corpus", grown.corpus, *TINY, "--plan", "--init-from", "second"]
    plan, refused = charflow(grown, *words), charflow(grown, *words, "--units", "9")

    assert "train        would run  what it reads changed (initial_model)" in plan.stdout
    assert plan.stdout.splitlines()[-1] == "training starts from the model of run second"
    assert refused.returncode == 2
    assert "is of another shape: units 8 where this run has 9; pass --units 8, or name another model" in refused.stderr


@pytest.mark.slow
def test_neither_a_plan_nor_a_run_starts_from_the_run_that_it_replaces(grown):
    folder = grown.folder / "artifacts/runs/second"
    before = (folder / "run.json").read_bytes()
    named = [*TINY, "--corpus", grown.corpus, "--init-from", folder, "--run-name", "second"]
    refused = [nightly(grown, "--run-name", "first"), charflow(grown, *named), charflow(grown, *named, "--plan")]

    for done, name in zip(refused, ["first", "second", "second"], strict=True):
        assert (done.returncode, done.stdout) == (2, "")
        assert f"the model of run {name}, which --run-name {name} replaces" in done.stderr
    assert (folder / "run.json").read_bytes() == before
