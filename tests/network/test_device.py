import subprocess
import sys
import types
from pathlib import Path

import pytest
import tensorflow as tf

from tasks.network import device as module
from tasks.network.device import DeviceError, chosen_gpu, first_gpu, keep_to, why_no_gpu

PROJECT = Path(__file__).parents[2]
GPUS = ["GPU 0", "GPU 1"]
DETAILS = {"device_name": "Some GPU", "compute_capability": (9, 0)}


@pytest.mark.parametrize(
    ("distributions", "visible", "driver", "said"),
    [
        ({"tensorflow"}, None, True, None),
        ({"tensorflow"}, "0", True, None),
        ({"tensorflow", "tensorflow-metal"}, None, False, None),
        ({"tensorflow"}, "-1", True, "CUDA_VISIBLE_DEVICES hides them; unset it"),
        ({"tensorflow"}, "", True, "CUDA_VISIBLE_DEVICES hides them; unset it"),
        ({"tensorflow"}, None, False, "there is no driver for one; nvidia-smi must show it first"),
        ({"tensorflow", "tensorflow-cpu"}, None, True, "pip install -r requirements-gpu.lock"),
    ],
)
def test_what_keeps_tensorflow_from_a_gpu_is_told_without_it(
    monkeypatch, tmp_path, distributions, visible, driver, said
):
    monkeypatch.setattr(module, "installed", distributions.__contains__)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)

    told = why_no_gpu((tmp_path if driver else tmp_path / "none",))

    assert told is None if said is None else said in told


class Asked(types.SimpleNamespace):
    """TensorFlow's settings, which tells what was asked of them."""

    def __init__(self, gpus):
        self.log = []
        experimental = types.SimpleNamespace(
            get_device_details=lambda gpu: DETAILS if gpu == GPUS[0] else {},
            set_memory_growth=lambda *given: self.log.append(("growth", *given)),
            enable_tensor_float_32_execution=lambda on: self.log.append(("TF32", on)),
            enable_op_determinism=lambda: self.log.append(("deterministic",)),
        )
        super().__init__(
            list_physical_devices=lambda kind: gpus,
            set_visible_devices=lambda *given: self.log.append(("visible", *given)),
            experimental=experimental,
        )


@pytest.fixture
def seeing(monkeypatch):
    """Has TensorFlow see these GPUs, and gives what is asked of its settings from then on."""

    def see(gpus):
        asked = Asked(gpus)
        monkeypatch.setattr(module, "why_no_gpu", lambda: None)
        monkeypatch.setattr(module, "LIBRARIES", ("pytest",))
        monkeypatch.setattr(tf, "config", asked)
        return asked.log

    return see


def test_the_first_gpu_is_told_with_what_decides_its_bits_and_chosen_unless_the_cpu_is(seeing):
    seeing(GPUS)
    told = f"Some GPU, 9.0, pytest {pytest.__version__}"

    assert [chosen_gpu(choice) for choice in ("auto", "gpu", "cpu")] == [told, told, None]


def test_a_gpu_that_tells_nothing_of_itself_is_one_all_the_same(seeing):
    seeing(GPUS[1:])

    assert first_gpu() == f"of no name, pytest {pytest.__version__}"


def test_where_tensorflow_sees_none_auto_is_the_cpu_and_gpu_is_refused_with_what_to_do(seeing):
    seeing([])

    assert chosen_gpu("auto") is None
    with pytest.raises(DeviceError, match=r"--device gpu: no GPU is seen: .*requirements-gpu\.lock$"):
        chosen_gpu("gpu")


def test_the_cpu_is_chosen_without_looking_for_a_gpu(monkeypatch):
    monkeypatch.setattr(module, "why_no_gpu", lambda: pytest.fail("it looked"))

    assert chosen_gpu("cpu") is None


def test_on_a_gpu_tensorflow_is_kept_to_the_first_to_float32_and_to_the_same_bits(seeing):
    log = seeing(GPUS)

    keep_to("gpu")

    assert log[0] == ("visible", GPUS[:1], "GPU")
    assert log[1:] == [("growth", GPUS[0], True), ("TF32", False), ("deterministic",)]


def test_on_the_cpu_tensorflow_is_shown_no_gpu_and_nothing_else_is_set(seeing):
    log = seeing(GPUS)

    keep_to("cpu")

    assert log == [("visible", [], "GPU")]


def test_what_computes_already_on_another_device_is_not_moved(seeing, monkeypatch):
    seeing(GPUS)

    def refuse(*_given):
        raise RuntimeError("Visible devices cannot be modified after being initialized")

    monkeypatch.setattr(tf.config, "set_visible_devices", refuse)

    with pytest.raises(RuntimeError, match="not compute on the gpu alone in this process already; run it in a process"):
        keep_to("gpu")


STEPS = """
import sys
from tasks.network.numerics import numerics, pin
pin(numerics(threads=2, device=sys.argv[1]))
from tasks.learning.presets import resolve
from tasks.learning.update import updates_of
from tasks.data.ids import Ids
from tests.tiny_models import SMALL, VOCABULARY, noise
parameters = resolve("quick", {**SMALL, "units": 64, "layers": 2, "dropout": 0.3, "optimizer": sys.argv[2]})
updates = updates_of(Ids.of(noise(4000, seed=1), []), VOCABULARY.size, parameters)
print(*(updates.step().hex() for _ in range(20)))
"""


def losses_on(device, optimizer):
    done = subprocess.run(
        [sys.executable, "-c", STEPS, device, optimizer], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [float.fromhex(loss) for loss in done.stdout.split()]


@pytest.mark.slow
@pytest.mark.skipif(first_gpu() is None, reason="needs a GPU")
@pytest.mark.parametrize("optimizer", ["adam", "muon"])
def test_a_gpu_trains_to_the_same_bits_each_time_and_nearly_as_the_cpu_does(optimizer):
    losses = losses_on("gpu", optimizer)

    assert losses == losses_on("gpu", optimizer)
    assert losses == pytest.approx(losses_on("cpu", optimizer), rel=1e-3)
