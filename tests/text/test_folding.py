import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.corpus.errors import CorpusError
from tasks.text.folding import UNKNOWN, findings, without_rare
from tasks.text.token_ids import encoded, vocabulary_of_file
from tasks.text.vocabulary import Vocabulary, vocabulary_of

TEXT = "aaaaaabbbbbcccccddeef"


def folded(text, **limits):
    return without_rare(vocabulary_of(text), **limits)


@pytest.mark.parametrize("limits", [{}, {"max_vocabulary": 6}, {"min_count": 1, "max_vocabulary": 1000}], ids=str)
def test_a_vocabulary_without_rare_characters_is_left_as_it_is(limits):
    assert folded(TEXT, **limits) == vocabulary_of(TEXT)
    assert findings(vocabulary_of(TEXT), folded(TEXT, **limits)) == []


@pytest.mark.parametrize(
    ("limits", "left"),
    [
        ({"min_count": 2}, {"a": 6, "b": 5, "c": 5, "d": 2, "e": 2, UNKNOWN: 1}),
        ({"max_vocabulary": 5}, {"a": 6, "b": 5, "c": 5, "d": 2, UNKNOWN: 3}),
        ({"max_vocabulary": 3}, {"a": 6, "b": 5, UNKNOWN: 10}),
        ({"max_vocabulary": 2}, {"a": 6, UNKNOWN: 15}),
        ({"min_count": 6, "max_vocabulary": 4}, {"a": 6, UNKNOWN: 15}),
        ({"min_count": 5, "max_vocabulary": 3}, {"a": 6, "b": 5, UNKNOWN: 10}),
        ({"min_count": 3, "always": "f"}, {"a": 6, "b": 5, "c": 5, "f": 1, UNKNOWN: 4}),
        ({"max_vocabulary": 3, "always": "f"}, {"a": 6, "f": 1, UNKNOWN: 14}),
    ],
    ids=str,
)
def test_the_rarest_characters_become_one(limits, left):
    found = folded(TEXT, **limits)

    assert dict(zip(found.characters, found.counts, strict=True)) == left
    assert found.unknown_character == UNKNOWN
    assert list(found.characters) == sorted(found.characters)


def test_the_unknown_character_stands_in_its_place_by_code_point():
    found = folded("aa😀😀b", min_count=2)

    assert found.characters == ("a", UNKNOWN, "😀")
    assert found.never_drawn == (1,)


@pytest.mark.parametrize("own", [1, 50], ids=["rare", "frequent"])
def test_a_replacement_character_of_the_text_is_taken_for_unknown_with_the_others(own):
    text = TEXT + UNKNOWN * own

    assert folded(text, max_vocabulary=4).counts[-1] == 5 + own
    assert folded(text, max_vocabulary=7) == vocabulary_of(text)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"min_count": 5}, "3 characters that occur 5 times in all became one unknown character (U+FFFD)"),
        ({"min_count": 2}, "1 character that occurs 1 times became the unknown character (U+FFFD)"),
    ],
    ids=str,
)
def test_what_became_of_rare_characters_is_said(limits, said):
    (finding,) = findings(vocabulary_of(TEXT), folded(TEXT, **limits))

    assert finding == f"{said}, which no sample is made of"


def test_a_limit_that_leaves_nothing_is_refused():
    with pytest.raises(CorpusError, match=r"no character occurs 7 times, the commonest 6 times; lower --min-count"):
        folded(TEXT, min_count=7)


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(st.one_of(st.sampled_from("abcdé語😀\ufffd"), st.characters(codec="utf-8")), min_size=1, max_size=200),
    limit=st.none() | st.integers(2, 12),
    least=st.integers(1, 6),
)
def test_the_ids_of_a_file_are_those_of_its_characters_or_of_the_unknown_one(tmp_path_factory, text, limit, least):
    path = tmp_path_factory.mktemp("text") / "text.txt"
    path.write_bytes(text.encode())
    whole = vocabulary_of_file(path)
    if max(whole.counts) < least or {c for c, n in zip(whole.characters, whole.counts, strict=True) if n >= least} <= {
        UNKNOWN
    }:
        return
    found = without_rare(whole, max_vocabulary=limit, min_count=least)
    ids = np.concatenate(list(encoded(path, found)))

    assert found.size <= (limit or found.size)
    assert np.bincount(ids, minlength=found.size).tolist() == list(found.counts)
    for character, one in zip(text, found.decode(ids), strict=True):
        assert one == character or (one == UNKNOWN and character not in found.characters)
    np.testing.assert_array_equal(ids, found.encode(found.folded(text)))
    rarest_told_apart = min((n for c, n in zip(found.characters, found.counts, strict=True) if c != UNKNOWN))
    assert all(whole.counts[whole.characters.index(c)] <= rarest_told_apart for c in set(text) - set(found.characters))


def test_it_comes_back_from_json_and_counts_in_the_digest():
    found = folded(TEXT, min_count=2)
    plain = Vocabulary(found.characters, found.counts)

    assert Vocabulary.from_json(found.to_json()) == found
    assert "unknown" not in plain.to_json()
    assert Vocabulary.from_json(plain.to_json()) == plain
    assert found.sha256 != plain.sha256


def test_a_prompt_is_made_of_characters_that_are_drawn():
    found = folded("aaéébb\n\nä", min_count=2)

    assert found.unknown(f"aä{UNKNOWN}x") == ["ä", UNKNOWN, "x"]
    assert found.fit_prompt(f"ä{UNKNOWN}", "nearest")[0] == "a"
    assert UNKNOWN not in found.fit_prompt(f"ä{UNKNOWN}", "nearest")
    assert found.fit_prompt(f"ä{UNKNOWN}b", "drop") == "b"
    with pytest.raises(ValueError, match="characters that the corpus lacks or that are too rare in it: 'ä'"):
        found.fit_prompt("ä", "refuse")


def test_a_text_begins_after_a_character_that_is_drawn():
    assert folded("b\n\naa", min_count=2).first == "\n"
    assert folded("😀😀🎈", min_count=2).first == "😀"
