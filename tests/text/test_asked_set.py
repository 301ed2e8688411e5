import pytest

from tasks.corpus.errors import CorpusError
from tests.text.decoded import ENGLISH, RUSSIAN, decoded, read


def test_the_asked_character_set_counts_before_the_declared_one():
    assert decoded(RUSSIAN.encode("cp1251"), encoding="cp1251", declared="latin-1") == (RUSSIAN, "cp1251")


def test_the_asked_character_set_counts_before_a_byte_order_mark():
    assert decoded("é".encode("utf-8-sig"), encoding="cp1252") == ("ï»¿Ã©", "cp1252")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_that_is_asked_for_is_in_the_order_of_its_mark(codec):
    assert decoded(("\ufeff" + RUSSIAN).encode(codec), encoding="utf-16") == (RUSSIAN, codec)


@pytest.mark.parametrize(
    ("named", "text", "codec", "name"),
    [
        ("gb2312", "朱镕基在北京讲话\n" * 9, "gbk", "gb18030"),
        ("shift_jis", "①吾輩は猫である\n" * 9, "cp932", "cp932"),
        ("latin-1", "“Don’t,” she said.\n" * 9, "cp1252", "windows-1252"),
        ("ascii", "café\n" * 9, "cp1252", "windows-1252"),
    ],
)
def test_where_the_asked_set_does_not_fit_its_superset_is_taken_and_that_is_said(named, text, codec, name):
    reading, found = read(text.encode(codec), encoding=named)

    assert (found, reading.encoding, reading.known_by) == (text, name, "--encoding")
    assert reading.notes == (f"read as {name}, which contains {named}: not all bytes are {named}",)


def test_a_wrong_character_set_is_refused_with_the_place():
    said = r"1 byte in 1,005 characters is not utf-8, the first in line 3, offset 1,003; mend it, pass --encoding with"
    with pytest.raises(CorpusError, match=said):
        decoded(b"\na\n" + b"a" * 1000 + b"\xe9!", encoding="utf-8")


@pytest.mark.parametrize("name", ["no-such-set", "rot13", "base64"])
def test_what_is_no_character_set_is_refused(name):
    with pytest.raises(CorpusError, match=f"there is no character set '{name}'; pass --encoding with another"):
        decoded(b"text", encoding=name)


@pytest.mark.parametrize(
    ("asked", "codec"), [("utf-16-le", "utf-16-be"), ("UTF-16BE", "utf-16-le"), ("utf-32-le", "utf-32-be")]
)
def test_an_asked_order_that_the_byte_order_mark_contradicts_is_refused(asked, codec):
    with pytest.raises(CorpusError, match=rf"the byte order mark of {codec}, .*pass --encoding {codec}"):
        decoded(("\ufeff" + ENGLISH).encode(codec), encoding=asked)
