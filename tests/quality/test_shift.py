import random

import numpy as np
import pytest

from tasks.corpus.default_corpus import default_corpus
from tasks.data.splits import split_ranges
from tasks.quality.shift import divergence, is_shifted, is_sorted
from tasks.text.vocabulary import vocabulary_of

ENGLISH = "It was the best of times, it was the worst of times.\n"
RUSSIAN = "Все счастливые семьи похожи друг на друга.\n"


def names():
    chosen = random.Random(1)
    made = {
        "".join(chosen.choice("bcdfghklmnprst") + chosen.choice("aeiou") for _ in range(chosen.randint(2, 4)))
        for _ in range(6000)
    }
    return sorted(name.capitalize() for name in made)


def looked_at(text):
    """Whether the held-out text is of another kind, and whether the lines are sorted."""
    vocabulary = vocabulary_of(text)
    ids, splits = vocabulary.encode(text), split_ranges([len(text)], 0.1)
    folded = [character.casefold() for character in vocabulary.characters]
    order = np.array([sorted(set(folded)).index(one) for one in folded])
    return (
        is_shifted(ids, splits["train"], splits["validation"], vocabulary.size),
        is_sorted(ids, splits["train"], vocabulary.characters.index("\n"), order),
    )


def test_frequencies_without_anything_in_common_are_one_bit_apart():
    assert divergence(np.array([1.0, 0.0]), np.array([0.0, 2.0])) == pytest.approx(1)
    assert divergence(np.array([1.0, 3.0]), np.array([2.0, 6.0])) == 0


@pytest.mark.parametrize(
    "text",
    [ENGLISH * 1800 + RUSSIAN * 200, default_corpus()[:200_000] + RUSSIAN * 500, RUSSIAN * 2000 + ENGLISH * 100],
)
def test_a_tail_of_another_language_is_noticed(text):
    assert looked_at(text)[0]


@pytest.mark.parametrize("text", [ENGLISH * 1800, default_corpus(), default_corpus()[:20_000], default_corpus()[:1000]])
def test_one_text_from_beginning_to_end_is_of_one_kind(text):
    assert looked_at(text) == (False, False)


def test_sorted_lines_are_noticed_and_shuffled_ones_are_not():
    lines = names()
    shuffled = random.Random(2).sample(lines, len(lines))

    assert looked_at("\n".join(lines) + "\n")[1]
    assert not looked_at("\n".join(shuffled) + "\n")[1]


def test_lines_sorted_without_regard_to_case_are_noticed():
    lines = [line.lower() if number % 2 else line for number, line in enumerate(names())]
    assert looked_at("\n".join(lines) + "\n")[1]
