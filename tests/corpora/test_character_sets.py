import re
import unicodedata

import pytest

from tests.corpora.texts import ENGLISH, TEXTS

SETS = {
    "windows-1252": "French Portuguese Italian Spanish Catalan German Dutch Swedish Danish Norwegian Finnish",
    "iso-8859-2": "Polish Czech Slovak Croatian Hungarian",
    "cp1250": "Polish Czech Slovak Croatian Hungarian",
    "iso-8859-15": "French Finnish",
    "koi8-r": "Russian",
    "cp1251": "Russian Ukrainian",
    "cp866": "Russian",
    "iso-8859-7": "Greek",
    "cp1255": "Hebrew",
    "iso-8859-8": "Hebrew",
    "cp1256": "Arabic",
    "iso-8859-9": "Turkish",
    "shift_jis": "Japanese",
    "euc-jp": "Japanese",
    "iso2022_jp": "Japanese",
    "gb18030": "Chinese",
    "hz": "Chinese",
    "big5": "Taiwanese",
    "euc-kr": "Korean",
    "iso2022_kr": "Korean",
    "utf-7": "Spanish",
    "utf-16-le": "English Russian",
    "utf-16-be": "English Czech",
}
PAIRS = [(language, charset) for charset, languages in SETS.items() for language in languages.split()]


@pytest.mark.parametrize(("language", "charset"), PAIRS)
def test_a_text_without_a_word_of_its_set_is_read_exactly_and_the_guess_is_said_with_words_of_it(
    read, file, language, charset
):
    text = {**TEXTS, "English": ENGLISH}[language] * 100

    found = read(file(text.encode(charset)))

    assert found.text == text
    shown = found.said.partition(" is a guess by ")[2].partition("; --encoding names another character set")[0]
    assert shown
    assert all(word in text for word in shown.split(", "))


@pytest.mark.parametrize(
    "line",
    ["“I can’t,” said Ann — and didn’t.\n", "It’s late.\n", "It cost £3 and weighed 1½ stone.\n", "Zoë’s café…\n"],
)
def test_a_line_of_windows_punctuation_in_english_is_windows_1252(read, file, line):
    text = ENGLISH * 150 + line

    assert read(file(text.encode("cp1252"))).text == text


@pytest.mark.parametrize(
    "line",
    [
        "«\u00a0Eh bien\u00a0!\u00a0», dit-elle\n",
        "M.\u00a0Paul a 10\u00a0000 amis\n",
        "i\u00a0w\u00a0lesie\n",
    ],
)
def test_no_break_spaces_make_no_letters_of_another_set(read, file, line):
    found = read(file((ENGLISH * 50 + line * 20).encode("cp1252")))

    assert found.text == ENGLISH * 50 + line * 20
    assert "windows-1252 is a guess" in found.said


@pytest.mark.parametrize(
    ("line", "charset"),
    [
        ("It was 25 °C, ±2 µm, ½.\n", "cp1252"),
        ("Il coûte 5 € ; l'œuvre est au cœur.\n" * 30, "iso-8859-15"),
        ('x = "é"\n' * 200, "cp1252"),
        ("第①章　㈱髙島屋と﨑山さん、Ⅷ号～①②③\n" * 40 + TEXTS["Japanese"] * 60, "cp932"),
        ("Її ґанок дивиться на річку, де цвіте очерет.\n" * 60, "cp1125"),
        ("Avós põem pão à mesa; não há razão, então vão lá.\n" * 60, "cp860"),
        ("어제 저녁에 역에서 오래된 친구를 만났습니다.\n" * 60, "johab"),
    ],
)
def test_what_speaks_for_no_other_set_is_read_exactly(read, file, line, charset):
    text = line if len(line) > 300 else ENGLISH * 50 + line

    assert read(file(text.encode(charset))).text == text


