"""The flow deployed: what its form shows, and what becomes of its runs."""

import pytest

from tasks.learning.presets import PRESETS
from tests.flows.orchestration.deployed import wait_until
from tests.flows.project import STAGES

pytestmark = pytest.mark.slow  # a server and a worker of Prefect take as long to start as many tests

LONG = {"preset": "notebook", "training": {"epochs": 40, "batch_size": 8, "checkpoint_steps": 1}}


@pytest.fixture(scope="module")
def first(server):
    run = server.ask_for_run()
    assert server.end(run) == "Completed"
    return run


def test_the_deployment_runs_every_night_and_one_run_at_a_time(server):
    (schedule,) = server.deployment["schedules"]

    assert schedule["active"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("30 4 * * *", "UTC")
    assert server.deployment["global_concurrency_limit"]["limit"] == 1
    assert server.deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"


def test_the_form_opens_on_the_options_and_explains_each(server):
    groups = server.deployment["parameter_openapi_schema"]["definitions"]

    assert server.deployment["parameters"] == {"options": {}}
    assert groups["Options"]["properties"]["preset"]["enum"] == list(PRESETS)
    for group in ("DataOptions", "TrainingOptions", "SamplingOptions"):
        assert all(option["description"] for option in groups[group]["properties"].values())


def test_a_worker_in_another_folder_runs_every_stage_and_leaves_the_run_in_the_project(server, first):
    wait_until(lambda: len(server.stages(first)) == len(STAGES))
    assert server.stages(first) == dict.fromkeys(STAGES, "Completed")
    assert (server.project.folder / "artifacts/latest/review.html").is_file()


def test_a_run_leaves_its_report_and_its_log_in_prefect(server, first):
    wait_until(lambda: set(STAGES) <= {line.split()[0] for line in server.logged(first)})
    keys = {artifact["key"] for artifact in server.of(first, "artifacts")}
    assert keys == {"charflow-summary", "charflow-stages", "charflow-loss", "charflow-review"}


def test_a_second_run_reuses_every_stage(server, first):
    second = server.ask_for_run()

    assert server.end(second) == "Completed"
    wait_until(lambda: len(server.stages(second)) == len(STAGES))
    assert server.stages(second) == dict.fromkeys(STAGES, "Cached")


def test_a_run_that_is_due_while_another_is_in_progress_is_cancelled(server, first):
    busy = server.ask_for_run(state={"type": "SCHEDULED", "state_details": {"scheduled_time": "2100-01-01T00:00Z"}})
    server.call("POST", f"/flow_runs/{busy}/set_state", state={"type": "PENDING"})
    late = server.ask_for_run()
    lease = server.run(busy)["state"]["state_details"]["deployment_concurrency_lease_id"]

    assert server.end(late) == "Cancelled"
    assert (server.home / f"concurrency_leases/{lease}.json").is_file()  # outlives the server, and expires
    server.call("POST", f"/flow_runs/{busy}/set_state", state={"type": "CRASHED"})


def test_the_run_after_one_that_was_killed_while_training_goes_on_from_there(server, first):
    killed = server.ask_for_run(**LONG)
    wait_until(lambda: any(server.project.folder.glob("artifacts/store/*/train-*/resume/step-*")))
    server.kill(killed)

    assert server.end(killed) == "Crashed"
    following = server.ask_for_run(**LONG)
    assert server.end(following) == "Completed"
    assert server.stages(following)["train"] == "Resumed"


def test_patience_lasts_for_an_hour_by_default(server):
    waits = server.deployment["parameter_openapi_schema"]["properties"]["retry_seconds"]["default"]

    assert sum(waits) >= 3600
