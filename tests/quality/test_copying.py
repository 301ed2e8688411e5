import functools

import pytest

from tests.quality.constructed import BOILERPLATE, Corpus, planted, prose, samples_of

TABLE = "+----------+----------+----------+\n| name     | value    | unit     |\n" + "=" * 70 + "\n"
TRAINING, HELD_OUT, FRESH = prose(120_000, 1), prose(40_000, 2), prose(9_600, 7)


@functools.cache
def corpus(kind: str) -> Corpus:
    """A corpus of words alone, or one that quotes itself in some way."""
    if kind == "duplicates":
        return Corpus(TRAINING, HELD_OUT[:28_000] + TRAINING[50_000:62_000])
    if kind == "words":
        return Corpus(TRAINING, HELD_OUT)
    quoted, share = {"boilerplate": (BOILERPLATE, 0.12), "tables": (TABLE, 0.2)}[kind]
    return Corpus(
        *(planted(text, quoted, len(quoted) - 1, share, seed) for seed, text in ((3, TRAINING), (4, HELD_OUT)))
    )


@pytest.mark.parametrize("kind", ["words", "boilerplate", "tables", "duplicates"])
@pytest.mark.parametrize(("share", "length"), [(0.0, 120), (0.05, 120), (0.05, 200), (0.3, 120), (0.3, 200)])
def test_planted_copies_are_found_however_the_text_quotes_itself(kind, share, length):
    given = corpus(kind)
    drawn = planted(FRESH, given.training, length, share, 5) if share else FRESH

    found = given.measure(samples_of(drawn)).measures["copied_share"].mean()

    assert given.windows.rule.tells
    assert length >= 2 * given.windows.rule.least
    assert found == pytest.approx(share, rel=0.1, abs=0.01)


def test_a_row_of_one_sign_is_no_copy():
    given = corpus("tables")
    found = given.measure([f"{FRESH[:200]}{'=' * 70}\n{FRESH[200:300]}"])

    assert found.measures["copied_share"].tolist() == [0]
    assert found.measures["longest_copy"][0] < given.windows.rule.least
    assert found.measures["looped_share"][0] > 0.1


@pytest.mark.parametrize(
    ("kind", "quoted"), [("words", (0, 0)), ("boilerplate", (0.09, 0.14)), ("duplicates", (0.25, 0.32))]
)
def test_the_share_of_held_out_text_that_is_quoted_is_told_apart_from_chance(kind, quoted):
    low, high = quoted

    assert low <= corpus(kind).windows.rule.quoted <= high
    assert corpus(kind).windows.rule.least < 30
