"""Floors: what predictors without any learning need per character."""

import bz2
import lzma
import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tasks.progress import progressing

COMPRESSED_BYTES = 4 << 20
PIECE_BYTES = 1 << 18


def floors(opening: str, train: np.ndarray, validation: np.ndarray, encoding: str = "utf-8") -> dict[str, float]:
    """Bits per character of four predictors that a model must beat.

    Args:
        opening: the whole corpus, or its beginning; of a longer one the first 4 MiB are compressed.
        train: how often each id occurs in what the unigram predictor learns from, `(vocabulary,)` int64.
        validation: how often in what it is measured on, `(vocabulary,)` int64.
        encoding: in which the text becomes the bytes that are compressed.

    Returns:
        `uniform` (log2 of the vocabulary), `unigram` (cross-entropy of the validation ids under the training
        frequencies with one added to each count), `bzip2` and `xz` (size of the compressed corpus).
    """
    smoothed = train + 1
    bits = -np.log2(smoothed / smoothed.sum())
    plain, characters = compressed_part(opening, encoding)
    with ThreadPoolExecutor(1) as pool:
        bzip2 = pool.submit(bz2.compress, plain, 9)
        xz = _xz_bytes(plain)
        return {
            "uniform": math.log2(len(train)),
            "unigram": float(bits @ validation / validation.sum()),
            "bzip2": len(bzip2.result()) * 8 / characters,
            "xz": xz * 8 / characters,
        }


def compressed_part(opening: str, encoding: str = "utf-8") -> tuple[bytes, int]:
    """What is compressed of a corpus that begins so: its bytes, and how many characters that is."""
    plain = opening[:COMPRESSED_BYTES].encode(encoding)[:COMPRESSED_BYTES]
    return plain, len(plain.decode(encoding, "ignore"))


def _xz_bytes(plain: bytes) -> int:
    """How many bytes `xz -9e` makes of these."""
    compressor = lzma.LZMACompressor(preset=9 | lzma.PRESET_EXTREME)
    pieces = (plain[start : start + PIECE_BYTES] for start in range(0, len(plain), PIECE_BYTES))
    made = sum(len(compressor.compress(piece)) for piece in progressing("xz", pieces, len(plain), "bytes", len))
    return made + len(compressor.flush())
