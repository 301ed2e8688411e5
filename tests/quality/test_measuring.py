import numpy as np
import pytest

from tasks.data.ids import Ids
from tasks.quality.matches import CopyRule
from tasks.quality.measuring import Ground, measured
from tasks.text.vocabulary import vocabulary_of

CORPUS = "Some of us look at the stars, and some of us look at the mud; none of us look at both at once.\n" * 3
VOCABULARY = vocabulary_of(CORPUS)
IDS = VOCABULARY.encode(CORPUS)
GROUND = Ground.of(VOCABULARY, Ids.of(IDS[:-60]), Ids.of(IDS[-60:]))


def test_every_measure_is_a_number_for_each_text():
    found = measured(["some of us look at the kettle", "at the mud"], [-20.0, -5.0], GROUND, CopyRule(12, 0, True))

    assert list(found.measures) == [
        "bits_per_character",
        "copied_share",
        "longest_copy",
        "novel_share",
        "looped_share",
        "distinct_4",
        "alphabet_divergence",
        "known_words",
    ]
    assert all(values.shape == (2,) and np.isfinite(values).all() for values in found.measures.values())
    assert found.measures["bits_per_character"] == pytest.approx([20 / 29 / np.log(2), 5 / 10 / np.log(2)])
    assert found.measures["longest_copy"].tolist() == [23, 10]
    assert found.measures["copied_share"].tolist() == [23 / 29, 0]
    assert found.measures["known_words"].tolist() == [1, 1]


def test_the_least_copy_is_found_out_from_held_out_text():
    passage = f"kh{CORPUS[-60:-20]}kh"

    assert measured([passage], [-60.0], GROUND).rule.least == 41
    assert measured(["xx zz".translate(str.maketrans("xz", "kh"))], [-9.0], GROUND).rule.least == 10


def test_a_character_that_the_corpus_lacks_is_named():
    with pytest.raises(ValueError, match=r"'ß'"):
        measured(["aß"], [-1.0], GROUND)
