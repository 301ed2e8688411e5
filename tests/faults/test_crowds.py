"""Several runs at once on one store: nothing is corrupted, nothing is made twice, nobody waits for the dead."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
TIMES = pytest.param(50, marks=pytest.mark.slow)


@pytest.mark.parametrize("rounds", [3, TIMES])
@pytest.mark.parametrize("kills", [[], ["kill"]], ids=["", "killed"])
@pytest.mark.parametrize("keys", ["same", "different"])
@pytest.mark.parametrize("runs", [2, 8])
def test_runs_at_once_do_the_work_for_a_key_once(tmp_path, runs, keys, kills, rounds):
    command = [sys.executable, "-m", "tests.faults.crowd", str(tmp_path), str(runs), str(rounds), keys, *kills]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"rounds": rounds, "problems": []}
