"""Intel's tile instructions in NumPy, after its manual, for processors that lack them."""

import ctypes

import ml_dtypes
import numpy as np
from llvmlite import binding

VOID, BYTE, LONG, POINTER = None, ctypes.c_int8, ctypes.c_int64, ctypes.c_void_p


class Tiles:
    """Eight tiles, of so many rows and bytes a row."""

    def __init__(self):
        self.rows, self.widths, self.content = [0] * 8, [0] * 8, [None] * 8

    def ldtilecfg(self, place):
        layout = ctypes.string_at(place, 64)
        palette, start_row, *rest = layout[:16]
        assert (palette, start_row, any(rest)) == (1, 0, False)
        assert not any(layout[32:48])
        assert not any(layout[56:])
        self.widths, self.rows = list(np.frombuffer(layout, "<u2", 8, 16)), list(layout[48:56])
        assert all(1 <= rows <= 16 for rows in self.rows)
        assert all(1 <= width <= 64 for width in self.widths)
        self.content = [None] * 8

    def tilerelease(self):
        self.__init__()

    def tilezero(self, tile):
        self.content[tile] = np.zeros((self.rows[tile], self.widths[tile]), np.uint8)

    def tileloadd64(self, tile, place, stride):
        rows = [ctypes.string_at(place + row * stride, self.widths[tile]) for row in range(self.rows[tile])]
        self.content[tile] = np.stack([np.frombuffer(row, np.uint8) for row in rows])

    def tilestored64(self, tile, place, stride):
        for row, content in enumerate(self.content[tile]):
            ctypes.memmove(place + row * stride, content.tobytes(), self.widths[tile])

    def tdpbf16ps(self, total, left, right):
        assert self.rows[total] == self.rows[left]
        assert self.widths[total] == self.widths[right]
        assert self.widths[left] == 4 * self.rows[right]
        a, b = (self.content[tile].view(ml_dtypes.bfloat16).astype(np.float32) for tile in (left, right))
        pairs = b.reshape(len(b), -1, 2).transpose(0, 2, 1).reshape(2 * len(b), -1)
        self.content[total] = (self.content[total].view(np.float32) + a @ pairs).view(np.uint8)


def emulated(text):
    """The code with calls of these functions in place of the instructions; they are to be kept while it runs."""
    tiles = Tiles()
    kinds = {
        "ldtilecfg": [POINTER],
        "tilerelease": [],
        "tilezero": [BYTE],
        "tileloadd64": [BYTE, POINTER, LONG],
        "tilestored64": [BYTE, POINTER, LONG],
        "tdpbf16ps": [BYTE] * 3,
    }
    functions = []
    for name, kind in kinds.items():
        functions.append(ctypes.CFUNCTYPE(VOID, *kind)(getattr(tiles, name)))
        binding.add_symbol(f"emulated_{name}", ctypes.cast(functions[-1], POINTER).value)
        text = text.replace(f"llvm.x86.{name}", f"emulated_{name}")
    return text, functions
