import os
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.kernels import availability
from tasks.network import numerics as module
from tasks.network.numerics import HERE, numerics, pin

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


def test_a_gpu_is_named_only_where_one_is_computed_on(monkeypatch):
    monkeypatch.setattr(module, "chosen_gpu", lambda choice: None if choice == "cpu" else "Some GPU, 9.0")

    assert (numerics().device, numerics().gpu) == ("gpu", "Some GPU, 9.0")
    assert (numerics(device="cpu").device, numerics(device="cpu").gpu) == ("cpu", None)


def test_machine_code_goes_over_sequences_unless_the_environment_says_no():
    script = "from tasks.network.numerics import HERE, numerics; print(HERE.kernels, numerics().kernels)"

    assert numerics().kernels
    assert in_a_process(f"import os; os.environ['CHARFLOW_KERNELS'] = 'off'; {script}") == "False False\n"


def test_a_system_that_runs_no_kernels_is_not_taken_for_one_that_does(monkeypatch):
    def forbidden(*_, **__):
        raise OSError("not permitted")

    with monkeypatch.context() as forbidding:
        forbidding.setattr(availability, "_make_executable", forbidden)
        with pytest.raises(RuntimeError, match="CHARFLOW_KERNELS=off computes without"):
            pin(HERE)
        pin(HERE.model_copy(update={"kernels": False}))
    assert not availability.available()

    pin(HERE)
    assert availability.available()


def test_a_persons_settings_of_keras_change_nothing(tmp_path):
    (tmp_path / "keras.json").write_text('{"floatx": "float16", "epsilon": 0.5, "backend": "numpy"}')

    said = in_a_process(f"""
import os
os.environ["KERAS_HOME"] = {str(tmp_path)!r}
from tasks.network.numerics import numerics, pin
pin(numerics(threads=1))
import keras
print(keras.backend.backend(), keras.config.floatx(), keras.config.epsilon(), keras.config.dtype_policy().name)
""")

    assert said == "tensorflow float32 1e-07 float32\n"


def in_a_process(code):
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_tensorflow_computes_with_what_was_pinned_and_nothing_else_from_then_on():
    said = in_a_process("""
import os
from tasks.network.device import used_device
from tasks.network.numerics import Numerics, pin
pin(Numerics(threads=1, onednn=False))
import tensorflow as tf
print(used_device(), tf.config.threading.get_intra_op_parallelism_threads(), os.environ["TF_ENABLE_ONEDNN_OPTS"])
tf.zeros(3)
pin(Numerics(threads=1, onednn=False))
try:
    pin(Numerics(threads=7, onednn=False))
except RuntimeError as error:
    print(error)
""")

    assert said.splitlines() == [
        "cpu 1 0",
        "TensorFlow computes with 1 threads in this process already, not with 7; run it in a process of its own",
    ]


def test_tensorflow_that_is_imported_after_any_module_multiplies_as_the_keys_say(monkeypatch):
    monkeypatch.delenv(module.ONEDNN)

    said = in_a_process("""
import os
import tasks.network
print(os.environ["TF_ENABLE_ONEDNN_OPTS"])
import tensorflow
from tasks.network.numerics import numerics, pin
pin(numerics(threads=1))
""")

    assert said == "1\n"


def test_tensorflow_that_was_imported_first_and_left_to_itself_is_asked_what_it_does(monkeypatch):
    monkeypatch.delenv(module.ONEDNN)

    said = in_a_process("""
import sys
from tensorflow.python.framework.test_util import IsMklEnabled
from tasks.network.numerics import Numerics, pin
found = IsMklEnabled() or sys.platform == "darwin"
try:
    pin(Numerics(threads=1, onednn=not found))
except RuntimeError as error:
    print(error)
pin(Numerics(threads=1, onednn=found))
print("pinned")
""")

    refused, pinned = said.splitlines()
    assert refused.startswith("TensorFlow was imported with")
    assert pinned == "pinned"


def test_tensorflow_that_was_imported_with_other_settings_is_refused():
    said = in_a_process("""
import os
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import tensorflow
from tasks.network.numerics import Numerics, pin
pin(Numerics(threads=1, onednn=False))
try:
    pin(Numerics(threads=1, onednn=True))
except RuntimeError as error:
    print(error)
""")

    assert said.startswith("TensorFlow was imported without oneDNN in this process; set TF_ENABLE_ONEDNN_OPTS=1 before")


def test_the_keys_of_training_and_sampling_count_it_without_tensorflow():
    said = in_a_process("""
import sys
from tasks.caching import Artifact
from tasks.caching.keys.ingredients import changes
from tasks.caching.manifest import Manifest
from tasks.network.numerics import Numerics
from tasks.network.precision import fastest_precision
from tasks.reference import reference
from tasks.sample import sample
from tasks.train import train
some = Artifact(Manifest(stage="some", name="some", digest="0" * 64), {})
calls = [
    (train, {"dataset": some, "training": 1}),
    (sample, {"model": some, "temperature": 1, "sampling": 1}),
    (reference, {"dataset": some, "model": some, "length": 1, "context": 1}),
]
for stage, arguments in calls:
    made_of = [
        stage.bind(**arguments, computing=Numerics(threads=n, onednn=n > 1, device=d, gpu=g, kernels=n > 1)).ingredients
        for n, d, g in ((1, "cpu", None), (2, "gpu", "Some GPU, 9.0"))
    ]
    print(stage.name, *map(str, changes(*made_of)), *made_of[0]["libraries"])
fastest_precision()
print("tensorflow" in sys.modules)
""")

    changed = "threads 1 → 2 onednn False → True device 'cpu' → 'gpu' gpu None → 'Some GPU, 9.0' kernels False → True"
    assert said.splitlines() == [
        f"train {changed} tensorflow tensorflow-cpu keras llvmlite numpy pyarrow",
        f"sample {changed} tensorflow tensorflow-cpu keras llvmlite numpy pyarrow unicode",
        f"reference {changed} tensorflow tensorflow-cpu keras llvmlite numpy pyarrow",
        "False",
    ]
