import io
import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.corpus.errors import CorpusError
from tasks.corpus.members import Member
from tasks.text import byte_pieces
from tasks.text.decoding import decode
from tests.text.decoded import CHINESE, ENGLISH, FRENCH, JAPANESE, RUSSIAN, decoded, read


def test_marks_inside_are_counted():
    reading, _ = read(b"".join(b"\xef\xbb\xbf" + ENGLISH.encode() for _ in range(3)))

    assert reading.notes == ("2 byte order marks inside, the first in line 21",)


def test_a_trace_of_damage_is_dropped_with_a_note():
    text = FRENCH * 10
    reading, found = read(b"\n\xff" + text.encode())

    assert found == "\n" + text
    assert reading.notes == ("1 byte in 20,802 characters is not utf-8, the first in line 2, offset 1: dropped",)


def test_damage_is_dropped_where_that_is_asked_for():
    content = b"\xe2\x82" + "é".encode() + b"\xff \xf0\x9f\x98and \xc0\xaf b\n" + FRENCH.encode()

    assert read(content, on_damage="drop")[1] == "é and  b\n" + FRENCH


def test_damage_that_is_asked_to_be_kept_stands_as_python_would_put_it():
    content = FRENCH.encode() + b"\xe2\x82\xff\xf0\x9f\x98\xed\xa0\x80\n" + FRENCH.encode()

    assert read(content, on_damage="keep")[1] == content.decode("utf-8", "replace")


@pytest.mark.parametrize("on_damage", ["refuse", "drop", "keep"])
def test_another_character_set_is_no_damage(on_damage):
    with pytest.raises(CorpusError, match="pass --encoding with the right one"):
        read(RUSSIAN.encode("koi8-r"), encoding="utf-8", on_damage=on_damage)


def test_surrogate_pairs_written_as_utf_8_become_the_character():
    content = ENGLISH.encode() + b"ok \xed\xa0\xbd\xed\xb8\x80 fine\n"

    reading, text = read(content)

    assert text == f"{ENGLISH}ok 😀 fine\n"
    assert reading.notes == ("1 surrogate pair in UTF-8 (CESU-8) became the characters meant",)


@pytest.mark.parametrize(("cut", "said"), [(1, "2 bytes"), (2, "1 byte")])
def test_a_text_that_is_cut_within_its_last_character_loses_that_with_a_note(cut, said):
    reading, text = read(CHINESE.strip().encode()[:-cut])

    assert text == CHINESE.strip()[:-1]
    assert reading.notes == (f"cut off within its last character: {said} dropped",)
    assert read(CHINESE.strip().encode()[:-cut], on_damage="keep")[1] == CHINESE.strip()[:-1] + "\ufffd"


@pytest.mark.parametrize(("last", "said"), [("😀", "3 bytes"), ("é", "1 byte"), ("—", "2 bytes")])
def test_ascii_that_is_cut_within_its_only_other_character_is_utf_8_with_a_note(last, said):
    reading, text = read(b"..." * 200 + last.encode()[:-1])

    assert (text, reading.encoding) == ("..." * 200, "utf-8")
    assert reading.notes == (f"cut off within its last character: {said} dropped",)


def test_replacement_characters_are_counted_and_dropped_only_where_that_is_asked_for():
    text = ENGLISH + "caf\ufffd is open\n"

    assert read(text.encode())[1] == text
    assert read(text.encode())[0].notes == (
        "1 replacement character (U+FFFD), the first in line 21: what stood there was lost before",
    )
    assert read(text.encode(), on_damage="drop")[1] == ENGLISH + "caf is open\n"


@pytest.mark.parametrize("text", ["“Don’t” — she said.\n", "Les élèves sont là.\n", "Счастье есть.\n"])
@pytest.mark.parametrize("wrong", ["latin-1", "cp1252"])
def test_text_that_was_decoded_twice_is_noted_with_an_example(text, wrong):
    twice = (text * 20).encode()
    twice = "".join(bytes([b]).decode(wrong, "ignore") or chr(b) for b in twice)

    (note,) = [one for one in read(twice.encode())[0].notes if "twice" in one]

    assert note.startswith("looks like UTF-8 that was decoded twice: ")


@pytest.mark.parametrize(
    "text", [FRENCH, "Déjà\u00a0« dit\u00a0» «\u00a0Â\u00a0» à\u00a0la À\u00a0B.\n", "MAÇÃ NÃO — Ñandú\n"]
)
def test_text_that_was_decoded_once_is_not_said_to_be_decoded_twice(text):
    assert read((text * 20).encode())[0].notes == ()


def test_a_stray_nul_in_a_large_text_is_dropped_with_a_note():
    text = ENGLISH * 20
    reading, found = read(f"{text}x\0y\n".encode())

    assert found == f"{text}xy\n"
    assert reading.notes == ("1 NUL in 21,204 characters, the first in line 401: dropped",)


