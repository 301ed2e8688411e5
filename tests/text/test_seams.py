import io

import pytest

from tasks.corpus.errors import CorpusError
from tasks.corpus.members import Member
from tasks.text.decoding import decode
from tests.text.languages import long_text

CODECS = {"koi8": "koi8-r", "windows-1251": "cp1251"}


def reading(content, **options):
    given = {"encoding": None, "declared": None, **options}
    return decode(Member("", lambda: io.BytesIO(content)), **given).reading


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("Russian", "koi8"), ("Russian", "windows-1251")),
        (("Russian", "windows-1251"), ("Russian", "ibm866")),
        (("French", "windows-1252"), ("Polish", "windows-1250")),
        (("Polish", "windows-1250"), ("French", "windows-1252")),
        (("Polish", "windows-1250"), ("Polish", "iso-8859-2")),
        (("Greek", "iso-8859-7"), ("Russian", "koi8")),
    ],
)
@pytest.mark.parametrize("size", [6000, 60_000])
def test_two_character_sets_in_one_file_are_refused_with_the_place(before, after, size):
    first, second = (
        long_text(language, size).encode(CODECS.get(charset, charset)) for language, charset in (before, after)
    )

    with pytest.raises(CorpusError, match=r"bytes of two character sets, .*, from about byte") as refused:
        reading(first + second)

    said = str(refused.value)
    assert after[1] in said
    place = int(said.partition("about byte ")[2].partition(" on")[0].replace(",", ""))
    assert abs(place - len(first)) < 0.3 * len(first)
    assert "split the file there" in said


def test_where_damage_is_not_refused_the_other_set_is_said():
    text = long_text("Russian", 6000)
    content = text.encode("koi8-r") + text.encode("cp1251")

    (note,) = reading(content, on_damage="keep").notes
    assert note.startswith("bytes of two character sets, koi8-r and, from about byte ")
    assert note.endswith("windows-1251: all is read as koi8-r")
    assert not reading(content, encoding="koi8-r").notes


def test_two_languages_in_one_set_are_no_two_sets():
    pairs = {
        "windows-1252": [("French", "Finnish"), ("English", "Spanish"), ("Icelandic", "Italian")],
        "iso-8859-2": [("Polish", "Czech"), ("Hungarian", "Croatian")],
        "windows-1251": [("Russian", "Ukrainian"), ("Serbian", "Bulgarian")],
        "windows-1256": [("Arabic", "French"), ("English", "Arabic")],
    }
    for charset, languages in pairs.items():
        for first, second in languages:
            text = "".join(long_text(one, 4000) for one in (first, second, first))
            content = text.encode(charset, "ignore")
            try:
                assert not any("two character sets" in note for note in reading(content).notes)
            except CorpusError as error:
                assert "two character sets" not in str(error), (charset, first, second)


def test_a_text_with_tables_of_dos_is_no_text_in_two_sets():
    table = "┌────────┬──────┐\n│ naam   │ één  │\n└────────┴──────┘\n" * 60
    content = (long_text("German", 6000) + table).encode("cp850")

    assert content.decode(reading(content).encoding) == content.decode("cp850")
