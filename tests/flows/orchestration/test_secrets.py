"""What is secret in an address, a header or a named value is in nothing that a run leaves, however it is begun or ends.

A server that was asked for a page, and all that it was sent, is the proof that the secrets were in use.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys

import pytest

from tests.flows.command import TINY, charflow
from tests.flows.orchestration.canaries import (
    ENVIRONMENT,
    IN_BLOCK,
    USERS,
    credentials,
    leaks,
    literal,
    named,
    told_by,
    value_of,
)
from tests.flows.orchestration.deployed import wait_until
from tests.flows.project import STAGES

pytestmark = pytest.mark.slow  # a server and a worker of Prefect take as long to start as many tests

HEADERS = [f"--corpus-header=X-Key: {value_of('header')}", "--corpus-header=X-Name: ${CANARY_HEADER}"]

# Several runs of the command line; in one of them its code has a bug that tells of the address.
SCRIPT = """
import json, sys
sys.path.insert(0, sys.argv[1])
from flows.cli.app import main
from tasks.corpus import web

def bug(address, headers):
    raise TypeError(f"nothing is known of {address} and {headers}")

sound, web.BACKOFF_SECONDS, codes = web.client_for, 0, {}
for name, words in json.loads(sys.argv[2]).items():
    web.client_for = bug if name == "bug" else sound
    codes[name] = main([*words, "--run-name", name])
