"""Floors: what predictors without a network need per character of held-out text, having seen the training text."""

import bz2
import lzma
import math
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pyppmd

from tasks.progress import progressing

TRAINING_BYTES, HELD_OUT_BYTES = 4 << 20, 1 << 19
PIECE_BYTES = 1 << 18
PPMD_ORDER, PPMD_MEMORY = 6, 1 << 27
PPMD_PENDING = 5  # bytes that its range coder holds back until it is flushed


class Window(NamedTuple):
    """What compressors are given: the end of the training text, and after it the beginning of the held-out text."""

    train: bytes
    held_out: bytes
    characters: dict[str, int]

    @classmethod
    def of(cls, train: str, held_out: str, encoding: str = "utf-8") -> "Window":
        """At most the last 4 MiB of the one and the first 512 KiB of the other.

        Args:
            train: the training text, or its end.
            held_out: the held-out text, or its beginning.
            encoding: in which they become the bytes that are compressed.

        Returns:
            the bytes of both, with how many whole characters they are, as `train` and `validation`.
        """
        seen = train[-TRAINING_BYTES:].encode(encoding)[-TRAINING_BYTES:]
        measured = held_out[:HELD_OUT_BYTES].encode(encoding)[:HELD_OUT_BYTES]
        whole = [len(part.decode(encoding, "ignore")) for part in (seen, measured)]
        return cls(seen, measured, {"train": whole[0], "validation": whole[1]})


def floors(window: Window, train: np.ndarray, validation: np.ndarray) -> dict[str, float]:
    """Bits per character of held-out text for five predictors that a model must beat.

    Args:
        window: what the compressors are given.
        train: how often each id occurs in what the unigram predictor learns from, `(vocabulary,)` int64.
        validation: how often in what it is measured on, `(vocabulary,)` int64.

    Returns:
        `uniform` (log2 of the vocabulary), `unigram` (cross-entropy of the validation ids under the training
        frequencies with one added to each count), and of `bzip2`, `xz` and `ppmd` by how much the compressed training
        text grows with the held-out text after it.
    """
    smoothed = train + 1
    bits = -np.log2(smoothed / smoothed.sum())
    both = window.train + window.held_out
    with ThreadPoolExecutor(1) as pool:
        seen, ppmd = pool.submit(lzma.compress, window.train), pool.submit(growth_by_ppmd, window)
        whole, bzip2 = _xz_bytes(both), len(bz2.compress(both)) - len(bz2.compress(window.train))
        grown = {"bzip2": bzip2, "xz": whole - len(seen.result()), "ppmd": ppmd.result()}
    return {
        "uniform": math.log2(len(train)),
        "unigram": float(bits @ validation / validation.sum()),
        **{name: max(0, size) * 8 / window.characters["validation"] for name, size in grown.items()},
    }


def growth_by_ppmd(window: Window) -> int:
    """By how many bytes PPMd, variant H, grows: one pass, since what it holds back is the same after either text."""
    encoder = pyppmd.Ppmd7Encoder(PPMD_ORDER, PPMD_MEMORY)
    encoder.encode(window.train)
    return len(encoder.encode(window.held_out)) + len(encoder.flush()) - PPMD_PENDING


def _xz_bytes(plain: bytes) -> int:
    """How many bytes `xz` makes of these."""
    compressor = lzma.LZMACompressor()
    pieces = (plain[start : start + PIECE_BYTES] for start in range(0, len(plain), PIECE_BYTES))
    made = sum(len(compressor.compress(piece)) for piece in progressing("xz", pieces, len(plain), "bytes", len))
    return made + len(compressor.flush())
