import pytest

from tasks.page import content
from tasks.page.content import bars, bits_by_temperature, data_of, kinds_of, plain, samples_data, title_of
from tasks.text.vocabulary import vocabulary_of
from tests.page.reviews import CORPUS, a_review, a_sample


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


def test_bits_per_character_are_those_of_all_samples_of_a_temperature():
    samples = [a_sample("a" * 10, 0.5, 0, bits=1), a_sample("a" * 30, 0.5, 1, bits=3), a_sample("a", 1.0, bits=4)]

    assert bits_by_temperature(samples) == pytest.approx({0.5: 2.5, 1.0: 4})


def test_samples_are_embedded_row_by_row_with_each_prompt_once():
    samples = [a_sample(f"{t} {index}", t, index) for t in (0.5, 1.0) for index in range(2)]
    data = samples_data(samples)

    assert data["prompts"] == ["ROMEO:\n"]
    assert [row[-1] for row in data["rows"]] == ["0.5 0", "1.0 0", "0.5 1", "1.0 1"]
    assert data["total"] == 4


def test_more_text_than_a_page_can_bear_is_cut_at_a_whole_sample(monkeypatch):
    monkeypatch.setattr(content, "EMBEDDED_CHARACTERS", 25)
    data = samples_data([a_sample("x" * 10, index=index) for index in range(9)])

    assert (len(data["rows"]), data["total"]) == (2, 9)


def test_a_very_long_sample_is_cut_and_its_length_kept(monkeypatch):
    monkeypatch.setattr(content, "SAMPLE_CHARACTERS", 5)
    (row,) = samples_data([a_sample("x" * 10)])["rows"]

    assert row[-2:] == [10, "xxxxx"]


def test_previews_carry_the_validation_bits_of_their_step():
    assert data_of(a_review())["previews"] == [[0, None, "xq"], [20, 2.4, "Thou"]]


def test_the_vocabulary_comes_with_names_and_counts():
    vocabulary = data_of(a_review())["vocabulary"]

    assert vocabulary[0] == ["\n", "LINE FEED", CORPUS.count("\n")]
    assert [",", "COMMA", 1] in vocabulary


def test_kinds_of_characters_are_counted_in_words():
    assert kinds_of(vocabulary_of("ab1.\n")) == "2 letters, 1 digit, 1 punctuation mark, 1 control character"


def test_bars_go_from_high_to_low_with_the_model_in_its_place():
    assert bars(2.0, {"uniform": 4.0, "xz": 1.0}) == [("uniform", 4.0, 100), ("this model", 2.0, 50), ("xz", 1.0, 25)]


@pytest.mark.parametrize(
    ("value", "said"), [(None, "none"), (True, "yes"), (8000000, "8,000,000"), (0.004, "0.004"), ("lstm", "lstm")]
)
def test_hyperparameters_are_written_plainly(value, said):
    assert plain(value) == said
