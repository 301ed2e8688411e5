import pytest

from tasks.text.east_asian import likelier_set, surest_set
from tests.text.languages import long_text

SIGNS = "第①章　㈱髙島屋と﨑山さん、Ⅷ号～①②③\n" * 20
WRITTEN = [
    ("Japanese", "cp932"),
    ("Japanese", "euc-jp"),
    ("Simplified Chinese", "gb18030"),
    ("Traditional Chinese", "big5hkscs"),
    ("Korean", "cp949"),
    ("Korean", "johab"),
]


@pytest.mark.parametrize(("language", "charset"), WRITTEN)
@pytest.mark.parametrize("detected", ["cp932", "gb18030", "big5hkscs", "cp949"])
def test_text_is_put_into_its_own_set_whatever_was_detected(language, charset, detected):
    if (charset, detected) == ("euc-jp", "gb18030"):
        pytest.skip("kana are the same in both, so that the detector decides")

    assert likelier_set(long_text(language, 1000).encode(charset), detected) == charset


@pytest.mark.parametrize("language", ["French", "Russian", "Greek", "Hebrew", "Thai"])
def test_text_of_another_kind_is_surely_in_none(language):
    sets = {"French": "cp1252", "Russian": "koi8-r", "Greek": "iso-8859-7", "Hebrew": "cp1255", "Thai": "cp874"}

    assert surest_set(long_text(language, 2000).encode(sets[language], "ignore")) is None


@pytest.mark.parametrize("characters", [1000, 5000])
def test_two_sets_in_one_sample_are_in_none(characters):
    text = long_text("Japanese", characters)

    assert likelier_set(text.encode("cp932") + text.encode("euc-jp"), "gb18030") is None


def test_numbers_in_circles_are_usual():
    assert likelier_set((SIGNS + long_text("Japanese", 1000)).encode("cp932"), "gb18030") == "cp932"


def test_a_few_rare_characters_are_left_to_the_detector():
    assert likelier_set("驫麤龘\n".encode("gb18030"), "gb18030") == "gb18030"
