import gzip
import io
import re
import unicodedata
from pathlib import Path

import pytest

from tasks.corpus.errors import CorpusError
from tasks.corpus.members import Member
from tasks.text.character_sets import codec_of
from tasks.text.decoding import decode
from tests.text.languages import LANGUAGES, long_text

COLD = "It was a bright cold day in April and the clocks were striking. " * 160
TUTORS = sorted(Path("/usr/share/vim").glob("vim*/tutor/tutor.*.utf-8"))
MANUALS = sorted(path for path in Path("/usr/share/man").glob("??") if len(list(path.rglob("*.gz"))) > 5)


def read(content):
    found = decode(Member("", lambda: io.BytesIO(content)), encoding=None, declared=None)
    return found.reading, "".join(found.texts)


def vietnamese(text):
    """The text as windows-1258 has it: letters with their breve, circumflex or horn, and tones behind them."""
    parts = unicodedata.normalize("NFD", text)
    tones = re.compile("([aeoAEO])([\u0300\u0301\u0303\u0309\u0323])([\u0302\u0306])")
    parts = tones.sub(r"\1\3\2", parts)
    marked = re.compile("[aeouAEOU][\u0302\u0306\u031b]")
    return marked.sub(lambda letter: unicodedata.normalize("NFC", letter.group()), parts)


def outcome(text, charset):
    """How bytes of the text come out: right, refused or wrong."""
    try:
        reading, found = read(text.encode(codec_of(charset)))
    except CorpusError as error:
        assert "--encoding" in str(error)
        return "refused"
    assert reading.known_by != "a guess" or reading.evidence
    return "right" if found == text else f"wrong: {reading}"


@pytest.mark.parametrize("characters", [2000, pytest.param(20_000, marks=pytest.mark.slow)])
def test_texts_of_every_language_are_read_exactly_in_the_sets_that_they_are_met_in(characters):
    assert len(LANGUAGES) >= 25
    outcomes = {}
    for language, (sets, _) in LANGUAGES.items():
        text = long_text(language, characters)
        for charset in [*sets, "utf-8", "utf-16-le", "utf-16-be"]:
            written = vietnamese(text) if charset == "windows-1258" else text
            outcomes[language, charset] = outcome(written, charset)

    others = {which: came for which, came in outcomes.items() if came != "right"}
    assert len(others) <= 0.03 * len(outcomes), others
    assert set(others.values()) <= {"refused"}, others


@pytest.mark.skipif(not TUTORS, reason="Vim's tutors are not installed")
def test_vims_tutors_are_read_exactly_in_their_own_sets():
    count, others = 0, []
    for utf_8 in TUTORS:
        language = utf_8.name.split(".")[1]
        text = utf_8.read_text(encoding="utf-8")
        for charset in SETS.get(language, []):
            whole = text.encode(codec_of(charset), "ignore").decode(codec_of(charset))
            count += 1
            if (came := outcome(whole, charset)) != "right":
                others.append((language, charset, came))
    assert len(others) <= 0.03 * count, others


SETS = {
    name: sets.split()
    for name, sets in {
        "bg": "windows-1251",
        "ca": "iso-8859-1",
        "cs": "iso-8859-2 windows-1250 cp852",
        "da": "iso-8859-1 cp850",
        "de": "iso-8859-1 cp850 macintosh",
        "el": "iso-8859-7 windows-1253 cp737",
        "eo": "iso-8859-3",
        "es": "iso-8859-1 cp850 macintosh",
        "fi": "iso-8859-1",
        "fr": "iso-8859-1 cp850 macintosh",
        "hr": "iso-8859-2 windows-1250",
        "hu": "iso-8859-2 windows-1250",
        "it": "iso-8859-1 macintosh",
        "ja": "euc-jp cp932 iso2022_jp",
        "ko": "cp949",
        "lv": "windows-1257",
        "nb": "iso-8859-1",
        "nl": "iso-8859-1",
        "no": "iso-8859-1",
        "pl": "iso-8859-2 windows-1250 cp852",
        "pt": "iso-8859-1",
        "ru": "koi8-r windows-1251 cp866 x-mac-cyrillic",
        "sk": "iso-8859-2 windows-1250",
        "sl": "iso-8859-2 windows-1250",
        "sr": "windows-1251",
        "sv": "iso-8859-1",
        "tr": "iso-8859-9",
        "uk": "koi8-u windows-1251",
    }.items()
}


RUSSIAN = "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему. "


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (RUSSIAN * 20, "koi8-r"),
        (RUSSIAN * 20 + COLD * 200 + RUSSIAN * 12_000 + "Її ґанок", "koi8-u"),
        ("Усі щасливі родини схожі одна на одну, кожна нещаслива родина нещаслива по-своєму. " * 20, "koi8-u"),
    ],
    ids=["Russian", "Ukrainian at the end", "Ukrainian"],
)
def test_koi8_has_its_russian_name_where_no_letter_of_all_the_text_is_ukrainian(text, name):
    reading, found = read(text.encode("koi8-u"))

    assert (reading.encoding, found) == (name, text)


@pytest.mark.slow
@pytest.mark.skipif(not MANUALS, reason="manual pages in other languages are not installed")
def test_manual_pages_are_read_exactly_in_their_own_sets_or_refused():
    outcomes = {}
    for folder in MANUALS:
        pages = [gzip.decompress(path.read_bytes()) for path in sorted(folder.rglob("*.gz"))[:40] if path.is_file()]
        # Some of the Spanish ones were encoded twice.
        text = b"".join(page for page in pages if b"\xc3\x83" not in page).decode("utf-8", "ignore")[:100_000]
        for charset in SETS.get(folder.name, []):
            whole = text.encode(codec_of(charset), "ignore").decode(codec_of(charset))
            outcomes[folder.name, charset] = outcome(whole, charset)
    others = {which: came for which, came in outcomes.items() if came != "right"}
    assert len(others) <= 0.05 * len(outcomes), others
    assert set(others.values()) <= {"refused"}, others


