from tasks.data.passages import Passage, default_prompts, fitting, read_passages, write_passages
from tasks.text.vocabulary import vocabulary_of

FOUND = [Passage(0, "one day", 100), Passage(50, "then", 100), Passage(95, "é", 100)]


def test_what_is_written_is_read(tmp_path):
    write_passages(tmp_path / "passages.json", FOUND)

    assert read_passages(tmp_path / "passages.json") == FOUND


def test_those_fit_that_so_much_text_follows_or_half_of_a_short_split():
    assert fitting(FOUND, 100, 46) == FOUND[:2]
    assert fitting(FOUND, 100, 47) == FOUND[:1]
    assert fitting(FOUND, 100, 1000) == FOUND[:1]
    assert fitting(FOUND[2:], 100, 1000) == []


def in_texts(*stops):
    return [one._replace(stop=stop) for one, stop in zip(FOUND, stops, strict=True)]


def test_where_texts_end_within_the_split_half_a_sample_or_100_characters_are_enough():
    assert fitting(in_texts(50, 80, 100), 1000, 52) == in_texts(50, 80, 100)[:2]
    assert fitting(in_texts(50, 80, 100), 1000, 54) == in_texts(50, 80, 100)[:1]
    assert fitting(in_texts(107, 153, 1000), 1000, 500) == [in_texts(107, 153, 1000)[place] for place in (0, 2)]


def test_if_all_texts_are_shorter_the_longest_running_come_first():
    passages = in_texts(50, 99, 96)

    assert fitting(passages, 1000, 200) == [passages[1], passages[0]]


def test_the_start_string_comes_before_passages_and_they_before_a_line_feed():
    vocabulary = vocabulary_of("\nabcdenothy ")

    assert default_prompts(FOUND, vocabulary, "a") == ["a"]
    assert (
        default_prompts(FOUND, vocabulary, "x") == default_prompts(FOUND, vocabulary, None) == ["one day", "then", "é"]
    )
    assert default_prompts([], vocabulary, None) == ["\n"]
