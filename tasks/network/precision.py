"""Which precision matrix products are fastest in."""

from tasks.network.device import Device, DeviceError
from tasks.network.parameters import FixedPrecision, Precision


def precision_on(device: Device, asked: Precision) -> FixedPrecision:
    """The precision that products are in on a device: the one that is asked for, or the fastest.

    Raises:
        DeviceError: it is bfloat16 on a GPU, where the stock layers multiply in float32.
    """
    if device == "gpu" and asked == "bfloat16":
        raise DeviceError("--precision bfloat16: a GPU trains in float32 alone; leave it out, or give --device cpu")
    if asked != "auto":
        return asked
    return "float32" if device == "gpu" else fastest_precision()


def fastest_precision() -> FixedPrecision:
    """`bfloat16` where the processor has instructions for it that the kernels use, else `float32`.

    Instructions of other kinds, such as those of ARM, count for nothing until a kernel uses them.
    """
    from tasks.kernels.processor import this_processor  # here, because LLVM takes long to load

    return "float32" if this_processor().bfloat16 == "widened" else "bfloat16"
