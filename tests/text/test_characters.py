import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.text.characters import name_of, shown, visible

CHARACTERS = st.one_of(st.characters(exclude_categories=()), st.characters(categories=["Cs"]))


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("a", "LATIN SMALL LETTER A"),
        ("\n", "LINE FEED"),
        ("\t", "TAB"),
        ("\x01", "CONTROL"),
        ("\x85", "CONTROL"),
        ("\ue000", "UNNAMED"),
        ("😀", "GRINNING FACE"),
    ],
)
def test_a_character_has_a_name(character, name):
    assert name_of(character) == name


@pytest.mark.parametrize(
    ("character", "text"),
    [
        ("a", "'a' (U+0061)"),
        ("'", '"\'" (U+0027)'),
        ("\n", "'\\n' (U+000A)"),
        ("\u202e", "'\\u202e' (U+202E)"),
        ("😀", "'😀' (U+1F600)"),
    ],
)
def test_a_character_is_shown_safely(character, text):
    assert shown(character) == text


def test_a_visible_text_obeys_no_terminal():
    assert visible("a\nb\t\x1b[31m\u202ec\u00a0é😀'") == "a↵b\\t\\x1b[31m\\u202ec\\xa0é😀'"


@given(st.text(CHARACTERS))
def test_a_visible_text_is_printable_whatever_it_is_of(text):
    assert visible(text).isprintable()
    assert not any(unicodedata.category(c) in ("Cc", "Cf") for c in visible(text))
