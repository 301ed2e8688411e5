"""Which precision this machine's matrix products are fastest in."""

from pathlib import Path
from typing import Literal

BFLOAT16_FLAGS = {"avx512_bf16", "amx_bf16"}


def fastest_precision(cpuinfo: Path = Path("/proc/cpuinfo")) -> Literal["float32", "bfloat16"]:
    """`bfloat16` where the processor multiplies it in hardware, else `float32`."""
    try:
        lines = cpuinfo.read_text().splitlines()
    except OSError:
        return "float32"
    flags = next((line.split(":")[1].split() for line in lines if line.startswith("flags")), [])
    return "bfloat16" if BFLOAT16_FLAGS & set(flags) else "float32"