@pytest.mark.parametrize("charset", ["cp037", "cp500"])
def test_ebcdic_is_refused_with_the_words_that_it_would_have(read, refused, file, charset):
    path = file((ENGLISH * 50).encode(charset))

    said = refused(path)

    assert "perhaps EBCDIC: try --encoding cp037, the text would have The, ferry" in said
    assert read(path, encoding="cp037").text == ENGLISH * 50


@pytest.mark.parametrize(("first", "second"), [("iso2022_jp", "utf-8"), ("iso2022_jp", "cp932")])
def test_escapes_of_iso_2022_within_another_set_are_refused(refused, file, first, second):
    text = TEXTS["Japanese"] * 40

    assert "bytes of two character sets, ISO-2022 and" in refused(file(text.encode(first) + text.encode(second)))


@pytest.mark.parametrize(
    ("first", "second"), [("cp932", "euc-jp"), ("cp932", "utf-8"), ("utf-8", "cp932"), ("gbk", "utf-8")]
)
def test_two_sets_of_east_asia_are_refused_as_two(refused, file, first, second):
    language = "Chinese" if first == "gbk" else "Japanese"
    text = TEXTS[language] * 60

    assert "bytes of two character sets" in refused(file(text.encode(first) + text.encode(second)))


def test_utf_16_of_two_orders_is_refused_with_the_place_of_the_seam(refused, file):
    first = ("\ufeff" + ENGLISH * 50).encode("utf-16-be")

    said = refused(file(first + ("\ufeff" + ENGLISH * 50).encode("utf-16-le")))

    assert f"from byte {len(first):,} on it is UTF-16 of the other order" in said


@pytest.mark.parametrize("text", [ENGLISH, TEXTS["Russian"]])
@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_utf_16_behind_utf_8_is_refused_with_about_its_place(refused, file, text, charset):
    said = refused(file((text * 60).encode() + (text * 60).encode(charset)))

    assert f"on it is no UTF-8 but {charset}" in said


@pytest.mark.parametrize("charset", ["cp1252", "cp1251", "mac_roman", "cp437", "cp850"])
def test_text_that_was_decoded_twice_is_said_whatever_set_it_was_taken_for(read, file, charset):
    text = TEXTS["Ukrainian" if charset == "cp1251" else "Spanish"]

    found = read(file((text.encode().decode(charset, "ignore") + "\n") * 40))

    assert "looks like UTF-8 that was decoded twice" in found.said


@pytest.mark.parametrize("end", ["\x1a", "\x1a" * 90, "\n\x1a"])
def test_the_mark_by_which_dos_ends_a_text_is_dropped_and_said(read, file, end):
    found = read(file(TEXTS["French"] * 40 + end))

    assert found.text.rstrip("\n") == (TEXTS["French"] * 40).rstrip("\n")
    assert "dropped DOS's mark of the end (U+001A)" in found.said


def test_hz_in_a_text_that_is_mostly_ascii_is_read(read, file):
    text = (ENGLISH * 2 + TEXTS["Chinese"]) * 20

    assert read(file(text.encode("hz"))).text == text


def test_utf_7_with_words_of_one_letter_is_read(read, file):
    text = TEXTS["Russian"] * 40

    assert read(file(text.encode("utf-7"))).text == text


def test_a_set_that_cannot_be_told_is_refused_with_candidates_and_how_the_text_would_read(refused, file):
    said = refused(file(ENGLISH.encode() * 100 + b"a \xff\x81\x8d\xfe b\n"))

    assert re.search(r"in line 101, .* perhaps .*: try --encoding \S+, the text would have", said)


@pytest.mark.parametrize(
    ("language", "charset"), [("Russian", "utf-16"), ("English", "utf-16"), ("Czech", "utf-16-be")]
)
def test_utf_8_behind_utf_16_is_refused_with_the_place_of_the_seam(refused, file, language, charset):
    text = ENGLISH * 60
    first = ("\ufeff" * (charset == "utf-16-be") + {**TEXTS, "English": ENGLISH}[language] * 60).encode(charset)

    said = refused(file(first + text.encode()))

    assert f"from byte {len(first):,} on it is no UTF-16 but UTF-8" in said


