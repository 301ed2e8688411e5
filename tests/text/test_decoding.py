import bz2
import gzip
import io
import lzma
import struct
import zipfile

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


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


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


PACKED = {
    "gzip": gzip.compress(FRENCH.encode()),
    "two gzip members": gzip.compress(FRENCH[:300].encode()) + gzip.compress(FRENCH[300:].encode()),
    "bzip2": bz2.compress(FRENCH.encode()),
    "xz": lzma.compress(FRENCH.encode()),
    "zip": zipped({"texts/a.txt": FRENCH}),
    "zip of macOS": zipped({"texts/": "", "texts/a.txt": FRENCH, "__MACOSX/texts/._a.txt": "\0"}),
}


@pytest.mark.parametrize("kind", PACKED)
def test_a_compressed_corpus_is_unpacked(kind):
    assert decoded(PACKED[kind]) == (FRENCH, "utf-8")


@pytest.mark.parametrize("kind", PACKED)
def test_a_truncated_archive_is_refused(kind):
    with pytest.raises(CorpusError, match=r"the compressed corpus is damaged: .*; fetch it again"):
        decoded(PACKED[kind][:-12])


@pytest.mark.parametrize("kind", PACKED)
def test_a_flipped_byte_anywhere_never_changes_the_text(kind):
    content = PACKED[kind]
    for place in range(0, len(content), 7):
        flipped = bytearray(content)
        flipped[place] ^= 0xFF
        try:
            text, _ = decoded(bytes(flipped))
        except CorpusError:
            continue
        assert text == FRENCH


@pytest.mark.parametrize(("files", "count"), [({}, 0), ({"a.txt": "a", "b.txt": "b"}, 2)])
def test_a_zip_archive_must_hold_one_file(files, count):
    content = zipped({"folder/": "", **files})

    with pytest.raises(CorpusError, match=f"the zip archive has {count} files instead of one"):
        decoded(content)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("flags", 1, "is encrypted"), ("method", 99, "compression method is not supported")],
)
def test_a_zip_archive_that_cannot_be_unpacked_is_refused_in_words(field, value, said):
    content = bytearray(zipped({"a.txt": "a"}))
    within = {"flags": (6, 8), "method": (8, 10)}[field]
    struct.pack_into("<H", content, within[0], value)
    struct.pack_into("<H", content, content.index(b"PK\x01\x02") + within[1], value)

    with pytest.raises(CorpusError, match=f"the zip archive cannot be unpacked: .*{said}.*; unpack it"):
        decoded(bytes(content))


def test_a_corpus_unpacks_only_up_to_the_limit(monkeypatch):
    monkeypatch.setattr(decoding, "MAXIMUM_BYTES", 1000)

    assert decoded(gzip.compress(b"a" * 1000))[0] == "a" * 1000
    with pytest.raises(CorpusError, match="unpacks to more than 1,000 bytes"):
        decoded(gzip.compress(b"a" * 1001))


@pytest.mark.parametrize(
    "start",
    [
        "<!DOCTYPE html>",
        "\ufeff \r\n\t<html lang='en'>",
        "<HTML>",
        "<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC 'x'>",
        "<!-- saved -->\n<!doctype html>",
    ],
)
def test_an_html_page_is_refused(start):
    with pytest.raises(CorpusError, match="the corpus is an HTML page, not text; give the address of the raw text"):
        decoded(f"{start}<p>{ENGLISH}".encode())


@pytest.mark.parametrize("start", ["On <html> pages", "<?xml version='1.0'?><play>", "<htmlish>", "# a\n<html>"])
def test_a_text_that_only_speaks_of_html_is_taken(start):
    assert decoded(start.encode())[0] == start


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"abc\0def"])
def test_a_binary_file_is_refused(content):
    with pytest.raises(CorpusError):
        decoded(content)


def test_a_nul_is_refused_with_its_place_and_what_it_may_mean():
    with pytest.raises(CorpusError, match=r"the corpus is binary.*a NUL at character 1; .*--encoding \(utf-16-le"):
        decoded("text".encode("utf-16-le"))


def test_utf_16_without_a_mark_can_be_asked_for():
    assert decoded(RUSSIAN.encode("utf-16-be"), encoding="utf-16-be") == (RUSSIAN, "utf-16-be")
