"""A corpus at one address, night after night, by the real command."""

import json

import pytest

from tests.corpus.server import Answer, Document, running_server
from tests.flows.command import TINY, charflow
from tests.flows.project import copy_project, corpus_text

FIRST = corpus_text(seed=1)
ERROR_PAGE = "The service is not available, please come back later.\n" * 25
BUSY = Answer(status=503, headers={"Retry-After": "0"})


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return copy_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def site():
    with running_server() as site:
        yield site


@pytest.fixture(scope="module")
def first(project, site):
    site.answer = Document(body=FIRST.encode(), etag='"1"')
    done = charflow(project, "--corpus", site.url, "--run-name", "first", *TINY)
    assert done.returncode == 0, done.stderr
    assert "very unlike" not in done.stderr
    return done


def said_by(project, name):
    return json.loads((project.folder / "artifacts/runs" / name / "run.json").read_text())


@pytest.mark.slow
def test_a_server_that_fails_does_not_end_a_run_that_may_use_the_last_corpus(project, site, first):
    site.answer = [BUSY]

    failed = charflow(project, "--corpus", site.url, *TINY)
    done = charflow(project, "--corpus", site.url, "--run-name", "stale", "--on-failure", "use-last", *TINY)

    assert failed.returncode == 1
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("download")]
    assert " stale " in line
    assert "the server answered 503" in line
    stages = {stage["name"]: stage for stage in said_by(project, "stale")["stages"]}
    assert stages["download"]["state"] == "stale"
    assert {stage["state"] for name, stage in stages.items() if name != "download"} == {"cached"}
    (source,) = said_by(project, "stale")["corpus"]["sources"]
    assert source["stale"]["since"] <= said_by(project, "stale")["started"]


@pytest.mark.slow
def test_a_run_that_goes_on_from_the_last_corpus_may_have_stages_to_run(project, site, first):
    site.answer = [BUSY]
    words = ["--on-failure", "use-last", *TINY, "--prompt", "the cat"]

    done = charflow(project, "--corpus", site.url, "--run-name", "more", *words)

    assert done.returncode == 0, done.stderr
    states = {stage["name"]: stage["state"] for stage in said_by(project, "more")["stages"]}
    assert (states["download"], states["train"], states["sample[1.0]"]) == ("stale", "cached", "ran")


@pytest.mark.slow
def test_a_corpus_that_is_very_unlike_the_last_is_told_of_in_one_line_and_trained_on(project, site, first):
    site.answer = [Answer(body=ERROR_PAGE.encode())]

    done = charflow(project, "--corpus", site.url, "--run-name", "changed", *TINY)

    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stderr.splitlines() if "very unlike" in line]
    assert line.startswith("the corpus is very unlike that of the run ")
    assert f"it has {len(ERROR_PAGE):,} characters" in line