print(json.dumps([codes, "prefect" in sys.modules]))
"""


@pytest.fixture(scope="module")
def secret_block(server):
    """The secret that is named in Prefect."""
    kind = server.call("GET", "/block_types/slug/secret").json()["id"]
    schemas = server.call("POST", "/block_schemas/filter", block_schemas={"block_type_id": {"any_": [kind]}}).json()
    content = {"name": IN_BLOCK, "data": {"value": value_of(IN_BLOCK)}, "block_type_id": kind}
    server.call("POST", "/block_documents/", block_schema_id=schemas[0]["id"], **content)


@pytest.fixture
def leaked(server):
    """Look for secrets in every file below the folder of all, in what Prefect answers, and in these texts.

    While a run goes on, Prefect's worker has its own environment in a file that nobody else may read.
    """

    def found(**texts):
        wait_until(lambda: not any((server.project.folder.parent / "tmp").iterdir()))
        return leaks([server.project.folder.parent], {**told_by(server), **texts})

    return found


@pytest.fixture
def several(server):
    """Run the command line several times in one process; gives exit codes, whether Prefect was loaded, the output."""

    def run(cases, **environment):
        settings = {"PREFECT_HOME": str(server.project.folder / "prefect-home"), **ENVIRONMENT, **environment}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(server.project.folder), json.dumps(cases)],
            env={**os.environ, **settings},
            cwd=server.project.folder,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return *json.loads(done.stdout.splitlines()[-1]), done.stdout, done.stderr

    return run


@pytest.fixture(scope="module")
def whole(server, site):
    """The words of a command that ran to its end, without an API, with what it wrote."""
    corpora = [literal(site.host, "corpus.txt"), named(site.host, "corpus.txt", "${CANARY_USER}")]
    words = ["--corpus", *corpora, *HEADERS, *TINY]
    done = charflow(server.project, *words, **ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    return words, done


def failing(site, address_of):
    """Commands that fail, by name."""
    addresses = {
        "missing": address_of(site.host, "missing.txt"),
        "busy": address_of(site.host, "busy.txt"),
        "unknown": address_of("unknown.invalid", "corpus.txt"),
        "no-port": address_of("host:port", "corpus.txt"),
        "malformed": address_of("[::1", "corpus.txt"),
        "bug": address_of(site.host, "corpus.txt"),
    }
    return {name: ["--corpus", address, *HEADERS, "--refetch"] for name, address in addresses.items()}


CODES = {"missing": 1, "busy": 1, "unknown": 1, "no-port": 1, "malformed": 2, "bug": 1}


def test_a_command_leaves_no_secret(whole, site, leaked):
    sent = {request.headers.get("authorization") for request in site.requests}

    assert credentials(USERS[0]) in sent
    assert any(request.headers.get("x-name") == value_of("CANARY_HEADER") for request in site.requests)
    assert leaked(stdout=whole[1].stdout, stderr=whole[1].stderr) == []


def test_without_an_api_commands_that_fail_or_find_nothing_to_do_load_no_prefect(server, site, whole, several, leaked):
    codes, loaded, stdout, stderr = several({**failing(site, literal), "idle": whole[0]})

    assert codes == {**CODES, "idle": 0}
    assert not loaded
    assert "TypeError" in next((server.project.folder / "artifacts/errors").glob("bug-*.txt")).read_text()
    assert leaked(stdout=stdout, stderr=stderr) == []


def test_a_server_that_is_there_is_told_of_every_command_and_of_no_secret(
    server, site, whole, secret_block, several, asked_for, leaked
):
    cases = {**failing(site, named), "literal": ["--corpus", literal(site.host, "missing.txt")], "idle": whole[0]}
    codes, _, stdout, stderr = several(cases, PREFECT_API_URL=server.address)

    assert codes == {**CODES, "literal": 1, "idle": 0}
    assert {request.headers["authorization"] for request in asked_for("/busy.txt")} == {credentials(USERS[1])}
    runs = {run["parameters"].get("run_name"): run for run in server.call("POST", "/flow_runs/filter").json()}
    assert {name: runs[name]["state"]["name"] for name in cases if name != "malformed"} == {
        **dict.fromkeys(cases.keys() - {"malformed", "idle"}, "Failed"),
        "idle": "Completed",
    }
    wait_until(lambda: len(server.stages(runs["idle"]["id"])) == len(STAGES))
    assert server.stages(runs["idle"]["id"]) == dict.fromkeys(STAGES, "Cached")
    assert "TypeError" in " ".join(server.logged(runs["bug"]["id"], "prefect"))
    assert leaked(stdout=stdout, stderr=stderr) == []


def test_a_deployed_run_leaves_no_secret_that_it_was_given_by_name(
    server, site, whole, secret_block, asked_for, leaked
):
    corpora = [named(site.host, "corpus.txt"), f"http://{site.host}/corpus.txt"]
    run = server.ask_for_run(data={"corpus": corpora, "corpus_header": ["X-Name: ${CANARY_HEADER}"]})

    assert server.end(run) == "Completed"
    request = asked_for("/corpus.txt")[0]
    assert request.headers["authorization"] == credentials(USERS[1])
    assert request.headers["x-name"] == value_of("CANARY_HEADER")
    wait_until(lambda: server.logged(run))
    assert leaked() == []


def test_a_deployed_run_that_is_cancelled_while_a_server_hangs_leaves_no_secret(
    server, site, secret_block, asked_for, leaked
):
    run = server.ask_for_run(data={"corpus": [named(site.host, "hangs.txt")]})
    wait_until(lambda: asked_for("/hangs.txt"))

    assert server.cancel(run) == "Cancelled"
    assert leaked() == []


@pytest.mark.parametrize("has_api", [False, True])
def test_a_command_that_is_stopped_while_a_server_hangs_leaves_no_secret(server, site, asked_for, leaked, has_api):
    settings = {"PREFECT_HOME": str(server.project.folder / "prefect-home")}
    settings |= {"PREFECT_API_URL": server.address} if has_api else {}
    command = [sys.executable, "flows/main.py", "--corpus", literal(site.host, "hangs.txt"), *HEADERS]
    with (
        subprocess.Popen(
            command,
            cwd=server.project.folder,
            env={**os.environ, **ENVIRONMENT, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
        contextlib.ExitStack() as ending,
    ):
        ending.callback(process.kill)
        wait_until(lambda: asked_for("/hangs.txt"))
        process.send_signal(signal.SIGTERM)
        stdout, stderr = process.communicate(timeout=100)

    assert process.returncode == 75
    assert stderr.splitlines()[-1] == "charflow: stopped; the same command goes on from here"
    assert leaked(stdout=stdout, stderr=stderr) == []


def test_prefect_stores_no_result(server, whole):
    homes = [server.home, server.project.folder / "prefect-home"]

    assert all((home / "prefect.db").is_file() for home in homes)
    assert [path for home in homes for path in (home / "storage").rglob("*")] == []
    assert not (server.project.folder / "artifacts/store/prefect").exists()
