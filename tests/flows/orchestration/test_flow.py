"""The flow deployed: a real server, a worker started in another folder, runs asked for through the API."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tasks.model.presets import PRESETS
from tests.flows.project import STAGES, Project, copy_project, options_of

PREFECT = [sys.executable, "-m", "prefect"]
UNFINISHED = ["SCHEDULED", "PENDING", "RUNNING"]
LONG = {"preset": "notebook", "training": {"epochs": 40, "checkpoint_steps": 1}}


@dataclass(frozen=True, kw_only=True)
class Server:
    """Prefect's API, and the deployment on it."""

    project: Project
    api: httpx.Client
    deployment: dict
    home: Path

    def call(self, method, address, **content):
        while (answer := self.api.request(method, address, json=content)).status_code == 503:
            time.sleep(0.1)  # its database is locked for the moment; Prefect's own client asks again too
        return answer.raise_for_status()

    def ask_for_run(self, preset="quick", training=None, **state):
        options = options_of(data={"corpus": [str(self.project.corpus)]}, training=training or {})
        content = {"parameters": {"options": {**options, "preset": preset}}, **state}
        return self.call("POST", f"/deployments/{self.deployment['id']}/create_flow_run", **content).json()["id"]

    def end(self, run):
        """Wait for the end of the run; the name of its state."""
        wait_until(lambda: self.run(run)["state"]["type"] not in UNFINISHED)
        return self.run(run)["state"]["name"]

    def run(self, run):
        return self.call("GET", f"/flow_runs/{run}").json()

    def of(self, run, kind):
        return self.call("POST", f"/{kind}/filter", flow_runs={"id": {"any_": [run]}}).json()

    def stages(self, run):
        return {task["name"]: task["state"]["name"] for task in self.of(run, "task_runs")}

    def kill(self, run):
        os.kill(int(self.run(run)["infrastructure_pid"]), signal.SIGKILL)


def wait_until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def answers(api):
    with contextlib.suppress(httpx.TransportError):
        return api.get("/health").is_success
    return False


@contextlib.contextmanager
def running(*words, **how):
    """A Prefect command that ends with the block."""
    with subprocess.Popen([*PREFECT, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **how) as process:
        try:
            yield
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
            process.kill()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    project, elsewhere = copy_project(tmp_path_factory.mktemp("project")), tmp_path_factory.mktemp("elsewhere")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    address, home = f"http://127.0.0.1:{port}/api", str(tmp_path_factory.mktemp("home"))
    settings = {"PREFECT_API_URL": address, "PREFECT_HOME": home, "PREFECT_WORKER_QUERY_SECONDS": "1"}
    how = {"cwd": project.folder, "env": {**os.environ, **settings}}
    with running("server", "start", "--no-ui", "--port", port, **how), httpx.Client(base_url=address) as api:
        wait_until(lambda: answers(api))
        for words in (["work-pool", "create", "charflow", "--type", "process"], ["--no-prompt", "deploy", "--all"]):
            subprocess.run([*PREFECT, *words], **how, check=True, capture_output=True)
        deployment = api.get("/deployments/name/charflow/nightly").raise_for_status().json()
        server = Server(project=project, api=api, deployment=deployment, home=Path(home))
        # Lest a night begin during the tests.
        schedule = f"/deployments/{deployment['id']}/schedules/{deployment['schedules'][0]['id']}"
        server.call("PATCH", schedule, active=False)
        with running("worker", "start", "--pool", "charflow", **{**how, "cwd": elsewhere}):
            yield server
        with contextlib.suppress(httpx.HTTPError, ProcessLookupError):
            left = server.call("POST", "/flow_runs/filter", flow_runs={"state": {"type": {"any_": ["RUNNING"]}}}).json()
            for run in left:
                server.kill(run["id"])


@pytest.fixture(scope="module")
def first(server):
    run = server.ask_for_run()
    assert server.end(run) == "Completed"
    return run


def test_the_deployment_runs_every_night_and_one_run_at_a_time(server):
    (schedule,) = server.deployment["schedules"]

    assert schedule["active"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("30 2 * * *", "UTC")
    assert server.deployment["global_concurrency_limit"]["limit"] == 1
    assert server.deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"


def test_the_form_opens_on_the_options_and_explains_each(server):
    groups = server.deployment["parameter_openapi_schema"]["definitions"]

    assert server.deployment["parameters"] == {"options": {}}
    assert groups["Options"]["properties"]["preset"]["enum"] == list(PRESETS)
    for group in ("DataOptions", "TrainingOptions", "SamplingOptions"):
        assert all(option["description"] for option in groups[group]["properties"].values())


def test_a_worker_in_another_folder_runs_every_stage_and_leaves_the_run_in_the_project(server, first):
    assert server.stages(first) == dict.fromkeys(STAGES, "Completed")
    assert (server.project.folder / "artifacts/latest/review.html").is_file()


def test_a_run_leaves_its_report_and_its_log_in_prefect(server, first):
    def logged():
        logs = server.call("POST", "/logs/filter", logs={"flow_run_id": {"any_": [first]}}).json()
        return {log["message"].split()[0] for log in logs if log["name"] == "charflow"}

    wait_until(lambda: set(STAGES) <= logged())
    keys = {artifact["key"] for artifact in server.of(first, "artifacts")}
    assert keys == {"charflow-summary", "charflow-stages", "charflow-loss", "charflow-review"}


def test_a_second_run_reuses_every_stage(server, first):
    second = server.ask_for_run()

    assert server.end(second) == "Completed"
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
