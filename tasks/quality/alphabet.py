"""The use of the alphabet: how far the frequencies of characters in texts are from those of held-out text."""

import numpy as np

from tasks.quality.texts import Texts


def alphabet_divergence(texts: Texts, held_out: np.ndarray) -> np.ndarray:
    """Jensen-Shannon divergence (Lin 1991) of each text's frequencies of characters from held-out text's, in bits.

    From 0, the same frequencies, to 1, no character in common. The shorter a text, the larger it is by chance alone,
    so that only texts of equal length compare.

    Args:
        texts: whose frequencies are looked at.
        held_out: how often each id occurs in held-out text, `(vocabulary,)`.

    Returns:
        `(texts,)` float64, no number for an empty text.
    """
    count = len(texts.lengths)
    used, times = np.unique(texts.owners << 32 | texts.ids, return_counts=True)
    owners, ids = used >> 32, used & 0xFFFFFFFF
    known = held_out / held_out.sum()
    here, there = times / texts.lengths[owners], known[ids]
    mean = (here + there) / 2
    of_here = here * np.log2(here / mean)
    of_there = there * np.log2(np.where(there > 0, there, 1) / mean) - there
    # A character that only held-out text has adds half its frequency there: 1 in all, less those that are in both.
    divergence = (1 + np.bincount(owners, of_here + of_there, count)) / 2
    return np.where(texts.lengths > 0, np.maximum(divergence, 0), np.nan)
