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

from tests.flows.project import Project, copy_project, options_of

PREFECT = [sys.executable, "-m", "prefect"]
UNFINISHED = ["SCHEDULED", "PENDING", "RUNNING", "CANCELLING"]


@dataclass(frozen=True, kw_only=True)
class Server:
    """Prefect's API, and the deployment on it."""

    project: Project
    api: httpx.Client
    deployment: dict
    home: Path
    log: Path

    @property
    def address(self):
        return str(self.api.base_url).rstrip("/")

    def call(self, method, address, **content):
        while (answer := self.api.request(method, address, json=content)).status_code == 503:
            time.sleep(0.1)  # its database is locked for the moment; Prefect's own client asks again too
        return answer.raise_for_status()

    def ask_for_run(self, preset="quick", training=None, data=None, retry_seconds=None, **state):
        groups = {
            "data": {"corpus": [str(self.project.corpus)], "allow_private_hosts": True, **(data or {})},
            "training": training or {},
        }
        parameters = {"options": {**options_of(**groups), "preset": preset}}
        if retry_seconds is not None:
            parameters["retry_seconds"] = retry_seconds
        address = f"/deployments/{self.deployment['id']}/create_flow_run"
        return self.call("POST", address, parameters=parameters, **state).json()["id"]

    def end(self, run):
        """Wait for the end of the run; the name of its state."""
        wait_until(lambda: self.run(run)["state"]["type"] not in UNFINISHED)
        return self.run(run)["state"]["name"]

    def run(self, run):
        return self.call("GET", f"/flow_runs/{run}").json()

    def of(self, run, kind):
        return self.call("POST", f"/{kind}/filter", flow_runs={"id": {"any_": [run]}}).json()

    def stages(self, run):
        """The names of the states that the run's tasks ended in, of which the server is told a little later."""
        tasks = []

        def told():
            over = self.run(run)["state"]["type"] not in UNFINISHED
            tasks[:] = self.of(run, "task_runs")
            return all(task["state"] and not (over and task["state"]["type"] in UNFINISHED) for task in tasks)

        wait_until(told)
        return {task["name"]: task["state"]["name"] for task in tasks}

    def history(self, run):
        """The names of all states that the download of the run was in; there is but one download."""
        downloads = [task["id"] for task in self.of(run, "task_runs") if task["name"] == "download"]
        states = [
            state for one in downloads for state in self.call("GET", f"/task_run_states/?task_run_id={one}").json()
        ]
        return [state["name"] for state in sorted(states, key=lambda state: state["timestamp"])]

    def logged(self, run, name="charflow"):
        logs = self.call("POST", "/logs/filter", logs={"flow_run_id": {"any_": [run]}}).json()
        return [log["message"] for log in logs if log["name"].startswith(name)]

    def cancel(self, run):
        self.call("POST", f"/flow_runs/{run}/set_state", state={"type": "CANCELLING"})
        return self.end(run)

    def kill(self, run):
        os.kill(int(self.run(run)["infrastructure_pid"]), signal.SIGKILL)


def wait_until(true, seconds=200):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


@contextlib.contextmanager
def deployed(folder, **environment):
    """A server and a worker below a folder, which see this environment, until the block ends."""
    for name in ("project", "elsewhere", "tmp"):
        (folder / name).mkdir()
    project, home, log = copy_project(folder / "project"), folder / "home", folder / "prefect.log"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    address = f"http://127.0.0.1:{port}/api"
    settings = {"PREFECT_API_URL": address, "PREFECT_HOME": str(home), "PREFECT_WORKER_QUERY_SECONDS": "1"}
    how = {"cwd": project.folder, "env": {**os.environ, **settings, **environment, "TMPDIR": str(folder / "tmp")}}
    with (
        log.open("ab") as written,
        _running("server", "start", "--no-ui", "--port", port, output=written, **how),
        httpx.Client(base_url=address) as api,
    ):
        wait_until(lambda: _answers(api))
        for words in (["work-pool", "create", "charflow", "--type", "process"], ["--no-prompt", "deploy", "--all"]):
            subprocess.run([*PREFECT, *words], **how, check=True, capture_output=True)
        deployment = api.get("/deployments/name/charflow/nightly").raise_for_status().json()
        server = Server(project=project, api=api, deployment=deployment, home=home, log=log)
        # Lest a night begin during the tests.
        schedule = f"/deployments/{deployment['id']}/schedules/{deployment['schedules'][0]['id']}"
        server.call("PATCH", schedule, active=False)
        how["cwd"] = folder / "elsewhere"
        with _running("worker", "start", "--pool", "charflow", output=written, **how):
            yield server
        with contextlib.suppress(httpx.HTTPError, ProcessLookupError):
            left = server.call("POST", "/flow_runs/filter", flow_runs={"state": {"type": {"any_": ["RUNNING"]}}}).json()
            for run in left:
                server.kill(run["id"])


def _answers(api):
    with contextlib.suppress(httpx.TransportError):
        return api.get("/health").is_success
    return False


@contextlib.contextmanager
def _running(*words, output, **how):
    """A Prefect command that ends with the block."""
    with subprocess.Popen([*PREFECT, *words], stdout=output, stderr=output, **how) as process:
        try:
            yield
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
            process.kill()
