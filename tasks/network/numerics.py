"""What decides the last bits of a matrix product beside its type: pinned for a run, and part of the keys."""

import os
import sys

from pydantic import BaseModel, ConfigDict, Field

from tasks.network.device import Device, DeviceChoice, chosen_gpu, keep_to
from tasks.network.processors import usable_processors
from tasks.network.quiet_import import without_chatter

ONEDNN = "TF_ENABLE_ONEDNN_OPTS"
KERNELS = "CHARFLOW_KERNELS"
FUZZ = 1e-7


class Numerics(BaseModel):
    """How TensorFlow is to compute. A sum is split among threads, so that their number changes its last bits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    threads: int = Field(ge=1, description="Threads of an operation.")
    onednn: bool = Field(description="Whether oneDNN multiplies matrices.")
    device: Device = Field(default="cpu", description="What it computes on.")
    gpu: str | None = Field(default=None, description="The GPU, if it is one: name, capability, libraries.")
    kernels: bool = Field(default=True, description="Whether machine code of its own goes over sequences.")


def numerics(threads: int | None = None, device: DeviceChoice = "auto", *, kernels: bool | None = None) -> Numerics:
    """What holds in this process, found without importing TensorFlow but where there may be a GPU.

    Args:
        threads: None: one for each processor that the process may use.
        device: auto: a GPU where TensorFlow sees one, else the CPU.
        kernels: None: where they can be compiled and run, which is tried out.

    Raises:
        DeviceError: a GPU is asked for, and TensorFlow sees none.
    """
    gpu = chosen_gpu(device)
    return Numerics(
        threads=threads or usable_processors(),
        onednn=_is_on(os.environ.get(ONEDNN, "1")),
        device="gpu" if gpu else "cpu",
        gpu=gpu,
        kernels=_kernels() if kernels is None else kernels,
    )


def _kernels() -> bool:
    from tasks.kernels.availability import available  # which loads a compiler

    return available()


def _is_on(asked: str) -> bool:
    return asked.lower() not in ("0", "false")


HERE = numerics(device="cpu", kernels=os.environ.get(KERNELS, "on") != "off")


def pin(chosen: Numerics) -> None:
    """Have TensorFlow compute so in this process; to be called before it computes anything.

    Raises:
        RuntimeError: it has begun to compute otherwise, was imported with other settings, or kernels are asked for and
            this system runs none.
    """
    from tasks.kernels.availability import available

    if "tensorflow" in sys.modules:
        _require_onednn(chosen.onednn)
    os.environ[ONEDNN] = str(int(chosen.onednn))
    os.environ[KERNELS] = "on" if chosen.kernels else "off"
    available.cache_clear()
    if chosen.kernels and not available():
        raise RuntimeError(f"this system runs no compiled kernels; {KERNELS}=off computes without")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    with without_chatter():
        import keras
        import tensorflow as tf
    # A person's keras.json may say otherwise, and no key knows of it.
    keras.config.set_floatx("float32")
    keras.config.set_epsilon(FUZZ)
    keras.config.set_dtype_policy("float32")
    keep_to(chosen.device)
    threading = tf.config.threading
    try:
        threading.set_intra_op_parallelism_threads(chosen.threads)
        threading.set_inter_op_parallelism_threads(chosen.threads)
    except RuntimeError:
        used = used_threads()
        if used != chosen.threads:
            message = f"TensorFlow computes with {used} threads in this process already, not with {chosen.threads}"
            raise RuntimeError(f"{message}; run it in a process of its own") from None


def _require_onednn(on: bool) -> None:
    """See that TensorFlow, which asks the environment once, as it is imported, found there what is wanted."""
    asked = os.environ.get(ONEDNN)
    if asked is None:  # It was imported before this package, and did what it does on this processor.
        from tensorflow.python.framework.test_util import IsMklEnabled  # which has no public name

        found = IsMklEnabled() or sys.platform == "darwin"  # where it is built without, whatever is asked
    else:
        found = _is_on(asked)
    if found != on:
        state = "with" if found else "without"
        raise RuntimeError(
            f"TensorFlow was imported {state} oneDNN in this process; set {ONEDNN}={int(on)} before, or import it later"
        )


def used_threads() -> int:
    """How many threads TensorFlow computes an operation with in this process."""
    import tensorflow as tf

    return tf.config.threading.get_intra_op_parallelism_threads() or usable_processors()
