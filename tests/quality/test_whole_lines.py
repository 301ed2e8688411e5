import numpy as np
import pytest

from tasks.data import ids
from tasks.data.ids import Ids
from tasks.quality.whole_lines import whole_lines
from tasks.text.vocabulary import vocabulary_of
from tests.byte_level import byte_vocabulary, inside

NAMES = "Anna\nBert\nChloé\nDora"


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize("level", ["character", "byte"])
def test_a_name_is_known_only_as_a_whole_line(monkeypatch, size, level):
    monkeypatch.setattr(ids, "PIECE_CHARACTERS", size)
    vocabulary = vocabulary_of(NAMES) if level == "character" else byte_vocabulary(NAMES)
    training = Ids.of(np.asarray(vocabulary.encode(NAMES if level == "character" else inside(NAMES))))

    drawn = [
        "\nAnna\n",
        "Chloé\n",
        "\nDora\n",
        "\nAnna\n",
        "\nAnn\n",
        "\nert\n",
        "\nBertAnna\n",
        "\nBert",
        "\n\n",
        "Anna\nB\n",
    ]
    assert whole_lines(drawn, training, vocabulary) == {"lines": 7, "known": 4}


@pytest.mark.parametrize("size", [1, 3, 100])
def test_marks_that_end_documents_bound_lines_too(monkeypatch, size):
    monkeypatch.setattr(ids, "PIECE_CHARACTERS", size)
    text = "\x03anna\nb\n\x03carl\nd\n"
    vocabulary = vocabulary_of(text)
    training = Ids.of(vocabulary.encode(text))

    for drawn in (["anna\n", "carl\n", "b\n"], ["\x03anna\x03", "carl\n\x03", "b\x03"]):
        assert whole_lines(drawn, training, vocabulary) == {"lines": 3, "known": 3}
    assert whole_lines(["\x03ann\x03", "\x03anna\x03b\x03"], training, vocabulary) == {"lines": 1, "known": 0}


@pytest.mark.parametrize("size", [1, 4, 100])
def test_a_line_is_of_one_document(monkeypatch, size):
    monkeypatch.setattr(ids, "PIECE_CHARACTERS", size)
    vocabulary = vocabulary_of("annacarl\n")
    training = Ids.of(vocabulary.encode("annacarl\n"), np.array([0, 4]))

    assert whole_lines(["annacarl\n", "anna\n", "carl\n"], training, vocabulary) == {"lines": 3, "known": 2}
