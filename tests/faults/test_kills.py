import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def kills(folder, first, last):
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-m", "tests.faults.kills", str(folder), str(first), str(last)]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("first", "last"),
    [(18, 18), *(pytest.param(n, n + 14, marks=pytest.mark.slow) for n in (1, 16, 31, 46))],
)
def test_a_run_killed_at_any_step_ends_in_the_same_bits(tmp_path, first, last):
    done = kills(tmp_path, first, last)

    assert done["steps"] > 60
    assert [one["step"] for one in done["found"] if not one["equal"]] == []
    for one in done["found"]:
        before = (one["step"] - 1) // done["checkpoint_steps"] * done["checkpoint_steps"]
        assert one["from"] == [before] * (before > 0)
