from tasks.data.passages import Passage, default_prompts, fitting, read_passages, write_passages
from tasks.text.vocabulary import vocabulary_of

FOUND = [Passage(0, "one day"), Passage(50, "then"), Passage(95, "é")]


def test_what_is_written_is_read(tmp_path):
    write_passages(tmp_path / "passages.json", FOUND)

    assert read_passages(tmp_path / "passages.json") == FOUND


def test_those_fit_that_so_much_text_follows_or_half_of_a_short_split():
    assert fitting(FOUND, 100, 46) == FOUND[:2]
    assert fitting(FOUND, 100, 47) == FOUND[:1]
    assert fitting(FOUND, 100, 1000) == FOUND[:1]
    assert fitting(FOUND, 10, 1000) == []


def test_the_start_string_comes_before_passages_and_they_before_a_line_feed():
    vocabulary = vocabulary_of("\nabcdenothy ")

    assert default_prompts(FOUND, vocabulary, "a") == ["a"]
    assert (
        default_prompts(FOUND, vocabulary, "x") == default_prompts(FOUND, vocabulary, None) == ["one day", "then", "é"]
    )
    assert default_prompts([], vocabulary, None) == ["\n"]
