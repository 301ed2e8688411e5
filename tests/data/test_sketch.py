import numpy as np
import pytest

from tasks.data import sketch
from tasks.data.ids import Ids
from tasks.data.sketch import merged, new_ranges, share_seen, sketch_of
from tasks.text.vocabulary import vocabulary_of


def prose(characters, seed=1):
    """Lines of 80 characters that say nothing twice."""
    letters = np.random.default_rng(seed).choice([*"abcdefgh  "], characters)
    letters[79::80] = "\n"
    return "".join(letters)


def sketched(text, alphabet=""):
    vocabulary = vocabulary_of(text + alphabet)
    return sketch_of(Ids.of(vocabulary.encode(text)), vocabulary)


def tail(text):
    return sketched(text[: len(text) * 9 // 10]), sketched(text[len(text) * 9 // 10 :])


def test_of_a_text_that_grew_at_its_end_the_earlier_model_has_seen_nothing_that_is_held_out():
    text = prose(40_000)
    (earlier, _), (own, held_out) = tail(text[:38_000]), tail(text)

    assert share_seen(held_out, earlier, own) == 0


def test_of_a_text_that_grew_at_its_beginning_it_has_seen_what_moved_into_the_tail():
    text = prose(40_000)
    (earlier, _), (own, held_out) = tail(text[8_000:]), tail(text)

    assert share_seen(held_out, earlier, own) == pytest.approx(800 / 4_000, abs=0.02)


def test_short_lines_count_as_a_whole_in_whatever_order():
    names = prose(9_000).replace("\n", "").replace(" ", "")
    lines = list(dict.fromkeys(names[n : n + 7] for n in range(0, 7_000, 7)))
    earlier, own = sketched("\n".join(lines[:900])), sketched("\n".join(lines[200:]))

    assert share_seen(sketched("\n".join(lines[199::-1])), earlier, own) == 1


def test_what_stands_in_the_training_text_anyway_is_not_said_to_be_seen():
    text = sketched(prose(2_000))

    assert share_seen(text, text, text) == 0
    assert share_seen(text, text, sketched(prose(2_000, seed=2))) == 1


def test_the_sketch_is_that_of_the_characters_not_of_their_ids():
    np.testing.assert_array_equal(sketched(prose(500)), sketched(prose(500), alphabet="\t!é"))


def test_a_sketch_of_few_passages_estimates_the_share(monkeypatch):
    monkeypatch.setattr(sketch, "SKETCHED", 400)
    monkeypatch.setattr(sketch, "BLOCK", 1_000)
    sketch._powers.cache_clear()
    text = prose(40_000)
    (earlier, _), (own, held_out) = tail(text[8_000:]), tail(text)

    assert {len(earlier), len(own), len(held_out)} == {400}
    assert share_seen(held_out, earlier, own) == pytest.approx(0.2, abs=0.13)
    sketch._powers.cache_clear()


def test_sketches_together_are_that_of_the_texts_together():
    first, second = prose(3_200), prose(3_200, seed=2)

    np.testing.assert_array_equal(merged(sketched(first), sketched(second)), sketched(first + second))


@pytest.mark.parametrize("text", ["a", "\n\n", "a" * 31, "a" * 32 + "\n", "a" * 33])
def test_texts_of_next_to_nothing_have_a_sketch(text):
    assert len(sketched(text)) == (0 if text == "\n\n" else 1)


@pytest.mark.parametrize("sketched_passages", [1 << 16, 3_000])
def test_what_an_earlier_text_lacks_is_found_where_it_stands(monkeypatch, sketched_passages):
    monkeypatch.setattr(sketch, "SKETCHED", sketched_passages)
    text = prose(40_000)
    earlier = sketched(text[:16_000] + text[20_000:36_000])
    vocabulary = vocabulary_of(text)

    found = new_ranges(Ids.of(vocabulary.encode(text)), vocabulary, earlier)

    np.testing.assert_allclose(found, [[16_000, 20_000], [36_000, 40_000]], atol=300)
    assert new_ranges(Ids.of(vocabulary.encode(text)), vocabulary, sketched(text)).tolist() == []
