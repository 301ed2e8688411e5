"""Downloads that fail for the moment, in a deployed run: Prefect shows each further attempt, and can cancel it."""

import pytest

from tests.flows.orchestration.deployed import wait_until
from tests.flows.project import STAGES

pytestmark = pytest.mark.slow  # a server and a worker of Prefect take as long to start as many tests


def address_of(site, name):
    return {"corpus": [f"http://{site.host}/{name}"]}


def test_a_server_that_is_busy_is_asked_again_until_it_answers(server, site, asked_for):
    run = server.ask_for_run(data=address_of(site, "later.txt"), retry_seconds=[0.5, 0.5, 0.5])

    assert server.end(run) == "Completed"
    wait_until(lambda: "Completed" in server.history(run))
    assert set(server.stages(run)) == set(STAGES)
    assert server.history(run).count("AwaitingRetry") == 2
    assert {task["name"]: task["run_count"] for task in server.of(run, "task_runs")}["download"] == 3
    assert len(asked_for("/later.txt")) == 11


def test_a_corpus_that_is_not_there_is_not_asked_for_again(server, site, asked_for):
    run = server.ask_for_run(data=address_of(site, "missing.txt"))

    assert server.end(run) == "Failed"
    wait_until(lambda: "Failed" in server.history(run))
    assert "AwaitingRetry" not in server.history(run)
    assert len(asked_for("/missing.txt")) == 1


def test_a_bug_is_not_taken_for_a_server_that_is_busy(server, site, asked_for):
    sound = "        address, given = resolved_address(url), parsed_headers(headers)\n"
    wrong = f"{sound}        len(None)\n"
    server.project.edit("tasks/corpus/web.py", sound, wrong)
    try:
        run = server.ask_for_run(data=address_of(site, "busy.txt"))
        assert server.end(run) == "Failed"
    finally:
        server.project.edit("tasks/corpus/web.py", wrong, sound)

    wait_until(lambda: "Failed" in server.history(run))
    assert "AwaitingRetry" not in server.history(run)
    assert "has no len()" in server.run(run)["state"]["message"]
    assert asked_for("/busy.txt") == []


def test_a_run_that_awaits_a_retry_can_be_cancelled(server, site):
    run = server.ask_for_run(data=address_of(site, "busy.txt"))
    wait_until(lambda: server.stages(run) == {"download": "AwaitingRetry"})

    assert server.cancel(run) == "Cancelled"
