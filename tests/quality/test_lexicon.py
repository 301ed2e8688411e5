import dataclasses
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.data.ids import Ids
from tasks.quality.lexicon import lexicon_of
from tasks.quality.texts import Texts
from tasks.text.vocabulary import vocabulary_of
from tests.byte_level import byte_vocabulary, inside
from tests.quality.texts import listed

GERMAN = "Über den Wolken muss die Freiheit wohl grenzenlos sein, sagt man's.\n"
ARABIC = "وَالنَّاسُ يَقُولُونَ إِنَّ الْكِتَابَ خَيْرُ جَلِيسٍ فِي الزَّمَانِ\n"
HINDI = "हिन्दी में लिखा हुआ यह वाक्य केवल एक उदाहरण है\n"
KOREAN = "나는 어제 친구와 함께 도서관에 갔다\n"
CHINESE = "学而时习之,不亦说乎?有朋自远方来,不亦乐乎?\n"
JAPANESE = "吾輩は猫である。名前はまだ無い。ビールを飲む人々。\n"
THAI = "ภาษาไทยเขียนโดยไม่เว้นวรรคระหว่างคำ\n"
BASES = "ACGTTGCAACGTACGTTAGCAACGTTGACCATGACGATTACGATCCAGT\n"
NUMBERS = "3.14159 2.71828 1.41421\n"


def lexicon(text):
    vocabulary = vocabulary_of(text)
    return lexicon_of(Ids.of(vocabulary.encode(text)), vocabulary)


def judged(corpus, text):
    """How many words the text has, and the places of those that the corpus lacks."""
    extended = vocabulary_of(corpus + text)
    known = lexicon_of(Ids.of(extended.encode(corpus)), extended)
    found = known.judge(Texts.of([text], extended))
    return found.counts.tolist()[0], listed(found.unknown)


@pytest.mark.parametrize("text", [GERMAN, ARABIC, HINDI, KOREAN, GERMAN * 3 + CHINESE], ids=ascii)
def test_a_text_in_words_has_a_lexicon(text):
    assert lexicon(text * 10) is not None


@pytest.mark.parametrize(
    "text", [CHINESE, JAPANESE, THAI, BASES, NUMBERS, CHINESE * 5 + "Hello, world.\n", "...\n"], ids=ascii
)
def test_a_text_without_words_has_none(text):
    assert lexicon(text * 10) is None


@pytest.mark.usefixtures("kernels")
def test_words_are_known_in_any_case_and_with_their_apostrophes():
    assert judged(GERMAN, " wolken, man's 7 sein-Wohl. ") == (4, [])


@pytest.mark.parametrize(("text", "known"), [(ARABIC, "النَّاسُ"), (HINDI, "हिन्")], ids=["Arabic", "Hindi"])
def test_words_with_combining_marks_are_whole(text, known):
    words = text.split()

    assert judged(text, f" {' '.join(words)} ") == (len(words), [])
    assert judged(text, f" {known} ")[1] == [(1, 1 + len(known))]


@pytest.mark.usefixtures("kernels")
def test_unknown_words_are_told_by_their_places():
    count, unknown = judged(GERMAN, " den Wolkun muss ie! ")

    assert count == 4
    assert [" den Wolkun muss ie! "[start:end] for start, end in unknown] == ["Wolkun", "ie"]


@pytest.mark.usefixtures("kernels")
def test_words_at_the_ends_of_a_text_do_not_count_because_they_may_be_cut():
    assert judged(GERMAN, "eiheit wohl grenzenl") == (1, [])
    assert judged(GERMAN, "enz") == (0, [])
    assert judged(GERMAN, "") == (0, [])


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("piece", [9, 20, 50])
def test_a_long_text_is_read_in_pieces_that_cut_no_word(monkeypatch, piece):
    monkeypatch.setattr("tasks.data.ids.PIECE_CHARACTERS", piece)
    lexicon_of_pieces = lexicon(GERMAN)

    assert lexicon_of_pieces.total() == 11
    assert judged(GERMAN, f" {GERMAN} ") == (11, [])


def by_regular_expression(corpus, text):
    """The same by the definition: in any case, whole words of letters with single joiners between them."""
    pattern = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
    known = {word.casefold() for word in pattern.findall(corpus)}
    spans = [word.span() for word in pattern.finditer(text)]
    spans = [(start, end) for start, end in spans if start > 0 and end < len(text)]
    return len(spans), [(start, end) for start, end in spans if text[start:end].casefold() not in known]


@settings(max_examples=100, deadline=None)
@given(corpus=st.text("aAbBßẞsS'’ 1-", max_size=60), texts=st.lists(st.text("aAbBßẞsS'’ 1-", max_size=30), max_size=4))
def test_words_are_judged_as_a_regular_expression_would(corpus, texts):
    corpus = corpus + " ab sS "
    vocabulary = vocabulary_of(corpus + "".join(texts))
    found = lexicon_of(Ids.of(vocabulary.encode(corpus)), vocabulary).judge(Texts.of(texts, vocabulary))

    expected = [by_regular_expression(corpus, text) for text in texts]
    starts = np.cumsum([0, *map(len, texts)])
    assert found.counts.tolist() == [count for count, _ in expected]
    assert found.missing.tolist() == [len(unknown) for _, unknown in expected]
    assert listed(found.unknown) == [
        (start + first, start + last)
        for start, (_, unknown) in zip(starts, expected, strict=False)
        for first, last in unknown
    ]


def test_only_the_text_itself_decides_not_the_rest_of_the_corpus():
    vocabulary = vocabulary_of(GERMAN + CHINESE)

    assert lexicon_of(Ids.of(vocabulary.encode(CHINESE * 9 + GERMAN)), vocabulary) is None
    assert lexicon_of(Ids.of(vocabulary.encode(GERMAN)), vocabulary) is not None
    assert lexicon_of(Ids.of(np.zeros(0, "<u1")), vocabulary) is None


def test_a_part_of_a_word_with_the_unknown_character_is_no_word_of_the_lexicon():
    corpus = "sein va\ufffdst\n" * 9
    vocabulary = dataclasses.replace(vocabulary_of(corpus), unknown_character="\ufffd")
    found = lexicon_of(Ids.of(vocabulary.encode(corpus)), vocabulary).judge(Texts.of([" sein va st "], vocabulary))

    assert found.counts.tolist() == [3]
    assert listed(found.unknown) == [(6, 8), (9, 11)]


def bytes_judged(corpus, text):
    """How many words a text of bytes has, and the bytes of those that the corpus lacks."""
    extended = byte_vocabulary(corpus + text)
    known = lexicon_of(Ids.of(extended.encode(inside(corpus))), extended)
    found = known.judge(Texts.of([inside(text)], extended))
    return found.counts.tolist()[0], [text.encode()[start:end].decode() for start, end in listed(found.unknown)]


def test_words_of_bytes_are_those_of_the_text_that_they_are():
    text = " über Wolken, Привет мып; größe "

    assert bytes_judged("Der Bär ist über den wolken. Привет, мир\n", text) == (5, ["мып", "größe"])


@pytest.mark.parametrize("text", [CHINESE, JAPANESE, NUMBERS, bytes(range(256))], ids=["zh", "ja", "123", "binary"])
def test_bytes_without_words_have_no_lexicon(text):
    vocabulary = byte_vocabulary(text)

    assert lexicon_of(Ids.of(vocabulary.encode(inside(text) * 20)), vocabulary) is None
