import io
import re
import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.corpus.errors import CorpusError
from tasks.corpus.members import Member
from tasks.text import byte_pieces
from tasks.text.decoding import decode

ENGLISH = "It was the best of times, it was the worst of times.\n" * 20
FRENCH = (
    "Longtemps, je me suis couché de bonne heure. Parfois, à peine ma bougie éteinte, mes yeux se fermaient.\n" * 20
)
RUSSIAN = "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему.\n" * 20
CHINESE = "道可道，非常道。名可名，非常名。無名天地之始；有名萬物之母。\n" * 20
JAPANESE = "吾輩は猫である。名前はまだ無い。\n" * 50


def read(content, encoding=None, declared=None, on_damage="refuse"):
    member = Member("", lambda: io.BytesIO(content))
    found = decode(member, encoding=encoding, declared=declared, on_damage=on_damage)
    text = "".join(found.texts)
    if found.plain:
        assert b"".join(found.plain) == text.encode()
    return found.reading, text


def decoded(content, encoding=None, declared=None):
    reading, text = read(content, encoding, declared)
    return text, reading.encoding


@pytest.mark.parametrize("text", [ENGLISH, FRENCH, RUSSIAN, CHINESE, "a😀\u0301b", ""])
def test_utf_8_needs_no_telling(text):
    reading, found = read(text.encode())

    assert found == text
    assert (reading.encoding, reading.known_by, reading.evidence, reading.notes) == ("utf-8", "its bytes", (), ())


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"\xff\xfe\0\0", "utf-32-le"),
        (b"\0\0\xfe\xff", "utf-32-be"),
    ],
)
def test_a_byte_order_mark_tells_the_character_set_and_is_dropped(mark, codec):
    reading, text = read(mark + FRENCH.encode(codec), declared="latin-1")

    assert (text, reading.encoding, reading.known_by) == (FRENCH, codec, "byte order mark")


def test_marks_inside_are_counted():
    reading, _ = read(b"".join(b"\xef\xbb\xbf" + ENGLISH.encode() for _ in range(3)))

    assert reading.notes == ("2 byte order marks inside, the first in line 21",)


@pytest.mark.parametrize("label", ["ISO-8859-1", "windows-1252", "koi8-r"])
def test_utf_8_counts_before_a_declared_set_and_that_is_said(label):
    reading, text = read(FRENCH.encode(), declared=label)

    assert (text, reading.encoding, reading.known_by) == (FRENCH, "utf-8", "its bytes")
    assert reading.notes == (f"the server says {label}, but the bytes are UTF-8",)


@pytest.mark.parametrize(
    ("label", "text", "codec", "name"),
    [
        ("iso-8859-1", "“Don’t,” she said.\n" * 9, "cp1252", "windows-1252"),
        ("gb2312", "朱镕基在北京讲话，朋友们都来了。\n" * 9, "gbk", "gb18030"),
        ("Shift_JIS", "①吾輩は猫である\n" * 9, "cp932", "cp932"),
        ("windows-31j", JAPANESE, "cp932", "cp932"),
        ("big5", "裏面\n" * 9, "big5hkscs", "big5hkscs"),
        ("euc-kr", "똠방각하\n" * 9, "cp949", "cp949"),
        ("cp850", "naïve", "cp850", "cp850"),
        ("iso-2022-jp", JAPANESE, "iso2022_jp", "iso2022_jp_ext"),
        ("utf-16le", JAPANESE, "utf-16-le", "utf-16-le"),
    ],
)
def test_a_declared_set_means_what_it_means_on_the_web(label, text, codec, name):
    reading, found = read(text.encode(codec), declared=label)

    assert (found, reading.encoding, reading.known_by) == (text, name, "the server")


@pytest.mark.parametrize("label", ["none", "binary", "x-unknown"])
def test_a_declared_set_that_nobody_knows_is_passed_over_with_a_note(label):
    reading, text = read(FRENCH.encode(), declared=label)

    assert text == FRENCH
    assert reading.notes == (f"the server's character set {label!r} is unknown: passed over",)


def test_a_declared_set_that_the_bytes_do_not_fit_is_passed_over_with_a_note():
    reading, text = read(FRENCH.encode("latin-1"), declared="utf-8")

    assert (text, reading.known_by) == (FRENCH, "a guess")
    assert reading.notes == ("the server says utf-8, which the bytes do not fit: passed over",)


def test_a_declared_set_that_makes_no_text_of_the_bytes_is_taken_with_a_note_of_what_it_may_be():
    reading, _ = read(RUSSIAN.encode("cp1251"), declared="iso-8859-1")

    assert (reading.encoding, reading.known_by) == ("windows-1252", "the server")
    assert re.match(
        r"reads unlike text in windows-1252: perhaps windows-1251 \(Все, .*try --encoding", reading.notes[0]
    )


def test_pure_ascii_is_utf_8_whatever_was_declared():
    reading, text = read(ENGLISH.encode(), declared="iso-8859-2")

    assert (text, reading.encoding, reading.known_by) == (ENGLISH, "utf-8", "its bytes")


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


