import json
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        pytest.param("kill", "exchange", marks=pytest.mark.slow),
        ("kill", "rename"),
        pytest.param("full", "rename", marks=pytest.mark.slow),
    ],
)
def test_a_run_is_old_or_new_and_whole_whatever_stops_its_writing(tmp_path, kind, way):
    command = [sys.executable, "-m", "tests.flows.runs.kills", str(tmp_path), kind, way]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["problems"] == []
    assert found["tried"] > 25
