import numpy as np
import pytest

from tasks.data.ids import Ids
from tasks.quality import lexicon as module
from tasks.quality.lexicon import lexicon_of
from tasks.text.vocabulary import vocabulary_of

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


@pytest.mark.parametrize("text", [GERMAN, ARABIC, HINDI, KOREAN, GERMAN * 3 + CHINESE], ids=ascii)
def test_a_text_in_words_has_a_lexicon(text):
    assert lexicon(text * 10) is not None


@pytest.mark.parametrize(
    "text", [CHINESE, JAPANESE, THAI, BASES, NUMBERS, CHINESE * 5 + "Hello, world.\n", "...\n"], ids=ascii
)
def test_a_text_without_words_has_none(text):
    assert lexicon(text * 10) is None


def test_words_are_known_in_any_case_and_with_their_apostrophes():
    assert lexicon(GERMAN).judge(" wolken, man's 7 sein-Wohl. ") == (4, [])


@pytest.mark.parametrize(("text", "known"), [(ARABIC, "النَّاسُ"), (HINDI, "हिन्")], ids=["Arabic", "Hindi"])
def test_words_with_combining_marks_are_whole(text, known):
    words = text.split()

    assert lexicon(text).judge(f" {' '.join(words)} ") == (len(words), [])
    assert lexicon(text).judge(f" {known} ")[1] == [(1, 1 + len(known))]


def test_unknown_words_are_told_by_their_places():
    count, unknown = lexicon(GERMAN).judge(" den Wolkun muss ie! ")

    assert count == 4
    assert [" den Wolkun muss ie! "[start:end] for start, end in unknown] == ["Wolkun", "ie"]


def test_words_at_the_ends_of_a_text_do_not_count_because_they_may_be_cut():
    assert lexicon(GERMAN).judge("eiheit wohl grenzenl") == (1, [])
    assert lexicon(GERMAN).judge("enz") == (0, [])
    assert lexicon(GERMAN).judge("") == (0, [])


@pytest.mark.parametrize("piece", [1, 2, 7, 50])
def test_a_long_text_is_read_in_pieces_that_cut_no_word(monkeypatch, piece):
    whole = lexicon(GERMAN).words
    monkeypatch.setattr(module, "PIECE_CHARACTERS", piece)

    assert lexicon(GERMAN).words == whole
    assert "man's" in whole


def test_only_the_text_itself_decides_not_the_rest_of_the_corpus():
    vocabulary = vocabulary_of(GERMAN + CHINESE)

    assert lexicon_of(Ids.of(vocabulary.encode(CHINESE * 9 + GERMAN)), vocabulary) is None
    assert lexicon_of(Ids.of(vocabulary.encode(GERMAN)), vocabulary) is not None
    assert lexicon_of(Ids.of(np.zeros(0, "<u1")), vocabulary) is None
