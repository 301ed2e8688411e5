"""The device that TensorFlow computes on: which GPU it sees, why it sees none, and keeping it to the one chosen."""

import importlib.metadata
import os
from pathlib import Path
from typing import Any, Literal

from tasks.network.quiet_import import without_chatter

Device = Literal["cpu", "gpu"]
DeviceChoice = Literal["auto", "cpu", "gpu"]

VISIBLE = "CUDA_VISIBLE_DEVICES"
FOR_CPUS = "tensorflow-cpu"
# Of NVIDIA, in a container too; of NVIDIA under WSL; of AMD.
DRIVERS = tuple(map(Path, ("/dev/nvidiactl", "/proc/driver/nvidia/version", "/dev/dxg", "/dev/kfd")))
LIBRARIES = ("nvidia-cublas-cu12", "nvidia-cudnn-cu12", "nvidia-cuda-nvcc-cu12")
PLUGINS = ("tensorflow-metal",)
INSTALL = "in an environment of its own: pip install -r requirements-gpu.lock"


class DeviceError(ValueError):
    """What is asked for cannot be computed on the device that is asked for; the message says what to do."""


def first_gpu() -> str | None:
    """The GPU that TensorFlow sees first, in words: name, compute capability, versions of the libraries that compute.

    None if it sees none. TensorFlow is imported only where there may be one.
    """
    if why_no_gpu() is not None:
        return None
    with without_chatter():
        import tensorflow as tf
    gpus = tf.config.list_physical_devices("GPU")
    return _described(tf.config.experimental.get_device_details(gpus[0])) if gpus else None


def _described(details: dict[str, Any]) -> str:
    """What can be told of a GPU; one that is not of NVIDIA tells less of itself."""
    capability = ".".join(map(str, details.get("compute_capability", ())))
    libraries = [f"{name} {one.version}" for name in LIBRARIES for one in importlib.metadata.distributions(name=name)]
    return ", ".join([details.get("device_name", "of no name"), *filter(None, [capability]), *libraries])


def why_no_gpu(drivers: tuple[Path, ...] = DRIVERS) -> str | None:
    """What keeps TensorFlow from any GPU, with what to do, as far as can be told without importing it."""
    if installed(FOR_CPUS):
        return f"{FOR_CPUS} is installed, which computes on CPUs alone; install TensorFlow for GPUs, {INSTALL}"
    if os.environ.get(VISIBLE) in ("", "-1"):
        return f"{VISIBLE} hides them; unset it"
    if not (any(driver.exists() for driver in drivers) or any(map(installed, PLUGINS))):
        return "there is no driver for one; nvidia-smi must show it first"
    return None


def installed(distribution: str) -> bool:
    """Whether there is a distribution of this name."""
    return any(importlib.metadata.distributions(name=distribution))


def chosen_gpu(choice: DeviceChoice) -> str | None:
    """The GPU to compute on, as `first_gpu` names it; None: the CPU.

    Raises:
        DeviceError: a GPU is asked for, and TensorFlow sees none.
    """
    gpu = None if choice == "cpu" else first_gpu()
    if choice == "gpu" and gpu is None:
        unseen = f"TensorFlow can use none, for want of CUDA's libraries or of a newer driver; install them {INSTALL}"
        raise DeviceError(f"--device gpu: no GPU is seen: {why_no_gpu() or unseen}")
    return gpu


def keep_to(device: Device) -> None:
    """Have TensorFlow compute on this device alone; to be called before it computes anything.

    Of several GPUs it is the first. Memory is taken as it is needed, products of float32 are not rounded to TF32, and
    operations that have a form which gives the same bits each time are computed in it.

    Raises:
        RuntimeError: it has begun to compute on another.
    """
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")[:1] if device == "gpu" else []
    try:
        tf.config.set_visible_devices(gpus, "GPU")
        for gpu in gpus:
            tf.config.experimental.set_memory_growth(gpu, True)
    except RuntimeError:
        message = f"TensorFlow does not compute on the {device} alone in this process already"
        raise RuntimeError(f"{message}; run it in a process of its own") from None
    if gpus:
        tf.config.experimental.enable_tensor_float_32_execution(False)
        tf.config.experimental.enable_op_determinism()


def used_device() -> Device:
    """What TensorFlow computes on in this process."""
    import tensorflow as tf

    return "gpu" if tf.config.get_visible_devices("GPU") else "cpu"
