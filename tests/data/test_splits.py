import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.corpus.errors import CorpusError
from tasks.data.splits import LONGEST_BLOCK, MINIMUM_HELD_OUT, characters_of, seams_of, split_ranges


def ranges_of(splits):
    return {name: ranges.tolist() for name, ranges in splits.items()}


def test_the_last_part_is_held_out():
    assert ranges_of(split_ranges([1000], 0.1)) == {"train": [[0, 900]], "validation": [[900, 1000]]}


def test_the_test_split_comes_last():
    assert ranges_of(split_ranges([1000], 0.2, 0.1)) == {
        "train": [[0, 700]],
        "validation": [[700, 900]],
        "test": [[900, 1000]],
    }


def test_each_source_gives_its_own_tail():
    assert ranges_of(split_ranges([1000, 2000], 0.2, 0.1)) == {
        "train": [[0, 700], [1000, 2400]],
        "validation": [[700, 900], [2400, 2800]],
        "test": [[900, 1000], [2800, 3000]],
    }


def test_whole_documents_are_held_out():
    starts = np.arange(0, 10_000, 100)
    splits = split_ranges([10_000], 0.2, 0.1, hold_out="documents", documents=starts)

    assert {name: characters_of(ranges) for name, ranges in splits.items()} == {
        "train": 7000,
        "validation": 2000,
        "test": 1000,
    }
    assert all((ranges % 100 == 0).all() for ranges in splits.values())
    assert len(splits["validation"]) > 5  # from all over, not from one place


def test_which_documents_are_held_out_depends_on_the_seed_alone():
    starts = np.arange(0, 10_000, 100)
    first, again, other = (
        ranges_of(split_ranges([10_000], 0.2, hold_out="documents", documents=starts, seed=seed)) for seed in (1, 1, 2)
    )

    assert first == again != other


def test_millions_of_documents_are_drawn_in_groups_of_neighbours():
    starts = np.arange(0, 3 << 21, 2)
    splits = split_ranges([3 << 21], 0.1, hold_out="documents", documents=starts)

    assert (splits["validation"] % 6 == 0).all()
    assert characters_of(splits["validation"]) == pytest.approx(0.1 * (3 << 21), rel=1e-3)


@pytest.mark.parametrize(("characters", "block"), [(10_000, 256), (1_000_000, 1000), (10**9, LONGEST_BLOCK)])
def test_blocks_are_a_thousandth_of_the_corpus_within_bounds(characters, block):
    splits = split_ranges([characters], 0.1, hold_out="blocks")

    bounds = np.concatenate([ranges.ravel() for ranges in splits.values()])
    assert ((bounds % block == 0) | (bounds == characters)).all()


@given(
    sources=st.lists(st.integers(1, 10**9), min_size=1, max_size=5),
    validation=st.floats(0.1, 0.4),
    test=st.one_of(st.just(0.0), st.floats(0.1, 0.4)),
    hold_out=st.sampled_from(["tail", "documents", "blocks"]),
    data=st.data(),
)
def test_splits_are_disjoint_and_together_the_corpus(sources, validation, test, hold_out, data):
    total = sum(sources) + 10_000
    starts = np.unique([0, *data.draw(st.lists(st.integers(1, total - 1), max_size=50))])
    try:
        splits = split_ranges(
            [*sources, 10_000],
            validation,
            test,
            hold_out=hold_out,
            documents=starts if hold_out == "documents" else None,
        )
    except CorpusError:
        assert hold_out == "documents"  # a few long ones cannot be shared out
        return

    ranges = np.concatenate(list(splits.values()))
    ranges = ranges[np.argsort(ranges[:, 0])]
    assert ranges[0, 0] == 0
    assert ranges[-1, 1] == total
    assert (ranges[1:, 0] == ranges[:-1, 1]).all()
    assert (ranges[:, 0] < ranges[:, 1]).all()
    assert ("test" in splits) == (test > 0)
    if hold_out != "documents":
        assert characters_of(splits["validation"]) == pytest.approx(validation * total, rel=0.05, abs=1000)


@pytest.mark.parametrize(
    ("validation", "test", "said"),
    [
        (0.063, 0.0, "the validation split would have 63 of 1,000 characters; 64 are the least.*a larger --validation"),
        (0.0, 0.0, "the validation split would have 0"),
        (0.1, 0.063, "the test split would have 63.*a larger --test-fraction"),
        (0.95, 0.0, "the train split would have 5.*a smaller --validation-fraction"),
        (0.1, -0.05, "the test split would have 0"),
    ],
)
def test_too_short_a_split_is_refused(validation, test, said):
    with pytest.raises(CorpusError, match=said):
        split_ranges([1000], validation, test)


def test_a_single_document_cannot_be_shared_out():
    with pytest.raises(CorpusError, match="or another --hold-out"):
        split_ranges([1000], 0.1, hold_out="documents", documents=np.array([0]))


def test_the_shortest_split_is_taken():
    assert characters_of(split_ranges([1000], 0.064)["validation"]) == MINIMUM_HELD_OUT


@pytest.mark.parametrize(
    ("lengths", "test", "held_out"),
    [
        ([200] * 5, 0.0, {200}),
        ([600, 200, 100, 100], 0.0, {100}),
        ([200] * 5, 0.1, {200}),
        ([900, 70, 64], 0.1, {64, 70}),
    ],
)
def test_of_a_few_documents_each_split_gets_the_one_that_fits_best(lengths, test, held_out):
    starts = np.cumsum([0, *lengths[:-1]])

    for seed in range(20):
        splits = split_ranges([sum(lengths)], 0.1, test, hold_out="documents", documents=starts, seed=seed)
        assert {characters_of(ranges) for name, ranges in splits.items() if name != "train"} <= held_out
        assert len(splits) == (3 if test else 2)


@pytest.mark.parametrize(("count", "test"), [(2, 0.1), (1, 0.0)])
def test_fewer_documents_than_splits_are_refused_with_their_number(count, test):
    with pytest.raises(CorpusError, match=rf"too few documents \({count}\)"):
        split_ranges([1000], 0.1, test, hold_out="documents", documents=np.arange(count) * 500)


def test_the_seams_of_a_split_are_where_its_ranges_and_texts_within_them_begin():
    ranges = np.array([[100, 200], [300, 450], [900, 1000]])

    assert seams_of(ranges[:1], np.array([0])).tolist() == [0]
    assert seams_of(ranges, np.array([0])).tolist() == [0, 100, 250]
    assert seams_of(ranges, np.array([0, 120, 200, 250, 300, 449, 450, 950, 1000])).tolist() == [
        0,
        20,
        100,
        249,
        250,
        300,
    ]
