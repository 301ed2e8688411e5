import dataclasses

import numpy as np
import pytest

from tasks.data.ids import Ids
from tasks.data.passage_choice import MOST, chosen_passages
from tasks.text.vocabulary import vocabulary_of

SENTENCES = [f"Number {number} is a sentence that says nothing much, but says it plainly." for number in range(800)]


def chosen(text, level="character", unknown=None, starts=(), seams=(0,)):
    inside = text.encode().decode("latin-1") if level == "byte" else text
    vocabulary = dataclasses.replace(vocabulary_of(inside), level=level, unknown_character=unknown)
    held_out = Ids.of(vocabulary.encode(inside), np.array(starts, np.int64))
    found = chosen_passages(held_out, vocabulary, np.array(seams))
    assert found == chosen_passages(held_out, vocabulary, np.array(seams))
    assert all(inside[one.start : one.end] == one.text for one in found)
    assert len({one.text for one in found}) == len(found)
    return found


@pytest.mark.parametrize("joint", ["\n\n", "\n", " "])
def test_passages_are_evenly_spread_however_few_are_taken(joint):
    text = joint.join(SENTENCES)
    found = chosen(text)

    assert len(found) == MOST
    for count in (2, 8, 64):
        gaps = np.diff(sorted(one.start for one in found[:count]))
        assert gaps.max() < 1.5 * len(text) / count


def test_prose_comes_before_tables_wherever_it_stands():
    table = "| a_1 | b_2 |\n" * 4000
    prose = "\n".join(SENTENCES[:60])
    found = chosen(f"{table}\n{prose}\n\n{table}")

    assert [one.text.split()[0] for one in found[:2]] == ["Number", "Number"]
    assert len(found) < 10


def test_a_long_split_is_looked_at_in_stretches_alone():
    text = "\n".join(SENTENCES) * 40
    read = []

    class Counted(Ids):
        def __getitem__(self, wanted):
            read.append(wanted.stop - wanted.start)
            return super().__getitem__(wanted)

    vocabulary = vocabulary_of(text)
    chosen_passages(Counted(Ids.of(vocabulary.encode(text))._parts, vocabulary.id_type), vocabulary, np.array([0]))

    assert sum(read) < len(text) // 10


def test_the_text_of_a_passage_stops_at_the_next_seam_or_with_the_split():
    text = "\n".join(SENTENCES[:30])
    found = chosen(text, seams=(0, 500, 1200))

    assert {one.stop for one in found} == {500, 1200, len(text)}
    assert all(one.stop == next(stop for stop in (500, 1200, len(text)) if stop > one.start) for one in found)
    assert [one._replace(stop=len(text)) for one in found] == chosen(text)


def test_of_bytes_a_beginning_is_of_whole_characters():
    found = chosen("Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.\n" * 40, level="byte")

    assert found[0].text.encode("latin-1").decode() == "Zwölf Boxkämpfer jagen Viktor quer über"


def test_the_unknown_character_is_in_no_beginning():
    found = chosen("\n".join(f"A line with {'é' if n % 2 else 'e'} in it, number {n}" for n in range(99)), unknown="é")

    assert found
    assert not any("é" in one.text for one in found)


def test_names_by_themselves_are_beginnings_where_each_is_a_document():
    names = [f"Name{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(500)]
    text = "\n".join(names) + "\n"

    assert {one.text for one in chosen(text, starts=range(0, len(text), len(names[0]) + 1))} <= {*names}


def test_there_are_none_in_blanks_and_few_in_what_repeats_itself():
    assert chosen(" \n" * 200) == []
    assert len(chosen("abc\n" * 200)) < 5