@pytest.mark.parametrize("sign", ["😀", "𝄞"])
def test_surrogates_that_a_database_wrote_become_the_character_that_was_meant(read, file, sign):
    pair = sign.encode("utf-16-be")
    written = b"".join(chr(int.from_bytes(half)).encode("utf-8", "surrogatepass") for half in (pair[:2], pair[2:]))

    found = read(file(ENGLISH.encode() * 60 + b"so " + written + b" it is\n"))

    assert found.text == ENGLISH * 60 + f"so {sign} it is\n"
    assert "1 surrogate pair in UTF-8" in found.said


@pytest.mark.parametrize("broken", [b"\xe2\x80", b"\xf0\x9f\x98", b"\xc3("])
@pytest.mark.parametrize("text", [ENGLISH, TEXTS["French"]])
def test_a_broken_byte_in_utf_8_is_refused_with_its_line_and_dropped_when_that_is_asked_for(
    read, refused, file, text, broken
):
    path = file(text.encode() * 70 + b"here " + broken + b" there\n" + text.encode() * 30)

    said = refused(path)

    assert "line 71, offset" in said
    assert "--on-damage drop" in said
    assert len(read(path, encoding="utf-8", on_damage="drop").text) in range(100 * len(text) + 11, 100 * len(text) + 14)


@pytest.mark.parametrize(("text", "cut"), [("Größe", 1), ("день за днём и ночь", 1), ("昨天晚上", 2), ("so 😀", 3)])
def test_a_file_that_ends_within_a_character_loses_that_one_and_says_so(read, file, text, cut):
    whole = (text + "\n") * 400 + text[: [len(c.encode()) > 1 for c in text].index(True) + 1]

    found = read(file(whole.encode()[:-cut]))

    assert found.text == whole[:-1]
    assert "cut off within its last character" in found.said


@pytest.mark.parametrize("text", [ENGLISH, TEXTS["Czech"]])
def test_byte_order_marks_of_files_that_were_joined_are_dropped_and_counted(read, file, text):
    found = read(file((text * 30).encode("utf-8-sig") * 4))

    assert found.text == text * 120
    assert "3 byte order marks inside, the first in line 31" in found.said


@pytest.mark.parametrize("word", ["café", "don’t", "Größe"])
def test_text_that_was_decoded_twice_is_said_with_an_example(read, file, word):
    wrong = word.encode().decode("cp1252")

    found = read(file((ENGLISH + f"a {wrong} it is\n") * 50))

    assert "UTF-8 that was decoded twice" in found.said
    assert f"for '{word}'" in found.said


def test_characters_that_were_lost_before_are_counted_with_the_place_of_the_first(read, file):
    found = read(file(ENGLISH * 50 + "caf\ufffd\n" * 20))

    assert "20 replacement characters (U+FFFD), the first in line 51" in found.said


@pytest.mark.parametrize("text", [ENGLISH, TEXTS["French"]])
def test_a_stray_nul_is_dropped_and_said_with_its_line(read, file, text):
    found = read(file((text * 300 + "x\0y\n" + text * 100).encode()))

    assert found.text == text * 300 + "xy\n" + text * 100
    assert "1 NUL in" in found.said
    assert "the first in line 301: dropped" in found.said


def test_text_whose_every_other_byte_is_a_nul_is_no_damage_but_utf_16(read, file):
    assert read(file((TEXTS["German"] * 60).encode("utf-16-le"))).text == TEXTS["German"] * 60


@pytest.mark.parametrize("text", ["cafe\u0301 a\u0300 la\r\nfin\r", "A\u030angstro\u0308m\r\n"])
def test_line_ends_and_accents_are_brought_to_one_form(read, file, text):
    found = read(file((text * 200).encode()))

    assert found.text == unicodedata.normalize("NFC", text * 200).replace("\r\n", "\n").replace("\r", "\n")
    assert "carriage returns became line feeds" in found.said
