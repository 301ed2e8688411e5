import random

import pytest

from tests.corpora.texts import ENGLISH, TEXTS


def names(seed, kind=str.capitalize):
    drawn = random.Random(seed)
    made = ("".join(drawn.choice("bdfgklmnprstv") + drawn.choice("aeiou") for _ in range(3)) for _ in range(3000))
    return sorted({kind(name) for name in made})


@pytest.mark.parametrize("kind", [str.capitalize, str.upper])
def test_of_a_sorted_corpus_it_is_said_that_the_end_of_its_order_is_held_out_and_what_helps(held, file, kind):
    lines = names(1, kind)
    shuffled = random.Random(2).sample(lines, len(lines))

    (said,) = held(file("\n".join(lines) + "\n", "sorted.txt")).said
    assert "sorted" in said
    assert "--hold-out blocks" in said
    assert held(file("\n".join(shuffled) + "\n", "shuffled.txt")).said == []
    assert held(file("\n".join(lines) + "\n", "sorted.txt"), documents="lines", hold_out="documents").said == []


@pytest.mark.parametrize("other", ["Russian", "Greek", "Japanese"])
def test_of_a_file_that_ends_in_another_script_it_is_said_that_training_never_sees_it(held, file, other):
    found = held(file(ENGLISH * 300 + TEXTS[other] * 20))

    assert any("characters that the training text lacks" in line and "--hold-out" in line for line in found.said)


@pytest.mark.parametrize("other", ["Russian", "Greek", "Japanese"])
def test_each_of_several_corpora_gives_its_own_share(held, file, other):
    found = held(file(ENGLISH * 100, "1.txt"), file(TEXTS[other] * 100, "2.txt"))

    for text in (ENGLISH, TEXTS[other]):
        assert text in found.train
        assert text in found.validation
    assert found.said == []


@pytest.mark.parametrize("unit", ["lines", "blank-lines"])
def test_whole_documents_are_held_out_when_that_is_asked_for(held, file, unit):
    between = "\n" if unit == "lines" else "\n\n"
    documents = [f"{number}: {ENGLISH.strip()}" for number in range(200)]
    found = held(file(between.join(documents) + between), documents=unit, hold_out="documents")

    whole = {part.strip() for part in (found.train + found.validation).split(between)} - {""}
    assert whole == set(documents)
    assert len(found.train) + len(found.validation) == len(between.join(documents) + between)
