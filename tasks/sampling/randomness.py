"""The random stream of a sample: a function of seed, temperature, prompt and index alone."""

import hashlib
import struct

import numpy as np

NUMBERS_A_STEP = 8  # Philox makes 256 bits at a time, a float32 takes 32


class Stream:
    """A sample's random numbers, one for each character (Philox, Salmon et al. 2011)."""

    def __init__(self, seed: int, temperature: float, prompt: str, index: int, position: int = 0) -> None:
        """Begin at a position, which must be a multiple of 8."""
        told_apart = struct.pack("<Qdq", seed, temperature, index) + prompt.encode("utf-8", "surrogatepass")
        key = int.from_bytes(hashlib.sha256(told_apart).digest()[:16], "little")
        philox = np.random.Philox(key=key).advance(position // NUMBERS_A_STEP)
        self._generator = np.random.Generator(philox)

    def next(self, count: int) -> np.ndarray:
        """The next numbers: shape `(count,)` float32 in [0, 1)."""
        return self._generator.random(count, np.float32)
