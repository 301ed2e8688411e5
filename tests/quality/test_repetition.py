import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.quality import repetition as module
from tasks.quality.repetition import Repetition
from tests.quality.texts import few_letters, joined, listed


def brute_force_loops(text, least):
    """Whether each character is in a stretch with a period that it holds three times."""
    inside = [False] * len(text)
    for start in range(len(text)):
        for period in range(1, (len(text) - start) // 3 + 1):
            end = start + period
            while end < len(text) and text[end] == text[end - period]:
                end += 1
            if end - start >= max(3 * period, least):
                inside[start:end] = [True] * (end - start)
    return inside


LOOPING = st.builds(
    lambda before, unit, times, after: before + unit * times + after,
    few_letters(6),
    few_letters(7),
    st.integers(1, 5),
    few_letters(6),
)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(LOOPING, max_size=4), least=st.integers(1, 12))
@example(texts=[[0, 0, 1, 0, 0, 1, 0, 0, 1], [0, 0, 1]], least=9)
def test_loops_are_the_stretches_that_hold_their_period_three_times(texts, least):
    together = joined(texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LOOP_CHARACTERS", least)
        loops = Repetition(together).loops()

    expected = [inside for text in texts for inside in brute_force_loops(text, least)]
    assert loops.covered(together).tolist() == expected
    owners = together.owners
    assert all(owners[start] == owners[end - 1] for start, end in listed(loops))
    assert all(before <= after for before, after in zip(loops.ends, loops.starts[1:], strict=False))


def of_words(text):
    return joined([[ord(c) for c in text]])


@pytest.mark.parametrize(
    ("text", "loops"),
    [
        ("He said:\n" + "the state of " * 3 + "it.", ["the state of " * 3]),
        ("He said:\n" + "the state of " * 2 + "it.", []),
        ("No" + "o" * 30 + "!", ["o" * 31]),
        ("No" + "o" * 20 + "!", []),
    ],
)
def test_a_loop_is_said_three_times_over_24_characters(text, loops):
    assert [text[start:end] for start, end in listed(Repetition(of_words(text)).loops())] == loops


def test_a_loop_of_a_long_passage_is_found_whole():
    passage = np.random.default_rng(1).integers(0, 4, 3000).tolist()
    texts = joined([[5, 6], [7, *passage, *passage, *passage, 8]])

    assert listed(Repetition(texts).loops()) == [(3, 9003)]


def test_a_loop_does_not_go_on_from_one_text_into_the_next():
    assert listed(Repetition(joined([[1] * 20, [1] * 20])).loops()) == []
    assert listed(Repetition(joined([[1] * 24, [1] * 24])).loops()) == [(0, 24), (24, 48)]


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(few_letters(12), max_size=4), n=st.integers(1, 5))
def test_distinct_n_grams_are_counted_in_each_text(texts, n):
    shares = Repetition(joined(texts)).distinct(n)

    for text, share in zip(texts, shares, strict=True):
        grams = [tuple(text[place : place + n]) for place in range(len(text) - n + 1)]
        assert np.isnan(share) if not grams else share == len(set(grams)) / len(grams)


@pytest.mark.parametrize("size", [2, 300, 70_000])
def test_large_alphabets_are_told_apart(size):
    texts = joined([list(range(0, size, max(1, size // 50))) * 3], "<u4")

    assert listed(Repetition(texts).loops()) == ([(0, len(texts.ids))] if len(texts.ids) >= 24 else [])
