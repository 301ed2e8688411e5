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
