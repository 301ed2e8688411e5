import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.data.ids import Ids
from tasks.kernels.suffix_index import FACTORS, hashes
from tasks.quality import matches as module
from tasks.quality.matches import copies, copy_rule, longest_matches, novel_share
from tests.quality.texts import ID_TYPES, few_letters, joined, listed

CORPORA = few_letters(60).filter(bool)
TEXTS = st.lists(few_letters(20), max_size=5)
QUICK = settings(max_examples=30, deadline=None)


def brute_force(texts, corpus):
    """The length of the longest match at each place, by looking everywhere."""
    found = []
    for text in texts:
        for start in range(len(text)):
            lengths = [common(text[start:], corpus[place:]) for place in range(len(corpus))]
            found.append(max(lengths))
    return found


def common(one, other):
    """The length of the common prefix."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def shifted(numbers, by):
    return [number * by for number in numbers]


@pytest.mark.parametrize(("dtype", "by"), [("<u1", 80), ("<u2", 300), ("<u4", 70_000)])
@QUICK
@given(texts=TEXTS, corpus=CORPORA)
def test_every_place_has_its_longest_match_and_it_stands_at_its_offset(dtype, by, texts, corpus):
    texts, corpus = [shifted(text, by) for text in texts], shifted(corpus, by)
    found = longest_matches(joined(texts, dtype), Ids.of(np.array(corpus, dtype)))

    assert found.lengths.tolist() == brute_force(texts, corpus)
    places = [(text, start) for text in texts for start in range(len(text))]
    for (text, start), length, offset in zip(places, found.lengths.tolist(), found.offsets.tolist(), strict=True):
        assert not length or text[start : start + length] == corpus[offset : offset + length]


@pytest.mark.parametrize(("dtype", "by"), [("<u1", 80), ("<u2", 300), ("<u4", 70_000)])
@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(few_letters(30, letters=2), max_size=5),
    corpus=few_letters(120, letters=2).filter(bool),
    piece=st.integers(1, 40),
    head=st.integers(1, 40),
)
def test_a_long_training_text_gives_the_same_matches_from_8_characters_on(dtype, by, texts, corpus, piece, head):
    texts, corpus = [shifted(text, by) for text in texts], np.array(shifted(corpus, by), dtype)
    exact = np.array(brute_force(texts, corpus.tolist()), np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.quality.streamed_matches.PIECE_CHARACTERS", piece)
        found = streamed(joined(texts, dtype), corpus, head)

    long = exact >= 8
    assert found.lengths[long].tolist() == exact[long].tolist()
    assert (found.lengths <= exact).all()
    places = [(text, start) for text in texts for start in range(len(text))]
    for (text, start), length, offset in zip(places, found.lengths.tolist(), found.offsets.tolist(), strict=True):
        assert not length or text[start : start + length] == corpus[offset : offset + length].tolist()


def streamed(texts, corpus, head):
    """The matches with a training text of which only so many first ids are sorted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "WHOLE_BYTES", 0)
        patch.setattr(module, "SORTED_BYTES", head * corpus.itemsize)
        return longest_matches(texts, Ids.of(corpus))


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("dtype", ID_TYPES)
def test_a_long_training_text_with_stretches_of_its_own_gives_the_same_matches(dtype):
    random = np.random.default_rng(3)
    letters = [random.integers(0, 4, 3000) for _ in range(2)]
    corpus = np.concatenate([letters[0], np.full(1000, 9), letters[1]]).astype(dtype)
    drawn = [random.integers(0, 4, 40), corpus[100:180], corpus[4500:4590], corpus[-30:], np.full(20, 9)]
    texts = joined([text.tolist() for text in drawn], dtype)

    found, exact = streamed(texts, corpus, 50), longest_matches(texts, Ids.of(corpus))

    long = exact.lengths >= 8
    assert found.lengths[long].tolist() == exact.lengths[long].tolist()
    for start in np.flatnonzero(long).tolist():
        length, offset = int(found.lengths[start]), int(found.offsets[start])
        assert texts.ids[start : start + length].tolist() == corpus[offset : offset + length].tolist()


@pytest.mark.usefixtures("kernels")
def test_ids_that_only_have_the_same_hash_are_no_match():
    random = np.random.default_rng(4)
    one, rest = random.integers(0, 1 << 63, 2, np.uint64), random.integers(0, 1 << 16, 20).astype("<u2")
    other = one + np.array([FACTORS[1], -FACTORS[0] % (1 << 64)], np.uint64)
    text, alike = (np.concatenate([words.view("<u2"), rest]) for words in (one, other))
    assert hashes(text)[0] == hashes(alike)[0]

    found = streamed(joined([text.tolist()], "<u2"), np.concatenate([rest[:1], alike]), 1)

    assert found.lengths[:8].tolist() == [0] * 8
    assert found.lengths[8:21].tolist() == list(range(20, 7, -1))


