"""A kill, and a full disk, at every file operation of every stage; the run after it must put all right."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
STAGES = ["download", "normalise", "encode", "shard", "train", "sample[0.5]", "reference", "score", "review"]
# Where TensorFlow computes, a try takes a second: every second or third operation has to do.
SPARED = {("kill", "train"): 2, ("full", "train"): 3, ("full", "sample[0.5]"): 2, ("full", "reference"): 2}


def survey(*words):
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-m", "tests.faults.survey", *map(str, words)]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("kind", ["kill", "full"])
def test_three_small_stages_survive_it(tmp_path, kind):
    found = survey(kind, tmp_path, "small")

    assert found["problems"] == []
    assert found["tried"] == found["points"] > 40


@pytest.mark.slow
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("kind", ["kill", "full"])
def test_the_real_stage_survives_it(tmp_path, kind, stage):
    every = SPARED.get((kind, stage), 1)

    found = survey(kind, tmp_path, "recipe", stage, every)

    assert found["problems"] == []
    assert found["tried"] == -(-found["points"] // every) > 5
    sys.stdout.write(f"{kind} {stage}: {found['tried']} of {found['points']} operations\n")
