import pytest

from tasks.text.appended import first_swapped, first_utf_16
from tests.text.languages import long_text

ENGLISH = "The ferry left before dawn, and nobody on the quay waved to it.\n" * 60


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("language", ["English", "Russian", "Greek"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_utf_16_behind_utf_8_is_found_with_its_place(charset, language, mark):
    before = (ENGLISH + long_text("French", 500)).encode()

    found = first_utf_16(before + (mark + long_text(language, 3000)).encode(charset))

    assert found
    offset, order = found
    assert order == charset
    assert len(before) <= offset < len(before) + 40


@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize("language", ["English", "Russian", "Thai", "Japanese"])
def test_a_text_in_one_form_is_no_two(charset, language):
    assert first_utf_16(long_text(language, 3000).encode(charset)) is None


def test_a_stray_nul_is_no_utf_16():
    assert first_utf_16(ENGLISH.encode() + b"x\0y\n" + ENGLISH.encode()) is None


@pytest.mark.parametrize("cut", [1, 7, 1 << 20])
def test_a_mark_of_the_other_order_is_found_wherever_the_pieces_are_cut(cut):
    first = ("\ufeff" + ENGLISH).encode("utf-16-le")
    both = first + ("\ufeff" + ENGLISH).encode("utf-16-be")

    assert first_swapped([both[at : at + cut] for at in range(0, len(both), cut)], "utf-16-le") == len(first)


def test_bytes_of_a_mark_in_two_characters_are_none():
    assert first_swapped(["a\u00fe\u00ff\ufe00\u01ff".encode("utf-16-le")], "utf-16-le") is None
