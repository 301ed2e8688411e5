"""Which precision matrix products are fastest in."""

from tasks.network.parameters import FixedPrecision


def fastest_precision() -> FixedPrecision:
    """`bfloat16` where the processor has instructions for it that the kernels use, else `float32`.

    Instructions of other kinds, such as those of ARM, count for nothing until a kernel uses them.
    """
    from tasks.kernels.processor import this_processor  # here, because LLVM takes long to load

    return "float32" if this_processor().bfloat16 == "widened" else "bfloat16"
