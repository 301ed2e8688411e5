import pytest

from tasks.corpus.errors import CorpusError
from tasks.text import decoding
from tasks.text.decoding import decode

ENGLISH = "It was the best of times, it was the worst of times.\n" * 20
FRENCH = (
    "Longtemps, je me suis couché de bonne heure. Parfois, à peine ma bougie éteinte, mes yeux se fermaient.\n" * 20
)
RUSSIAN = "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему.\n" * 20
CHINESE = "道可道，非常道。名可名，非常名。無名天地之始；有名萬物之母。\n" * 20


def decoded(content, encoding=None, declared=None):
    return decode(content, encoding=encoding, declared=declared)


@pytest.mark.parametrize("text", [ENGLISH, FRENCH, RUSSIAN, CHINESE, "a😀\u0301b"])
def test_utf_8_needs_no_telling(text):
    assert decoded(text.encode()) == (text, "utf-8")


@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (b"\xef\xbb\xbf", "utf-8", "utf-8"),
        (b"\xff\xfe", "utf-16-le", "utf-16"),
        (b"\xfe\xff", "utf-16-be", "utf-16"),
        (b"\xff\xfe\0\0", "utf-32-le", "utf-32"),
        (b"\0\0\xfe\xff", "utf-32-be", "utf-32"),
    ],
)
def test_a_byte_order_mark_tells_the_character_set_and_is_dropped(mark, codec, name):
    assert decoded(mark + FRENCH.encode(codec), declared="latin-1") == (FRENCH, name)


@pytest.mark.parametrize(("text", "codec"), [(FRENCH, "latin-1"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r")])
def test_an_undeclared_character_set_is_told_by_the_text(text, codec):
    assert decoded(text.encode(codec))[0] == text


def test_the_character_set_is_told_where_the_text_leaves_ascii(monkeypatch):
    monkeypatch.setattr(decoding, "SAMPLE_BYTES", 4096)
    text = ENGLISH * 10 + FRENCH

    assert decoded(text.encode("latin-1"))[0] == text


def test_the_declared_character_set_counts_before_any_guess():
    assert decoded("naïve".encode("cp850"), declared="cp850") == ("naïve", "cp850")


def test_the_asked_character_set_counts_before_the_declared_one():
    assert decoded(RUSSIAN.encode("cp1251"), encoding="cp1251", declared="latin-1") == (RUSSIAN, "cp1251")


def test_the_asked_character_set_counts_before_a_byte_order_mark():
    assert decoded("é".encode("utf-8-sig"), encoding="cp1252") == ("ï»¿Ã©", "cp1252")


def test_a_wrong_character_set_is_refused_with_the_place():
    with pytest.raises(CorpusError, match=r"the corpus is not utf-8: byte 0xe9 at offset 1,003 does not fit; pass"):
        decoded(b"a" * 1000 + "café".encode("latin-1"), encoding="utf-8")


@pytest.mark.parametrize("name", ["no-such-set", "rot13", "base64"])
def test_what_is_no_character_set_is_refused(name):
    with pytest.raises(CorpusError, match=f"there is no character set '{name}'; pass --encoding with another"):
        decoded(b"text", encoding=name)


@pytest.mark.parametrize("bad", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"])
@pytest.mark.parametrize("text", [FRENCH, RUSSIAN, CHINESE])
def test_damaged_utf_8_is_refused_and_not_taken_for_something_else(text, bad):
    plain = text.encode()
    middle = plain.index(b"\n") + 1

    with pytest.raises(CorpusError, match=f"the corpus is not utf-8: byte {bad[0]:#04x} at offset {middle:,}"):
        decoded(plain[:middle] + bad + plain[middle:])


def test_utf_8_that_ends_within_a_character_is_refused():
    with pytest.raises(CorpusError, match="the corpus is not utf-8"):
        decoded(CHINESE.strip().encode()[:-1])


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"abc\0def"])
def test_a_binary_file_is_refused(content):
    with pytest.raises(CorpusError):
        decoded(content)


def test_a_nul_is_refused_with_its_place_and_what_it_may_mean():
    with pytest.raises(CorpusError, match=r"the corpus is binary.*a NUL at character 1; .*--encoding \(utf-16-le"):
        decoded("text".encode("utf-16-le"))


def test_utf_16_without_a_mark_can_be_asked_for():
    assert decoded(RUSSIAN.encode("utf-16-be"), encoding="utf-16-be") == (RUSSIAN, "utf-16-be")
