"""A kill, and a full disk, at every file operation of a whole command; the same command again must put all right."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
WAYS = [("new", "exchange"), ("old", "exchange"), ("old", "rename")]
EVERY = 4  # of the operations of a command is tried; those of its parts are tried one by one elsewhere
SPARED = 24  # through Prefect a try takes seconds


def survey(folder, kind, *words, **environment):
    settings = {"PREFECT_HOME": str(folder / "prefect"), "TF_CPP_MIN_LOG_LEVEL": "3", **environment}
    command = [sys.executable, "-m", "tests.faults.command", kind, str(folder), *map(str, words)]
    done = subprocess.run(command, cwd=PROJECT, env={**os.environ, **settings}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    sys.stdout.write(f"{kind} {words}: {found}\n")
    return found


def assert_survived(found, every):
    assert found["problems"] == []
    assert found["tried"] == -(-found["points"] // every)
    assert found["points"] > 80
    assert 0 < found["placed"] < found["tried"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What the stages made is left in it for all of these."""
    return tmp_path_factory.mktemp("command")


@pytest.mark.slow
def test_a_run_killed_in_its_last_second_and_repeated_ends_with_the_same_bytes(folder):
    found = survey(folder, "kill", "new", "exchange", 3, 30)

    assert found["problems"] == []
    assert found["tried"] == 10
    assert 0 < found["placed"] < found["tried"]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "way"), WAYS)
@pytest.mark.parametrize("kind", ["kill", "full"])
def test_it_survives_one_at_every_fourth(folder, kind, name, way):
    assert_survived(survey(folder, kind, name, way, EVERY), EVERY)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["new", "old"])
@pytest.mark.parametrize("kind", ["kill", "full"])
def test_it_survives_one_at_many_of_them_on_its_way_through_prefect(folder, server, kind, name):
    found = survey(folder, kind, name, "exchange", SPARED, PREFECT_API_URL=server)

    assert_survived(found, SPARED)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of Prefect's API."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/api"
    environment = {**os.environ, "PREFECT_HOME": str(tmp_path_factory.mktemp("home")), "PREFECT_API_URL": address}
    command = [sys.executable, "-m", "prefect", "server", "start", "--no-ui", "--port", str(port)]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, **silent) as process:
        try:
            wait_for(f"{address}/health")
            yield address
        finally:
            process.terminate()


def wait_for(address):
    for _ in range(600):
        with contextlib.suppress(OSError), urllib.request.urlopen(address):
            return
        time.sleep(0.2)
    pytest.fail("the server never answered")
