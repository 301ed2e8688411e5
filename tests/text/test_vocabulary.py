import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.text.prompts import PromptError
from tasks.text.vocabulary import Vocabulary, vocabulary_of
from tests.byte_level import byte_vocabulary

LATIN = vocabulary_of('Hello, world - \'twas "fine" e a A é . \n')

CHARACTERS = st.one_of(st.characters(exclude_categories=()), st.characters(categories=["Cs"]))


def first_characters(count):
    return "".join(chr(point) for point in range(0x20, count + 0x2000) if not 0xD800 <= point < 0xE000)[:count]


def test_characters_are_sorted_by_code_point_and_counted():
    vocabulary = vocabulary_of("ba😀e\u0301b\U0010ffff\uffffé\n")

    assert vocabulary.characters == ("\n", "a", "b", "e", "é", "\u0301", "\uffff", "😀", "\U0010ffff")
    assert vocabulary.counts == (1, 1, 2, 1, 1, 1, 1, 1, 1)
    assert vocabulary.size == 9


@given(st.text(CHARACTERS, min_size=1))
@example("a\ud800")
def test_ids_lead_back_to_the_text(text):
    vocabulary = vocabulary_of(text)
    ids = vocabulary.encode(text)

    assert vocabulary.decode(ids) == text
    assert vocabulary.characters == tuple(sorted(set(text)))
    assert [vocabulary.characters[i] for i in ids] == list(text)


@given(st.text(CHARACTERS, min_size=1))
def test_a_vocabulary_comes_back_from_json(text):
    vocabulary = vocabulary_of(text)

    assert Vocabulary.from_json(vocabulary.to_json()) == vocabulary
    assert vocabulary.to_json().isascii()


@pytest.mark.parametrize(
    ("size", "width"), [(1, 1), (256, 1), (257, 2), (65_536, 2), (65_537, 4)], ids=lambda value: str(value)
)
def test_ids_are_as_narrow_as_the_vocabulary_allows(size, width):
    text = first_characters(size)
    vocabulary = vocabulary_of(text)
    ids = vocabulary.encode(text)

    assert vocabulary.size == size
    assert ids.dtype == np.dtype(f"<u{width}")
    assert ids[-1] == size - 1
    assert vocabulary.decode(ids) == text


def test_the_digest_is_of_the_characters_alone():
    assert vocabulary_of("aab").sha256 == vocabulary_of("ba").sha256
    assert vocabulary_of("aab").sha256 != vocabulary_of("abc").sha256


@pytest.mark.parametrize("text", ["Hell\u2028o", "Hell~o", "Hell\U0010ffffo"])
def test_an_unknown_character_is_never_encoded(text):
    with pytest.raises(ValueError, match=r"at offset 4 is not in the vocabulary \(22 characters\)"):
        LATIN.encode(text)


@pytest.mark.parametrize("places", [[22], [-1], np.array([0, -1])], ids=str)
def test_an_id_of_no_character_is_never_decoded(places):
    with pytest.raises(IndexError):
        LATIN.decode(places)


def test_nothing_is_encoded_and_decoded_to_nothing():
    assert LATIN.encode("").shape == (0,)
    assert LATIN.decode([]) == ""


def test_unknown_characters_are_told_once_in_order():
    assert LATIN.unknown("zHzy") == ["z", "y"]


@pytest.mark.parametrize("policy", ["refuse", "nearest", "drop"])
def test_a_prompt_of_known_characters_is_left_alone(policy):
    assert LATIN.fit_prompt("Hello, world", policy) == "Hello, world"


def test_a_prompt_with_unknown_characters_is_refused_with_the_nearest():
    with pytest.raises(PromptError) as refused:
        LATIN.fit_prompt("hello\u202e", "refuse")

    message = str(refused.value)
    assert "'h' (U+0068) at position 0 (nearest: 'H' (U+0048)" in message
    assert "'\\u202e' (U+202E) at position 5" in message
    assert "pass --unknown-characters nearest or drop" in message
    assert "\u202e" not in message


@pytest.mark.parametrize(
    ("prompt", "fitted"),
    [
        ("hELLO", "Hello"),
        ("“fine”", '"fine"'),
        ("‘twas", "'twas"),
        ("a—a", "a-a"),
        ("à", "a"),
        ("Ä", "A"),
        ("É", "é"),
        ("a\u00a0a", "a a"),
        ("\ufb01", "f"),
    ],
)
def test_the_nearest_character_is_the_one_a_reader_would_choose(prompt, fitted):
    assert LATIN.fit_prompt(prompt, "nearest") == fitted


def test_the_nearest_of_a_far_character_is_of_its_kind():
    assert LATIN.unknown(LATIN.fit_prompt("я😀5", "nearest")) == []
    assert vocabulary_of("/9").fit_prompt("1", "nearest") == "9"


def test_unknown_characters_of_a_prompt_can_be_dropped():
    assert LATIN.fit_prompt("zHzi", "drop") == "Hi"


def test_at_the_level_of_bytes_a_persons_text_is_its_bytes_and_comes_back_as_text():
    vocabulary = byte_vocabulary("é\r\n")

    assert vocabulary.characters == ("\n", "\r", "©", "Ã")
    assert vocabulary.inside("é\r") == "Ã©\r"
    assert vocabulary.outside("Ã©\xff") == "é\ufffd"
    assert LATIN.inside("e\u0301\r\n") == "é\n"
    assert LATIN.outside("Ã©") == "Ã©"


def test_the_level_is_kept_and_told_apart_where_it_is_that_of_bytes():
    of_bytes, of_characters = byte_vocabulary("ab"), vocabulary_of("ab")

    assert Vocabulary.from_json(of_bytes.to_json()) == of_bytes
    assert "level" not in of_characters.to_json()
    assert of_bytes.sha256 != of_characters.sha256


def test_a_prompt_is_refused_by_the_characters_of_which_a_byte_is_unknown():
    vocabulary = byte_vocabulary("é aè")

    assert vocabulary.unknown("éêa€") == ["ê", "€"]
    with pytest.raises(PromptError, match=r"characters whose bytes the corpus lacks: 'ê' \(U\+00EA\) at position 1"):
        vocabulary.fit_prompt("éê", "refuse")
    with pytest.raises(PromptError, match="lacks: the byte 0xFF at position 0"):
        vocabulary.fit_prompt("\udcff", "refuse")
    assert vocabulary.fit_prompt("éêa", "drop") == "éa"
    assert vocabulary.fit_prompt("ê", "nearest") == "a"
    assert byte_vocabulary(b"\x80\xff").fit_prompt("ê", "nearest") == ""


def test_a_byte_beyond_ascii_is_named_by_its_number():
    assert [byte_vocabulary("é\n").named(one) for one in "\nÃ"] == ["\n", "\\xc3"]
    assert LATIN.named("é") == "é"
