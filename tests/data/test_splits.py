import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.corpus.errors import CorpusError
from tasks.data.splits import MINIMUM_HELD_OUT, split_offsets


def test_the_last_part_is_held_out():
    assert split_offsets(1000, 0.1, 0.0) == {"train": range(900), "validation": range(900, 1000)}


def test_the_test_split_comes_last():
    assert split_offsets(1000, 0.2, 0.1) == {
        "train": range(700),
        "validation": range(700, 900),
        "test": range(900, 1000),
    }


@given(
    characters=st.integers(1000, 10**10),
    validation=st.floats(0.1, 0.4),
    test=st.one_of(st.just(0.0), st.floats(0.1, 0.4)),
)
def test_splits_lie_end_to_end_over_the_whole_corpus(characters, validation, test):
    splits = split_offsets(characters, validation, test)
    bounds = [(part.start, part.stop) for part in splits.values()]

    assert list(splits) == ["train", "validation", "test"][: len(splits)]
    assert ("test" in splits) == (test > 0)
    assert [start for start, _ in bounds] == [0, *[stop for _, stop in bounds[:-1]]]
    assert bounds[-1][1] == characters
    assert abs(len(splits["validation"]) - validation * characters) < 2 + characters * 1e-9


@pytest.mark.parametrize(
    ("validation", "test", "said"),
    [
        (0.063, 0.0, "63 of 1,000 characters; 64 are the least; give more text, or a larger --validation-fraction"),
        (0.0, 0.0, "the validation split would have 0"),
        (0.1, 0.063, "the test split would have 63"),
        (0.95, 0.0, "the train split would have 5. .* give more text, or a smaller --validation-fraction"),
        (0.9, 0.9, "the train split would have 0"),
        (0.1, -0.05, "the test split would have 0"),
    ],
)
def test_too_short_a_split_is_refused(validation, test, said):
    with pytest.raises(CorpusError, match=said):
        split_offsets(1000, validation, test)


def test_the_shortest_split_is_taken():
    assert len(split_offsets(1000, 0.064, 0.0)["validation"]) == MINIMUM_HELD_OUT
