"""Small texts of a few letters, in which chance makes matches and repeats."""

import numpy as np
from hypothesis import strategies as st

from tasks.quality.texts import Texts

ID_TYPES = ("<u1", "<u2", "<u4")


def joined(texts: list[list[int]], dtype: str = "<u1") -> Texts:
    return Texts(
        ids=np.array([number for text in texts for number in text], dtype),
        lengths=np.array([len(text) for text in texts], np.int64),
    )


def few_letters(most: int, letters: int = 3) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, letters - 1), max_size=most)


def listed(spans) -> list[tuple[int, int]]:
    return list(zip(spans.starts.tolist(), spans.ends.tolist(), strict=True))
