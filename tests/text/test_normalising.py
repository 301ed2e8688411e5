import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.text.normalising import LONGEST_SEQUENCE, Changes, _begins, normal, normalised

ALPHABET = st.sampled_from("a e\n\r\ufeff\u0301\u0323\u0338\u0344=éﬁ가\u1100\u1161\u11a8\u09c7\u09be\u212b😀")
TEXTS = st.text(ALPHABET, max_size=40)


def changed(text):
    """The text as normalised, and the notes on it."""
    changes = Changes()
    return "".join(normalised([text], changes)), changes.notes()


def at_once(text):
    """What the text is to become, each step over the whole of it."""
    lines = re.sub("^\ufeff+", "", re.sub("\r\n?", "\n", text), flags=re.MULTILINE)
    return unicodedata.normalize("NFC", lines)


@given(TEXTS, st.lists(st.integers(0, 40)))
@example("\r\n", [1])
@example("a\n\ufeff\ufeffb", [2, 3])
@example("a" + "\u0301\u0323" * LONGEST_SEQUENCE + "b", [1, 100, LONGEST_SEQUENCE, 1 + LONGEST_SEQUENCE])
def test_any_cut_of_a_text_gives_the_same_text_and_notes(text, cuts):
    offsets = [0, *sorted(cuts), len(text)]
    changes = Changes()

    pieces = [text[start:end] for start, end in pairwise(offsets)]

    assert ("".join(normalised(pieces, changes)), changes.notes()) == changed(text)


@given(TEXTS)
def test_a_stream_gives_what_each_step_over_the_whole_would(text):
    assert normal(text) == at_once(text)


@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_what_stands_here_and_there_in_a_long_text_is_composed_as_anywhere(texts):
    text = ("x" * 5000).join(["", *texts, ""])

    assert changed(text)[0] == at_once(text)


def test_a_run_of_marks_in_a_long_text_is_composed_as_by_itself():
    around, run = "x" * 60_000, "a" + "\u0301\u0323" * LONGEST_SEQUENCE + "b"

    assert changed(around + run + around)[0] == around + changed(run)[0] + around


def test_no_character_that_may_begin_a_sequence_joins_with_what_stands_before_it():
    for character in map(chr, [*range(0xD800), *range(0xE000, 0x20000)]):
        first, *others = unicodedata.normalize("NFD", character)
        assert not _begins(character) or _begins(first)
        assert not (unicodedata.combining(character) and _begins(character))
        assert len(unicodedata.decomposition(character).split()) != 2 or not _begins(others[-1] if others else "\u0301")


def test_a_run_of_marks_without_end_is_composed_in_parts():
    run = "e" + "\u0301\u0323" * 10_000

    composed, _ = changed(run)

    every = unicodedata.normalize("NFD", composed)
    assert (every[0], every.count("\u0301"), every.count("\u0323")) == ("e", 10_000, 10_000)


def test_a_normal_text_stays_as_it_is_without_a_note():
    assert changed("Café\n\n\tﬁn 😀\u200d\n") == ("Café\n\n\tﬁn 😀\u200d\n", [])


@pytest.mark.parametrize(
    ("text", "count"), [("a\r\nb\r\n\r\nc", 3), ("a\rb\r\rc", 3), ("a\nb\r\n\rc", 2)], ids=["CRLF", "CR", "mixed"]
)
def test_every_kind_of_line_end_becomes_a_line_feed(text, count):
    assert changed(text) == ("a\nb\n\nc", [f"carriage returns became line feeds ({count})"])


@pytest.mark.parametrize(
    ("text", "normal_text", "notes"),
    [
        ("\ufeffa", "a", []),
        ("\ufeff\ufeffa", "a", ["dropped 1 byte order mark that began a line"]),
        (
            "a\n\ufeffb\r\n\ufeffc",
            "a\nb\nc",
            ["carriage returns became line feeds (1)", "dropped 2 byte order marks that began a line"],
        ),
        ("a\ufeffb", "a\ufeffb", ["kept 1 U+FEFF within lines, where they join words"]),
    ],
    ids=["first", "twice", "of a line", "within a line"],
)
def test_a_byte_order_mark_that_begins_a_line_is_dropped(text, normal_text, notes):
    assert changed(text) == (normal_text, notes)


def test_composed_form_is_made_of_decomposed_characters():
    assert changed("cafe\u0301") == ("café", ["composed to Unicode form NFC (5 characters became 4)"])


def test_the_notes_of_several_texts_are_counted_together():
    changes = Changes()

    texts = ["".join(normalised([text], changes)) for text in ("a\r", "\nb\r")]

    assert texts == ["a\n", "\nb\n"]
    assert changes.notes() == ["carriage returns became line feeds (2)"]