@pytest.mark.parametrize(
    ("tail", "words"),
    [
        ("\nDon’t go, she said.\n", ("Don’t",)),
        ("£5 and 2½\n", ("£5", "2½")),
        ("a naïve café\n", ("naïve", "café")),
        ("“Yes” — no…\n", ("“Yes”", "no…")),
    ],
)
def test_a_few_western_characters_in_english_are_windows_1252(tail, words):
    reading, text = read((COLD + tail).encode("cp1252"))

    assert text == COLD + tail
    assert (reading.encoding, reading.known_by) == ("windows-1252", "a guess")
    assert reading.evidence[:2] == words or reading.evidence[0] == words[0]


@pytest.mark.parametrize(
    "text",
    [
        long_text("German", 2000) + long_text("French", 2000),
        "The prize went to François Müller, José Núñez, Søren Kjær and Zoë Brontë of the old town.\n" * 9,
        "Ar c'hoñchoù brezhonek a zo plijus-kenañ, hag ur paner leun a avaloù; dour er mor e-pad an noz.\n" * 9,
        "Li walon, c' est on lingaedje roman, ki s' cåze el Walonreye; li prumî côp, dj' a stî è scole.\n" * 9,
        "Señor José, naïve café\n",
        "Señor José, naïve café\n" * 20,
    ],
    ids=["two languages", "names", "Breton", "Walloon", "few", "more"],
)
def test_letters_of_several_western_languages_are_windows_1252(text):
    reading, found = read(text.encode("cp1252"))

    assert (found, reading.encoding) == (text, "windows-1252")


def test_arabic_with_some_french_is_windows_1256():
    text = long_text("Arabic", 2000) + long_text("French", 1000).lower()

    assert read(text.encode("cp1256"))[1] == text


@pytest.mark.parametrize(
    ("first", "second", "charset"),
    [("Czech", "Hungarian", "cp1250"), ("Turkish", "German", "cp1254"), ("Czech", "German", "cp1250")],
)
def test_two_languages_of_another_set_are_not_taken_for_western_ones(first, second, charset):
    text = long_text(first, 2000) + long_text(second, 2000)

    assert outcome(text, charset) in ("right", "refused")


@pytest.mark.parametrize(
    ("language", "charset"),
    [
        *(("Russian", one) for one in ("windows-1251", "koi8-r", "iso-8859-5", "cp866", "x-mac-cyrillic")),
        *(("Ukrainian", "windows-1251"), ("Bulgarian", "windows-1251"), ("Greek", "windows-1253")),
        *(("French", "windows-1252"), ("German", "windows-1252"), ("Turkish", "windows-1254")),
    ],
)
def test_text_in_capitals_is_read_exactly(language, charset):
    text = long_text(language, 2000)
    text = (text.replace("i", "İ") if language == "Turkish" else text).upper()

    assert outcome(text.encode(codec_of(charset), "ignore").decode(codec_of(charset)), charset) == "right"


def test_half_wide_katakana_are_not_taken_for_cyrillic_capitals():
    assert outcome("ｶﾀｶﾅ ﾃｽﾄ ﾆﾎﾝｺﾞ ｷﾞﾝｺｳ ﾌﾘｺﾐ\n" * 90, "cp932") == "right"


def test_the_character_set_is_told_where_the_text_leaves_ascii():
    text = COLD * 200 + long_text("Polish", 3000) + COLD * 200

    reading, found = read(text.encode("iso-8859-2"))

    assert (found, reading.encoding) == (text, "iso-8859-2")


def test_a_guess_shows_at_most_five_words_with_its_letters():
    reading, _ = read(long_text("Polish", 3000).encode("iso-8859-2"))

    assert 0 < len(reading.evidence) <= 5
    assert all(re.search("[ąćęłńóśźż]", word, re.IGNORECASE) for word in reading.evidence)


def test_a_guess_with_a_few_bytes_that_do_not_fit_is_damage_with_its_place():
    content = long_text("French", 5000).encode("cp1252") + b"\n\x81\n"

    with pytest.raises(CorpusError, match=r"1 byte in 5,\d\d\d .* not windows-1252, .*\(windows-1252 is a guess: .*é"):
        read(content)


def test_a_refusal_names_candidates_and_how_the_text_would_read():
    with pytest.raises(
        CorpusError, match=r"perhaps [\w-]+, [\w-]+, [\w-]+: try --encoding [\w-]+, the text would have"
    ):
        read(COLD.encode() + b" \xff\x81 ")


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("language", ["Simplified Chinese", "Traditional Chinese", "Japanese"])
def test_utf_16_in_long_paragraphs_without_blanks_is_told_without_a_mark(language, order):
    signs = "".join(one for one in long_text(language, 30_000) if ord(one) > 127)
    for length in (150, 400, 3000, 30_000):
        text = "\n".join(signs[at : at + length] for at in range(0, len(signs), length))

        reading, found = read(text.encode(order))

        assert (reading.encoding, reading.known_by, found) == (order, "a guess", text)


def test_tables_of_dos_in_english_are_read():
    text = COLD + "\n┌────────┬──────┐\n│ name   │ size │\n└────────┴──────┘\n"

    reading, found = read(text.encode("cp437"))

    assert (reading.encoding, reading.known_by, found) == ("cp437", "a guess", text)
    assert reading.evidence[0] == "┌────────┬──────┐"
