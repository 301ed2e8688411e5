"""What decides the last bits of a matrix product beside its type: pinned for a run, and part of the keys."""

import os

from pydantic import BaseModel, ConfigDict, Field

from tasks.model.importing import without_chatter

ONEDNN = "TF_ENABLE_ONEDNN_OPTS"


class Numerics(BaseModel):
    """How TensorFlow is to compute. A sum is split among threads, so that their number changes its last bits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    threads: int = Field(ge=1, description="Threads of an operation.")
    onednn: bool = Field(description="Whether oneDNN multiplies matrices.")


def numerics(threads: int | None = None) -> Numerics:
    """What holds in this process, found without importing TensorFlow.

    Args:
        threads: None: one for each processor that the process may use.
    """
    asked = os.environ.get(ONEDNN, "1")
    return Numerics(threads=threads or usable_processors(), onednn=asked.lower() not in ("0", "false"))


def usable_processors() -> int:
    """How many processors this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


HERE = numerics()


def pin(chosen: Numerics) -> None:
    """Have TensorFlow compute so in this process; to be called before it computes anything.

    Raises:
        RuntimeError: it has begun to compute otherwise.
    """
    os.environ[ONEDNN] = str(int(chosen.onednn))
    with without_chatter():
        import tensorflow as tf
    threading = tf.config.threading
    try:
        threading.set_intra_op_parallelism_threads(chosen.threads)
        threading.set_inter_op_parallelism_threads(chosen.threads)
    except RuntimeError:
        used = used_threads()
        if used != chosen.threads:
            message = f"TensorFlow computes with {used} threads in this process already, not with {chosen.threads}"
            raise RuntimeError(f"{message}; run it in a process of its own") from None


def used_threads() -> int:
    """How many threads TensorFlow computes an operation with in this process."""
    import tensorflow as tf

    return tf.config.threading.get_intra_op_parallelism_threads() or usable_processors()
