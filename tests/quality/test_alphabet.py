import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.quality.alphabet import alphabet_divergence
from tests.quality.texts import few_letters, joined


def by_definition(text, held_out):
    p, q = (np.bincount(ids, minlength=8) / len(ids) for ids in (text, held_out))
    m = (p + q) / 2
    return sum(np.sum(d[d > 0] * np.log2(d[d > 0] / m[d > 0])) for d in (p, q)) / 2


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(few_letters(20, letters=8), max_size=4), held_out=few_letters(30, letters=8).filter(bool))
def test_it_is_the_jensen_shannon_divergence_in_bits(texts, held_out):
    found = alphabet_divergence(joined(texts), np.bincount(held_out, minlength=8))

    for text, divergence in zip(texts, found, strict=True):
        assert (
            np.isnan(divergence) if not text else divergence == pytest.approx(by_definition(text, held_out), abs=1e-9)
        )


def test_it_is_0_for_equal_frequencies_and_1_where_nothing_is_in_common():
    found = alphabet_divergence(joined([[0, 1, 0, 1], [2, 3], [5, 5]]), np.bincount([1, 0, 0, 1], minlength=6))

    assert found.tolist() == [0, 1, 1]
