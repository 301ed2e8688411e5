import pytest

from tasks.page.title import label_of, title_of


@pytest.mark.parametrize(
    ("opening", "title"),
    [
        ("Short.\n", "Short."),
        (
            "First Citizen:\nBefore we proceed any further, hear me speak. All: Speak",
            "First Citizen: Before we proceed any further, hear me speak.",
        ),
        (
            "It was a dark and stormy night, and the rain fell in torrents, except at times",
            "It was a dark and stormy night, and the rain fell in torrents …",
        ),
        (
            "Mr. Smith came home late that evening, and nobody had waited for him there.",
            "Mr. Smith came home late that evening, and nobody had waited …",
        ),
        ('assert\n======\n\nThe "assert" statement\n********\n\nAssert statements are', 'The "assert" statement'),
        ("assert\n======\n\nAssert statements are a way", "assert"),
        ("*** START ***\n-----\nChapter one\n~~~\n", "Chapter one"),
        ("=====\n=====\n", "A corpus that begins without words"),
        ("***", "A corpus that begins without words"),
        ("." * 100, "A corpus that begins without words"),
        ("... " * 30, "A corpus that begins without words"),
        ("... and so on", "... and so on"),
        ("中" * 200, "中" * 64 + " …"),
        (" \n\t", "A corpus of blanks"),
        ("\u202eevil \x1b[2J", "\\u202eevil \\x1b[2J"),
    ],
)
def test_the_title_is_a_heading_or_the_corpus_s_first_words(opening, title):
    assert title_of(opening) == title


def test_a_corpus_that_is_no_text_has_no_words_for_a_title():
    assert title_of("\ufffd\ufffdx\0\1") == "A corpus that is no text"


def test_what_the_title_is_is_said():
    assert [label_of(title_of(opening)) for opening in ("Call me Ishmael.", "\n")] == [
        "The corpus begins",
        "The corpus",
    ]
