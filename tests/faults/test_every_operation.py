"""A kill, and a full disk, at every file operation of every stage; the run after it must put all right."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
STAGES = ["download", "normalise", "encode", "shard", "train", "sample[0.5]", "reference", "score", "review"]
# Where TensorFlow computes, a try takes a second: some have to do. The small stages save checkpoints in the same way.
SPARED = {
    ("kill", "train"): 4,
    ("full", "train"): 6,
    ("kill", "sample[0.5]"): 2,
    ("full", "sample[0.5]"): 3,
    ("kill", "reference"): 2,
    ("full", "reference"): 3,
}


def survey(*words):
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-m", "tests.faults.survey", *map(str, words)]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", ["kill", "full"])
def test_three_small_stages_survive_it(tmp_path, kind, every):
    found = survey(kind, tmp_path, "small", "", every)

    assert found["problems"] == []
    assert found["tried"] == -(-found["points"] // every)
    assert found["points"] > 100


@pytest.mark.slow
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("kind", ["kill", "full"])
def test_the_real_stage_survives_it(tmp_path, kind, stage):
    every = SPARED.get((kind, stage), 1)

    found = survey(kind, tmp_path, "recipe", stage, every)

    assert found["problems"] == []
    assert found["tried"] == -(-found["points"] // every) > 5
    sys.stdout.write(f"{kind} {stage}: {found['tried']} of {found['points']} operations\n")
