import dataclasses

import pytest

from tasks.page.content import bars, data_of, kinds_of, title_of
from tasks.text.folding import without_rare
from tasks.text.vocabulary import vocabulary_of
from tests.page.reviews import CORPUS, a_review


@pytest.mark.parametrize(
    ("opening", "title"),
    [
        ("Short.\n", "Short."),
        (
            "First Citizen:\nBefore we proceed any further, hear me speak. All: Speak",
            "First Citizen: Before we proceed any further, hear me speak …",
        ),
        ("中" * 200, "中" * 64 + " …"),
        (" \n\t", "A corpus of blanks"),
        ("\u202eevil \x1b[2J", "\\u202eevil \\x1b[2J"),
    ],
)
def test_the_title_is_the_corpus_s_first_words(opening, title):
    assert title_of(opening) == title


def test_previews_carry_the_validation_bits_of_their_step():
    assert data_of(a_review())["previews"] == [[0, None, "xq"], [20, 2.4, "Thou"]]


def test_the_vocabulary_comes_with_names_and_counts():
    vocabulary = data_of(a_review())["vocabulary"]

    assert vocabulary[0] == ["\n", "LINE FEED", CORPUS.count("\n")]
    assert [",", "COMMA", 1] in vocabulary


def test_kinds_of_characters_are_counted_in_words():
    assert kinds_of(vocabulary_of("ab1.\n")) == "2 letters, 1 digit, 1 punctuation mark, 1 control character"


def test_the_unknown_character_is_told_by_what_it_stands_for():
    vocabulary = without_rare(vocabulary_of("aab\n\nß"), min_count=2)
    review = dataclasses.replace(a_review("aab\n\nß"), vocabulary=vocabulary)

    assert kinds_of(vocabulary) == (
        "1 letter, 1 control character, 1 unknown character, U+FFFD, for 2 rare ones, of which no sample is made"
    )
    assert data_of(review)["vocabulary"][-1] == ["\ufffd", "UNKNOWN CHARACTER, FOR ALL RARE ONES", 2]
    assert data_of(review)["ids"] == [1, 1, 2, 0, 0, 2]


def test_bars_go_from_high_to_low_with_the_model_in_its_place():
    assert bars(2.0, {"uniform": 4.0, "xz": 1.0}) == [("uniform", 4.0, 100), ("this model", 2.0, 50), ("xz", 1.0, 25)]


def test_the_excerpts_are_of_the_training_text_and_end_with_it():
    review = a_review()

    assert review.excerpt(-5, 5) == CORPUS[:5]
    assert review.excerpt(50, 999) == CORPUS[50:]
