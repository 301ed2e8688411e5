"""File systems that give less than most: a run is whole there, or refused in a line before anything runs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
WHOLE = ["as ever", "no hard links", "no symbolic links", "latest is a folder", "index is a folder", "store elsewhere"]
REFUSED = {
    "runs is a file": (2, "runs is no folder; move it away"),
    "runs is read-only": (2, "runs: it may not be written to; make it writable"),
    "artifacts is read-only": (2, "runs: it may not be written to; make it writable"),
    "store is read-only": (1, "cannot write to the store: "),
}


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cases")
    settings = {"PREFECT_HOME": str(folder / "prefect"), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-m", "tests.faults.file_systems", str(folder)]
    done = subprocess.run(command, cwd=PROJECT, env={**os.environ, **settings}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("case", WHOLE)
def test_a_run_is_whole(ended, case):
    if case not in ended:
        pytest.skip("a file system can be mounted by root alone")

    assert ended[case]["code"] == 0
    assert ended[case]["whole"]


@pytest.mark.parametrize("case", REFUSED)
def test_a_run_is_refused_before_anything_is_written(ended, case):
    if case not in ended:
        pytest.skip("a file system can be mounted by root alone")
    code, says = REFUSED[case]

    assert ended[case]["code"] == code
    assert len(ended[case]["said"]) == 1
    assert says in ended[case]["said"][0]
    assert ended[case]["untouched"]
    assert not ended[case]["whole"]


def test_what_cannot_be_placed_beside_a_run_is_told(ended):
    told = {case: end["said"] for case, end in ended.items() if end["code"] == 0 and end["said"]}

    assert list(told) == ["no symbolic links", "latest is a folder", "index is a folder"]
    assert all(len(said) == 1 and said[0].startswith("left out: ") for said in told.values())
    assert "latest is no link; remove it" in told["latest is a folder"][0]