def test_more_nuls_are_refused_with_what_to_do():
    content = (ENGLISH + "x\0y\n" + ENGLISH).encode()

    with pytest.raises(CorpusError, match=r"1 NUL in 2,124 characters, the first in line 21; remove .*tr -d '\\000'"):
        decoded(content)
    assert read(content, on_damage="drop")[1] == f"{ENGLISH}xy\n{ENGLISH}"
    assert read(content, on_damage="keep")[1] == f"{ENGLISH}x\0y\n{ENGLISH}"


@pytest.mark.parametrize("character", ["\x93", "\ue000", "\ufdd0"])
def test_characters_that_no_text_has_are_noted_where_there_are_many(character):
    reading, text = read((FRENCH + character).encode())

    assert text == FRENCH + character
    assert "the first in line 21" in reading.notes[0]


@pytest.mark.parametrize("start", ["On <html> pages", "<?xml version='1.0'?><play>", "<htmlish>", "# a\n<html>"])
def test_a_text_that_only_speaks_of_html_is_taken(start):
    assert decoded(start.encode())[0] == start


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"abc\0def", bytes(range(256)) * 9])
def test_a_binary_file_is_refused(content):
    with pytest.raises(CorpusError):
        decoded(content)


BROKEN = (
    FRENCH.encode() + b"\xe2\x82\xff \xf0\x9f\x98 \xed\xa0\xbd\xed\xb8\x80\xed\xa0\xbd\n" + RUSSIAN.encode() + b"\xd0"
)
DAMAGED = {
    "utf-8": (CHINESE + "\ufeff\0 caf\ufffd donâ€™t \ue000").encode(),
    "broken": FRENCH.encode()
    + b"\xe2\x82\xff \xf0\x9f\x98 \xed\xa0\xbd\xed\xb8\x80\xed\xa0\xbd\n"
    + RUSSIAN.encode()
    + b"\xd0",
    "latin-1": FRENCH.encode("latin-1"),
    "gbk": "道可道，非常道。朱镕基\n".encode("gbk") * 30 + b"\xd0",
    "cp932": JAPANESE.encode("cp932"),
    "iso2022_jp": JAPANESE.encode("iso2022_jp"),
    "utf-16": RUSSIAN.encode("utf-16")[:-1],
    "utf-7": RUSSIAN.encode("utf-7"),
}


class Dribble(io.RawIOBase):
    """A stream that gives its bytes in parts of given sizes, over and over."""

    def __init__(self, content, sizes):
        self._content, self._sizes, self._count = io.BytesIO(content), sizes, 0

    def read(self, size=-1):
        self._count += 1
        return self._content.read(min(size, self._sizes[self._count % len(self._sizes)]))


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if number % 3 else []) for number, name in enumerate(DAMAGED)]
)
@given(sizes=st.lists(st.integers(1, 3000), min_size=1, max_size=9), piece=st.integers(1, 200), held=st.booleans())
@settings(deadline=None, max_examples=15)
def test_any_cut_of_the_bytes_gives_the_same_text_and_reading(name, sizes, piece, held):
    content = DAMAGED[name]
    whole, text = read(content, on_damage="keep")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(byte_pieces, "PIECE_BYTES", piece)
        patched.setattr(byte_pieces, "HELD_BYTES", 8 << 20 if held else len(content) - 1)
        member = Member("", lambda: Dribble(content, sizes))
        found = decode(member, encoding=None, declared=None, on_damage="keep")
        assert "".join(found.texts) == text
        assert found.plain is None or b"".join(found.plain) == text.encode()
    assert found.reading == whole


def test_memory_does_not_grow_with_the_text(tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        for _ in range(40):
            file.write((FRENCH * 500).encode())
    tracemalloc.start()
    found = decode(Member("", lambda: path.open("rb")), encoding=None, declared=None)
    characters = sum(map(len, found.texts))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert characters == len(FRENCH) * 500 * 40
    assert peak < 40 << 20


def test_a_small_member_is_opened_once():
    opened = []

    def opener():
        opened.append(1)
        return io.BytesIO(FRENCH.encode("latin-1"))

    found = decode(Member("", opener), encoding=None, declared=None)

    assert "".join(found.texts) == FRENCH
    assert len(opened) == 1


@given(
    content=st.one_of(st.binary(max_size=300), st.text(max_size=99).map(lambda text: text.encode("utf-7", "replace"))),
    declared=st.sampled_from([None, "utf-8", "utf-7", "hz", "iso-2022-jp", "utf-16", "big5", "euc-jp", "latin1", "\0"]),
    encoding=st.sampled_from([None, None, "utf-7", "utf-16", "gb2312", "ascii", "cp037", "utf-32", "iso2022_kr"]),
    on_damage=st.sampled_from(["refuse", "drop", "keep"]),
)
@example(b"+2AA-+3AA-" * 9, "utf-7", "utf-7", "keep")
@settings(deadline=None, max_examples=150)
def test_any_bytes_are_text_or_refused(content, declared, encoding, on_damage):
    try:
        _, text = read(content, encoding, declared, on_damage)
    except CorpusError:
        return
    assert text.encode().decode() == text
