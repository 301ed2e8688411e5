import random
import re
import struct

import pytest

from tasks.corpus.errors import CorpusError
from tests.text.decoded import CHINESE, ENGLISH, FRENCH, JAPANESE, RUSSIAN, decoded, read


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


@pytest.mark.parametrize(
    "content",
    [random.Random(0).randbytes(5000), struct.pack("<2000d", *(n / 7 for n in range(2000)))],
    ids=["noise", "numbers"],
)
def test_what_is_binary_is_said_to_be_no_text(content):
    with pytest.raises(
        CorpusError, match=r"it is no text, for \d+ % of its bytes are control characters; .* .--level byte"
    ):
        read(content)


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


def test_a_western_letter_at_the_end_of_ascii_is_no_utf_8_that_is_cut():
    assert decoded(b"abc " * 200 + b"caf\xe9") == ("abc " * 200 + "café", "windows-1252")


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


@pytest.mark.parametrize(
    "fitting", [range(0x80, 0x100), [*range(0x80, 0x100), *range(0x10, 0x12)]], ids=["none", "few"]
)
def test_bytes_with_hardly_a_control_character_may_be_text_in_a_set_that_nobody_knows(fitting):
    content = bytes(random.Random(0).choices(fitting, k=5000))

    with pytest.raises(CorpusError, match="try --encoding"):
        read(content)
