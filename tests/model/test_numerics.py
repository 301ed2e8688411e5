import os
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.model import numerics as module
from tasks.model.numerics import numerics

PROJECT = Path(__file__).parents[2]


def test_a_thread_for_each_processor_that_the_process_may_use(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 3, 5}, raising=False)

    assert numerics().threads == 3
    assert numerics(threads=2).threads == 2


@pytest.mark.parametrize(("said", "on"), [(None, True), ("1", True), ("0", False), ("False", False)])
def test_onednn_multiplies_unless_the_environment_says_no(monkeypatch, said, on):
    monkeypatch.delenv(module.ONEDNN, raising=False)
    if said is not None:
        monkeypatch.setenv(module.ONEDNN, said)

    assert numerics().onednn is on


def in_a_process(code):
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_tensorflow_computes_with_what_was_pinned_and_nothing_else_from_then_on():
    said = in_a_process("""
import os
from tasks.model.numerics import Numerics, pin
pin(Numerics(threads=1, onednn=False))
import tensorflow as tf
print(tf.config.threading.get_intra_op_parallelism_threads(), os.environ["TF_ENABLE_ONEDNN_OPTS"])
tf.zeros(3)
pin(Numerics(threads=1, onednn=False))
try:
    pin(Numerics(threads=7, onednn=False))
except RuntimeError as error:
    print(error)
""")

    assert said.splitlines() == [
        "1 0",
        "TensorFlow computes with 1 threads in this process already, not with 7; run it in a process of its own",
    ]


def test_the_keys_of_training_and_sampling_count_it_without_tensorflow():
    said = in_a_process("""
import sys
from tasks.caching import Artifact
from tasks.caching.keys.ingredients import changes
from tasks.model.numerics import Numerics
from tasks.reference import reference
from tasks.sample import sample
from tasks.train import train
some = Artifact({"digest": "0" * 64, "files": {}, "facts": {}}, {})
calls = [
    (train, {"dataset": some, "training": 1}),
    (sample, {"model": some, "temperature": 1, "sampling": 1}),
    (reference, {"dataset": some, "model": some, "length": 1, "context": 1}),
]
for stage, arguments in calls:
    made_of = [
        stage.bind(**arguments, computing=Numerics(threads=n, onednn=n > 1)).ingredients for n in (1, 2)
    ]
    print(stage.name, *map(str, changes(*made_of)), *made_of[0]["libraries"])
print("tensorflow" in sys.modules)
""")

    assert said.splitlines() == [
        "train threads 1 → 2 onednn False → True tensorflow tensorflow-cpu keras llvmlite numpy",
        "sample threads 1 → 2 onednn False → True tensorflow tensorflow-cpu keras numpy pyarrow",
        "reference threads 1 → 2 onednn False → True tensorflow tensorflow-cpu keras llvmlite numpy pyarrow",
        "False",
    ]
