"""A corpus that changes too much, or cannot be fetched, in a deployed run."""

import pytest

from tasks.caching.store.leases import read_leases
from tests.corpus.server import Answer, running_server
from tests.flows.orchestration.conftest import BUSY
from tests.flows.project import corpus_text

pytestmark = pytest.mark.slow  # a server and a worker of Prefect take as long to start as many tests

ERROR_PAGE = "The service is not available, please come back later.\n" * 25


@pytest.fixture(scope="module")
def site():
    with running_server() as site:
        site.answer = [Answer(body=corpus_text(seed=5).encode(), headers={"ETag": '"1"'})]
        yield site


@pytest.fixture(scope="module")
def first(server, site):
    run = server.ask_for_run(data={"corpus": [site.url]})
    assert server.end(run) == "Completed"
    return run


def test_a_download_that_failed_after_its_retries_ends_stale_and_the_run_goes_on(server, site, first):
    site.answer = [BUSY]

    run = server.ask_for_run(data={"corpus": [site.url], "on_failure": "use-last"}, retry_seconds=[0.1])

    assert server.end(run) == "Completed"
    (task,) = [task for task in server.of(run, "task_runs") if task["name"] == "download"]
    assert (task["state"]["name"], task["run_count"]) == ("Stale", 2)
    assert "goes on with what was fetched at" in task["state"]["message"]
    (summary,) = [one["data"] for one in server.of(run, "artifacts") if one["key"] == "charflow-summary"]
    assert "The corpus is stale" in summary


def test_a_run_stops_before_it_trains_on_an_error_page_unless_that_is_accepted(server, site, first):
    site.answer = [Answer(body=ERROR_PAGE.encode())]

    run = server.ask_for_run(data={"corpus": [site.url]})

    assert server.end(run) == "Failed"
    assert set(server.stages(run)) == {"download", "normalise"}
    message = server.run(run)["state"]["message"]
    assert message.startswith("the corpus is very unlike that of the run ")
    assert "\n" not in message
    newest = read_leases(server.project.folder / "artifacts/store/leases")[0]
    assert (newest.end, newest.why) == ("failed", message)
    accepted = server.ask_for_run(data={"corpus": [site.url], "accept_change": True})
    assert server.end(accepted) == "Completed"
