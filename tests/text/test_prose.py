import pytest

from tasks.text.prose import Kind, beginnings, first_words, is_prose

PROSE = "The old house stood at the end of the lane, where nobody had lived for a long time.\n"
BOX = "+----------+---------+\n| Name     | Meaning |\n+----------+---------+\n"
TABLE = "alpha          the first letter\nbeta           the second letter\ngamma          the third letter\n"
CODE = 'for name, value in sorted(table.items()):\n    print(f"{name} = {value[0]}", file=out)\n'
SPEECH = "KING HENRY:\nI pray you, good my lord, give leave to speak.\n\nGARDINER:\nSay on.\n"


def first_of(text, documents=()):
    return beginnings(text, 0, len(text), documents)[0]


@pytest.mark.parametrize("text", [PROSE, SPEECH, "话说天下大势，分久必合，合久必分。\n", "Ada\nGrace\nEdsger\n"])
def test_sentences_verses_and_lists_of_names_are_prose(text):
    assert is_prose(text)


@pytest.mark.parametrize("text", [BOX, TABLE, CODE, "CHAPTER ONE\n", "* * *\n", "=====\n", "12 34\n", " \n", ""])
def test_boxes_tables_code_headings_rules_and_numbers_are_none(text):
    assert not is_prose(text)


@pytest.mark.parametrize("before", [BOX, TABLE, CODE, "CHAPTER ONE\n", "LIMIT = 3\n"])
def test_the_first_paragraph_of_prose_comes_before_what_stands_before_it(before):
    found = first_of(f"end\n\n{before}\n{PROSE * 3}")

    assert (found.kind, found.text) == (Kind.PARAGRAPH, "The old house stood at the end of the")


def test_a_paragraph_that_leads_to_a_table_comes_after_one_that_does_not():
    leading = "These letters are the ones that are used most often, in an order that everybody knows by heart:\n"
    found = first_of(f"end\n\n{leading}\n{BOX * 3}\n{PROSE * 9}")

    assert found.text.startswith("The old house")


def test_a_document_begins_as_a_paragraph_does_and_its_beginning_goes_no_further():
    text = "zoe\nada\n" + PROSE

    assert first_of(text, documents=[0, 4, 8]).start == 8
    assert {one.text for one in beginnings(text, 0, 8, [0, 4, 8])} == {"zoe", "ada"}
    assert {one.start for one in beginnings("zoe ada", 0, 7)} == {4}


def test_one_long_line_is_gone_into_at_its_sentences_else_at_its_words_else_anywhere():
    assert first_of("of it. " + PROSE.strip() * 3).start == 7
    assert first_of("of it and so on and so on").text == "it and so on and so on"
    assert first_of("ACGTTGCA" * 20).text == ("ACGTTGCA" * 20)[:40]
    assert beginnings("\n \n", 0, 3) == []


def test_what_is_no_character_and_what_ends_documents_is_in_no_beginning():
    found = beginnings("\nab\ufffdcd and so on\nthis\x03one is a line\n", 0, 38)

    assert [one.text for one in found] == ["one is a line"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The old house stood at the end of the lane", "The old house stood at the end of the"),
        ("A line of its own\nand another line, longer", "A line of its own"),
        ("ROMEO:\nIs the day so young?\n\nBENVOLIO:\nBu", "ROMEO:\nIs the day so young?"),
        ("Ada", "Ada"),
        ("x" * 41, "x" * 40),
        (f"{'x' * 40} ", "x" * 40),
    ],
)
def test_a_beginning_is_the_words_of_the_first_line_in_forty_characters(text, words):
    assert first_words(text) == words
