import numpy as np
import pytest

from tasks.quality.held_out import findings
from tasks.text.vocabulary import vocabulary_of


@pytest.mark.parametrize(("lacking", "said"), [(1, "of 1 character that"), (2, "of 2 characters that"), (0, "")])
def test_characters_that_the_training_text_lacks_are_counted(lacking, said):
    train, validation = np.array([9, 9, 9]), np.array([9, 9, 9])
    train[:lacking] = 0
    found = findings(None, vocabulary_of("abc"), {}, train, validation, "blocks")

    assert [said in one for one in found] == ([True] if lacking else [])
