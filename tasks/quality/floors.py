"""Floors: what predictors without any learning need per character."""

import bz2
import lzma
import math

import numpy as np

COMPRESSED_BYTES = 32 << 20


def floors(text: str, train: np.ndarray, validation: np.ndarray, vocabulary_size: int) -> dict[str, float]:
    """Bits per character of four predictors that a model must beat.

    Args:
        text: the whole corpus; of longer ones the first 32 MiB are compressed.
        train: ids whose frequencies the unigram predictor learns, shape `(n,)`.
        validation: ids that it is measured on, shape `(m,)`.
        vocabulary_size: how many characters there are.

    Returns:
        `uniform` (log2 of the vocabulary), `unigram` (cross-entropy of the validation ids under the training
        frequencies with one added to each count), `bzip2` and `xz` (size of the compressed corpus).
    """
    counts = np.bincount(train, minlength=vocabulary_size) + 1
    bits = -np.log2(counts / counts.sum())
    plain = text.encode("utf-8")[:COMPRESSED_BYTES]
    characters = len(plain.decode("utf-8", "ignore"))
    return {
        "uniform": math.log2(vocabulary_size),
        "unigram": float(bits[validation].mean()),
        "bzip2": len(bz2.compress(plain, 9)) * 8 / characters,
        "xz": len(lzma.compress(plain, preset=9 | lzma.PRESET_EXTREME)) * 8 / characters,
    }
