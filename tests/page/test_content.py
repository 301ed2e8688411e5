import dataclasses

import pytest

from tasks.data.ids import Ids
from tasks.page.content import after_a_word, bars, data_of, documents_of, kinds_of
from tasks.page.title import title_of
from tasks.text.folding import without_rare
from tasks.text.vocabulary import vocabulary_of
from tests.byte_level import byte_vocabulary, inside
from tests.page.reviews import CORPUS, a_review


def test_previews_carry_the_validation_bits_of_their_step():
    assert data_of(a_review())["previews"] == [[0, None, "xq …"], [20, 2.4, "Thou …"]]


def test_previews_end_with_a_word_where_there_are_words():
    texts = ["Thou art\nthe k", "Thou art. ", "本" * 200, "Thou " + "a" * 30]

    assert [after_a_word(text) for text in texts] == [
        "Thou art\nthe …",
        "Thou art. …",
        f"{texts[2]} …",
        f"{texts[3]} …",
    ]


def test_the_vocabulary_comes_with_names_and_counts():
    vocabulary = data_of(a_review())["vocabulary"]

    assert vocabulary[0] == ["\n", "LINE FEED", CORPUS.count("\n")]
    assert [",", "COMMA", 1] in vocabulary


def test_kinds_of_characters_are_counted_in_words():
    assert kinds_of(vocabulary_of("ab1.\n")) == "2 letters, 1 digit, 1 punctuation mark, 1 control character"


@pytest.mark.parametrize(
    ("text", "reset_at", "said"),
    [
        ({"documents": 1}, "files", "The whole corpus is one document."),
        ({"documents": 1, "divided_by": "none"}, None, "The whole corpus is one document."),
        (
            {"documents": 1200, "divided_by": "lines"},
            "lines",
            (
                "Each line is a document, 1,200 in all; the model's state is reset at the beginning of each; "
                "none was dropped as a duplicate."
            ),
        ),
        (
            {"documents": 2, "divided_by": "blank-lines", "has_lost_duplicates": True},
            None,
            (
                "Each text between blank lines is a document, 2 in all; the model's state goes on from one to the "
                "next; equal ones but for the first were dropped."
            ),
        ),
    ],
    ids=str,
)
def test_what_documents_are_and_how_they_were_treated_is_told_in_words(text, reset_at, said):
    review = a_review(hyperparameters={"seq_length": 10, "reset_at": reset_at})

    assert documents_of(dataclasses.replace(review, text={**review.text, **text})) == said


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


def test_of_a_model_of_bytes_texts_are_shown_as_what_they_are_in_utf_8():
    corpus = inside("Für den König – 日本\n" * 20)
    vocabulary = byte_vocabulary("Für den König – 日本\n")
    review = dataclasses.replace(
        a_review(), opening=corpus, vocabulary=vocabulary, train=Ids.of(vocabulary.encode(corpus))
    )
    size = len(inside("Für den König – 日本\n"))

    data = data_of(review)

    assert data["unit"] == "byte"
    assert data["opening"].startswith("Für den König – 日本\nFür")
    assert review.excerpt(2, size - 2) == "r den König – 日"
    assert title_of(review.beginning).startswith("Für den König – 日本 Für")
    assert ["\\xc3", "FIRST OF TWO BYTES", 2] in data["vocabulary"]
    assert ["\\xe6", "FIRST OF THREE BYTES", 2] in data["vocabulary"]
    assert ["\\xbc", "FURTHER BYTE OF A CHARACTER", 1] in data["vocabulary"]
    assert kinds_of(vocabulary) == "8 letters, 1 blank, 1 control character, 11 beyond ASCII"
    assert len(data["ids"]) == 64
    assert data["measures"][0][1] == "bits per byte"
