import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.text.byte_text import aligned, begun, bytes_of, text_of
from tests.byte_level import inside


@given(st.text())
@example("café\r\n😀\0")
def test_a_text_comes_back_from_its_bytes(text):
    content = bytes_of(text)

    assert content.encode("latin-1") == text.encode()
    assert text_of(content) == text


@given(st.binary())
@example(b"\xc3(\xe2\x82\xed\xa0\x80\xf5\xff")
def test_any_bytes_go_there_and_back_through_what_python_escapes(content):
    assert bytes_of(content.decode("utf-8", "surrogateescape")) == content.decode("latin-1")


@given(st.binary())
@example("€😀".encode() + b"\xff\xe2\x82a\x80")
@example(b"")
def test_characters_end_where_their_bytes_do(content):
    text, ends = aligned(content.decode("latin-1"))

    assert text == text_of(content.decode("latin-1"))
    parts = [content[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=False)]
    assert b"".join(parts) == content
    for character, part in zip(text, parts, strict=True):
        assert part.decode("utf-8", "replace") == character
        assert len(part) == 1 or part == character.encode()


def test_each_byte_of_no_character_is_shown_by_itself():
    assert text_of(inside(b"a\xff\xe2\x82b\x80")) == "a\ufffd\ufffd\ufffdb\ufffd"


def test_parts_of_characters_at_the_ends_of_a_cutting_are_left_out():
    content = "€ é 😀".encode()

    assert text_of(inside(content[1:-1]), cut=True) == " é "
    assert text_of(inside(content), cut=True) == "€ é 😀"
    assert text_of(inside(b"\x80" * 5 + b"a"), cut=True) == "\ufffd" * 5 + "a"


@pytest.mark.parametrize("size", [1, 2, 3])
def test_what_comes_in_pieces_is_shown_once_a_character_is_whole(size):
    content, held, shown = inside("né€😀".encode() + b"\xffz\xe2"), "", []
    for start in range(0, len(content), size):
        text, held = begun(held + content[start : start + size])
        shown.append(text)

    assert "".join(shown) == "né€😀\ufffdz"
    assert held == "\xe2"


def test_no_character_ends_are_numbers_all_the_same():
    assert aligned("")[1].tolist() == []
    assert aligned("ab")[1].dtype == np.int64