@QUICK
@given(texts=TEXTS, corpus=CORPORA, least=st.integers(1, 6))
def test_copies_are_the_matches_that_no_longer_one_contains(texts, corpus, least):
    texts, corpus = joined(texts), np.array(corpus, "<u1")
    found = longest_matches(texts, Ids.of(corpus))
    ends = np.arange(len(texts.ids)) + found.lengths
    every = [(start, int(ends[start])) for start in range(len(ends)) if found.lengths[start] >= least]
    maximal = [
        (start, end)
        for start, end in every
        if not any(a <= start and end <= b and (a, b) != (start, end) for a, b in every)
    ]

    spans = copies(texts, found, least)

    assert listed(spans) == maximal
    inside = [any(start <= place < end for start, end in every) for place in range(len(ends))]
    assert spans.covered(texts).tolist() == inside
    for start, end, offset in zip(spans.starts, spans.ends, spans.offsets, strict=True):
        assert texts.ids[start:end].tolist() == corpus[offset : offset + end - start].tolist()


@QUICK
@given(texts=TEXTS, corpus=few_letters(60, letters=2).filter(bool))
def test_the_novel_share_is_that_of_the_8_grams_that_the_training_text_lacks(texts, corpus):
    joined_texts = joined(texts)
    shares = novel_share(joined_texts, longest_matches(joined_texts, Ids.of(np.array(corpus, "<u1"))))
    known = {tuple(corpus[place : place + 8]) for place in range(len(corpus) - 7)}

    for text, share in zip(texts, shares, strict=True):
        grams = [tuple(text[place : place + 8]) for place in range(len(text) - 7)]
        assert np.isnan(share) if not grams else share == sum(gram not in known for gram in grams) / len(grams)


def test_a_match_does_not_go_on_from_one_text_into_the_next():
    texts = joined([[1, 2, 3], [4, 5, 6]])

    assert longest_matches(texts, Ids.of(np.arange(10, dtype="<u1"))).lengths.tolist() == [3, 2, 1, 3, 2, 1]


@pytest.mark.parametrize("dtype", ID_TYPES)
def test_a_planted_copy_is_found_where_it_was_taken_from(dtype):
    random = np.random.default_rng(1)
    corpus = random.integers(0, 200, 5000).astype(dtype)
    text = np.concatenate([random.integers(200, 250, 40), corpus[1234:1300], random.integers(200, 250, 40)])
    texts = joined([text.tolist()], dtype)

    spans = copies(texts, longest_matches(texts, Ids.of(corpus)), 30)

    assert (listed(spans), spans.offsets.tolist()) == ([(40, 106)], [1234])


def windows_with_copies(length, share):
    """Held-out text of which this share is matches of this length, and the matches."""
    windows = joined([[0] * 1000])
    lengths = np.zeros(1000, np.int64)
    for start in range(1, round(1000 * share), length + 1):
        lengths[start : start + length] = np.arange(length, 0, -1)
    return windows, module.Matches(lengths, np.zeros(1000, np.int64), lengths)


@pytest.mark.parametrize(
    ("length", "share", "rule"),
    [
        (25, 0.1, (26, 0, True)),
        (25, 0.0, (10, 0, True)),
        (5, 0.5, (10, 0, True)),
        (99, 0.4, (100, 0, False)),
        (150, 0.3, (10, 0.3, True)),
        (300, 0.9, (10, 0.9, False)),
    ],
    ids=str,
)
def test_a_copy_is_longer_than_what_held_out_text_shares_by_chance(length, share, rule):
    assert copy_rule(*windows_with_copies(length, share)) == rule


def test_a_match_that_the_end_of_a_window_cuts_tells_nothing():
    windows, matches = windows_with_copies(0, 0)
    lengths = np.concatenate([np.arange(60, 0, -1), np.zeros(880, np.int64), np.arange(60, 0, -1)])

    assert copy_rule(windows, matches._replace(lengths=lengths, counted=lengths)) == (10, 0, True)


def test_characters_in_loops_make_no_copy():
    texts = joined([[1, 2, 3, 4, 5, 5, 5, 5]])
    found = longest_matches(texts, Ids.of(np.array([1, 2, 3, 4, 5, 5, 5, 5], "<u1")))

    outside = found.outside(np.array([False] * 4 + [True] * 4))

    assert outside.counted.tolist() == [4, 3, 2, 1, 0, 0, 0, 0]
    assert listed(copies(texts, outside, 4)) == [(0, 8)]
    assert listed(copies(texts, outside, 5)) == []
