import pytest

from tests.flows.command import TINY, charflow
from tests.flows.project import copy_project


def plan(project, *words):
    done = charflow(project, "--corpus", project.corpus, "--store", project.store, *TINY, *words, "--plan")
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()[1:]]
    return {name: " ".join(rest) for name, *rest in rows}


def test_the_plan_names_what_would_run_and_the_ingredient_that_changed_and_runs_nothing(tmp_path):
    project = copy_project(tmp_path)
    assert set(plan(project).values()) == {"would run first time"}
    assert not project.store.exists()
    project.run()

    same, other = plan(project), plan(project, "--dropout", "0.25")

    assert all(row.startswith("cached") for row in same.values())
    assert other["train"] == "would run dropout None → 0.25"
    assert other["review"].startswith("would run after train")
    assert all(other[name] == same[name] for name in ("download", "normalise", "encode", "shard"))


@pytest.mark.slow
def test_the_plan_goes_on_with_a_corpus_that_is_gone_where_the_run_would(tmp_path):
    project = copy_project(tmp_path)
    project.run()
    project.corpus.unlink()

    rows = plan(project, "--on-failure", "use-last")

    assert rows["download"].startswith("stale would go on with what was fetched at ")
    assert rows["normalise"].startswith("cached")
