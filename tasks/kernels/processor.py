"""What this processor multiplies best with."""

import ctypes
import functools
import sys
from dataclasses import dataclass
from typing import Literal

from llvmlite import binding

Method = Literal["float32", "widened", "pairs", "tiles"]


@dataclass(frozen=True)
class Processor:
    """How to emit code for a processor.

    Attributes:
        lanes: floats in a vector.
        rows: how many rows a product goes through at once, as far as there are registers for their sums.
        bfloat16: how bfloat16 is multiplied: widened to float32, or by instructions for vectors of pairs or for tiles.
    """

    lanes: int
    rows: int
    bfloat16: Method


@functools.cache
def this_processor() -> Processor:
    """The one that runs this."""
    features = binding.get_host_cpu_features()
    if features.get("avx512f"):
        pairs: Method = "pairs" if features.get("avx512bf16") else "widened"
        return Processor(lanes=16, rows=5, bfloat16="tiles" if features.get("amx-bf16") and _gives_tiles() else pairs)
    if features.get("avx"):  # A product that is not added at once needs a register more.
        return Processor(lanes=8, rows=3 if features.get("fma") else 2, bfloat16="widened")
    return Processor(lanes=4, rows=5, bfloat16="widened")


def _gives_tiles() -> bool:
    """Ask Linux for the tile registers, as a process has to before it uses them."""
    if sys.platform != "linux":
        return False
    arch_prctl, request_permission, tile_data = 158, 0x1023, 18
    return ctypes.CDLL(None).syscall(arch_prctl, request_permission, tile_data) == 0