@pytest.mark.parametrize("codec", ["iso2022_jp", "utf-7", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_what_only_escapes_or_nuls_tell_is_read_and_said_to_be_a_guess(codec):
    reading, text = read(JAPANESE.encode(codec))

    assert (text, reading.encoding, reading.known_by) == (JAPANESE, codec, "a guess")
    assert reading.evidence == ("吾輩は猫である。名前はまだ無い。",)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_english_in_wide_characters_without_a_mark_shows_its_first_words(codec):
    reading, text = read(ENGLISH.encode(codec))

    assert (text, reading.encoding, reading.known_by) == (ENGLISH, codec, "a guess")
    assert reading.evidence == ("It", "was", "the", "best", "of")
    assert decoded(ENGLISH.encode(codec), encoding=codec[:6]) == (ENGLISH, codec)


def test_japanese_with_signs_that_only_the_larger_euc_has_is_read():
    text = JAPANESE + "①②③\n"

    assert decoded(text.encode("euc_jis_2004")) == (text, "euc_jis_2004")
    assert decoded(text.encode("euc_jis_2004"), declared="euc-jp") == (text, "euc_jis_2004")


@pytest.mark.parametrize("text", ["\x1b[31mred\x1b[0m\n" * 50, "a+b-c, ~{x}~ and C+++-\n" * 50, "1+AAA 2+ABC\n" * 99])
def test_escapes_and_signs_of_ascii_stay_what_they_are(text):
    assert decoded(text.encode()) == (text, "utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "You gain +100 XP and a sword.\n" * 300,
        "int y = x+AAA; z = y+BBA; q=+CCA;\n" * 40,
        "Add +AAA- items\n" * 40,
        "Call +442071234567 or +49301234\n" * 40,
        "use ~{abcd~} macro in ~{efgh~} and ~{ijkl~}\n" * 40,
        "use ~{ABCD~} macro in ~{EFGH~} and ~{IJKL~}\n" * 40,
    ],
)
def test_ascii_with_the_signs_of_utf_7_or_hz_stays_ascii(text):
    reading, found = read(text.encode())

    assert (found, reading.encoding, reading.notes) == (text, "utf-8", ())


@pytest.mark.parametrize("text", [FRENCH, RUSSIAN, CHINESE, "한국어를 배우는 사람\n" * 99, "“Yes” — no…\n" * 9])
def test_text_in_utf_7_is_read(text):
    assert decoded(text.encode("utf-7")) == (text, "utf-7")


def test_text_in_hz_is_read():
    text = "我们的朋友在北京学习中文，他们很高兴。\n" * 20

    assert decoded(text.encode("hz")) == (text, "hz")


def test_too_little_of_utf_7_is_ascii_with_a_note():
    reading, text = read(b"a caf+AOk- in town\n")

    assert (text, reading.encoding) == ("a caf+AOk- in town\n", "utf-8")
    assert reading.notes == ("read as ASCII, but it may be utf-7: try --encoding utf-7",)


def test_iso_2022_that_no_codec_reads_is_refused_by_name():
    with pytest.raises(CorpusError, match=r"escapes as of ISO-2022, .*pass --encoding"):
        decoded(b"\x1b$(Ea\x1b$B\x21\x0e" * 9)


@pytest.mark.parametrize("bad", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"])
@pytest.mark.parametrize("text", [FRENCH, RUSSIAN, CHINESE])
def test_damaged_utf_8_is_refused_and_not_taken_for_something_else(text, bad):
    plain = text.encode()
    middle = plain.index(b"\n") + 1

    with pytest.raises(CorpusError, match=rf"not utf-8, the first in line 2, offset {middle:,}; mend it"):
        decoded(plain[:middle] + bad + plain[middle:])


@pytest.mark.parametrize("bad", [b" \xff ", b"x\x81 ", b"x\xe2\x80 "])
def test_a_few_broken_bytes_in_ascii_are_refused_with_the_place_and_candidates(bad):
    with pytest.raises(CorpusError, match=r"no UTF-8 in line 21, offset 1,061.*perhaps .*: try .*; or drop"):
        decoded(ENGLISH.encode() + bad + b"\n" + ENGLISH.encode())


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


def test_a_western_letter_at_the_end_of_ascii_is_no_utf_8_that_is_cut():
    assert decoded(b"abc " * 200 + b"caf\xe9") == ("abc " * 200 + "café", "windows-1252")


@pytest.mark.parametrize(
    ("asked", "codec"), [("utf-16-le", "utf-16-be"), ("UTF-16BE", "utf-16-le"), ("utf-32-le", "utf-32-be")]
)
def test_an_asked_order_that_the_byte_order_mark_contradicts_is_refused(asked, codec):
    with pytest.raises(CorpusError, match=rf"the byte order mark of {codec}, .*pass --encoding {codec}"):
        decoded(("\ufeff" + ENGLISH).encode(codec), encoding=asked)


def test_utf_8_behind_utf_16_is_refused_with_its_place():
    with pytest.raises(CorpusError, match=r"from byte 2,122 on it is no UTF-16 but UTF-8"):
        decoded(ENGLISH.encode("utf-16") + ENGLISH.encode())


@pytest.mark.parametrize("text", [FRENCH, RUSSIAN, CHINESE, JAPANESE, "한국어를 배우는 사람\n" * 99])
def test_utf_16_of_any_language_is_not_taken_for_utf_8(text):
    assert decoded(text.encode("utf-16"))[0] == text


@pytest.mark.parametrize("times", [1, 10])
def test_utf_8_among_windows_1252_is_refused_as_two_character_sets(times):
    with pytest.raises(CorpusError, match=r"no UTF-8 in line 1, offset 27.*: bytes of two character sets"):
        decoded((FRENCH * times).encode("cp1252") + FRENCH.encode())


@pytest.mark.parametrize("codec", ["cp1251", "koi8-r"])
@pytest.mark.parametrize("text", [RUSSIAN, FRENCH])
def test_utf_8_joined_with_another_set_is_refused_as_two_character_sets(text, codec):
    for content in (text.encode() + RUSSIAN.encode(codec), RUSSIAN.encode(codec) + text.encode()):
        with pytest.raises(CorpusError, match=r"no UTF-8 in line \d+.* of two character sets, UTF-8 and another"):
            decoded(content)


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
