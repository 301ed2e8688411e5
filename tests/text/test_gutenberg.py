import io

import pytest

from tasks.corpus.errors import CorpusError
from tasks.text.gutenberg import Boilerplate, strip
from tasks.text.gutenberg_marks import marks_of

PLAY = "ACT ONE\n\nEnter a ghost, très pâle.\n"
LICENCE = "You may copy an eBook, give it away or re-use it under the terms of the License\n" * 200
START, END = "*** START OF THE PROJECT GUTENBERG EBOOK X ***\n", "*** END OF THE PROJECT GUTENBERG EBOOK X ***\n"
NOW = "The Project Gutenberg eBook of X\n\n" + START
SMALL_PRINT = (
    "**The Project Gutenberg Etext of X**\n\n***START**THE SMALL PRINT!**FOR PUBLIC DOMAIN ETEXTS**START***\n"
    f"{LICENCE[:12_000]}*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*\n"
)


def stripped(text, asked=None, before=""):
    """What is left of the text in a file where another stands before it, and the notes."""
    file, found = io.BytesIO(f"{before}{text}".encode()), Boilerplate()
    strip(file, len(before.encode()), found, asked=asked)
    assert file.tell() == len(file.getvalue())
    return file.getvalue().decode(), found.notes()


@pytest.mark.parametrize(
    "header",
    [
        NOW,
        "*** START OF THIS PROJECT GUTENBERG EBOOK THE COMPLETE WORKS OF\nWILLIAM SHAKESPEARE ***\n",
        "***START OF THE PROJECT GUTENBERG EBOOK X***\n",
        "*** START OF THE PROJECT GUTENBERG EBOOK X\n",
        "*** Start of this Project Gutenberg Etext X ***\n",
        "START OF THE PROJECT GUTENBERG EBOOK X\n",
        SMALL_PRINT,
        "*END THE SMALL PRINT! FOR COPYRIGHT PROTECTED ETEXTS*Ver.10.04.01*\n",
        NOW + "\n" + SMALL_PRINT,
    ],
    ids=["now", "two lines", "close", "open", "etext", "bare", "small print", "copyrighted", "old within new"],
)
@pytest.mark.parametrize(
    "footer",
    [
        END + LICENCE,
        "***END OF THIS PROJECT GUTENBERG EBOOK X***\n" + LICENCE,
        "*** END OF THIS PROJECT GUTENBERG EBOOK A LONG\nTITLE ***\n" + LICENCE,
        "End of the Project Gutenberg EBook of X, by Y\n\n" + END + LICENCE,
        "End of Project Gutenberg's X, by Y\n",
        "The End of the Project Gutenberg Etext of X\n\n\n",
        "Ende dieses Projekt Gutenberg Etextes X\n",
    ],
    ids=["now", "close", "two lines", "twice", "genitive", "etext", "german"],
)
def test_what_stands_around_a_book_is_dropped(header, footer):
    text = f"{header}\n\n{PLAY}\n\n{footer}"

    left, notes = stripped(text)

    assert left == PLAY
    assert notes == [f"dropped Project Gutenberg's header and footer ({len(text) - len(PLAY):,} characters)"]


def test_every_book_of_a_file_stays():
    books = [f"{header}\n{PLAY}{END}{LICENCE}" for header in (NOW, SMALL_PRINT, NOW + SMALL_PRINT)]
    text = "".join(books)

    left, notes = stripped(text, before="before\n" + START)

    assert left == "before\n" + START + PLAY * 3
    assert notes == [
        f"dropped Project Gutenberg's headers and footers of 3 books ({len(text) - 3 * len(PLAY):,} characters)"
    ]


@pytest.mark.parametrize(
    ("text", "left"),
    [(f"head\n{START}{PLAY}", PLAY), (f"{PLAY}{END}licence\n", PLAY)],
    ids=["cut off", "begins within"],
)
def test_a_book_of_one_mark_loses_what_stands_beyond_it_and_that_is_noted(text, left):
    assert stripped(text)[0] == left
    assert stripped(text)[1][-1] == "1 of Project Gutenberg's start and end lines have no counterpart"


def test_a_book_without_its_start_line_stays_with_what_may_be_its_header():
    second = f"licence\nThe second\n{PLAY * 1000}"

    assert stripped(f"{START}{PLAY}{END}{second}{END}licence\n")[0] == PLAY + END + second


def test_a_book_without_its_end_line_stays_with_what_may_be_its_footer():
    assert stripped(f"{START}{PLAY}licence\n{START}{PLAY}{END}")[0] == f"{PLAY}licence\n{START}{PLAY}"


@pytest.mark.parametrize("where", ["before", "between", "after"])
def test_more_than_a_licence_and_a_tenth_is_asked_about(where):
    own = "What I wrote today.\n" * 4000
    parts = {"before": own + START + PLAY + END, "after": START + PLAY + END + own}
    text = parts.get(where, START + PLAY + END + own + START + PLAY + END)

    with pytest.raises(CorpusError, match=r"^8\d,\d+ of its .* pass --strip-gutenberg to drop them, or --no-strip-gut"):
        stripped(text)
    assert stripped(text, asked=True)[0] in (PLAY, PLAY * 2)


def test_more_than_a_licence_but_less_than_a_tenth_stays_and_that_is_noted():
    own = "What I wrote today.\n" * 4000
    text = START + PLAY * 30_000 + END + own

    left, notes = stripped(text)

    assert left == PLAY * 30_000 + END + own
    assert notes[-1] == (
        "kept 80,045 bytes outside Project Gutenberg's start and end lines, too many for a licence "
        "(--strip-gutenberg drops them)"
    )


def test_marks_that_are_not_understood_are_noted():
    last = "*** ENDING OF THE PROJECT GUTENBERG ETEXT ***\nA Project Gutenberg of Australia eBook\n"
    text = f"**The Project Gutenberg Etext of X**\n\n{PLAY}\n{last}"

    assert stripped(text) == (text, ["Project Gutenberg's marks were seen but not understood (3 lines)"])


@pytest.mark.parametrize(
    "text",
    [PLAY, f"see {START}a\nsee {END}", "I read all that Project Gutenberg has.\n", START + END],
    ids=["none", "within a line", "its name", "nothing between"],
)
def test_a_text_without_marks_or_with_nothing_between_them_stays(text):
    assert stripped(text)[0] == text


def test_marks_are_the_same_in_windows_of_any_length():
    text = f"{NOW}\n\n{PLAY * 300}\n\n\n{END}{LICENCE}{SMALL_PRINT}{PLAY}End of Project Gutenberg's X\n".encode()
    whole = list(marks_of(io.BytesIO(text), 0))

    assert [mark.kind for mark in whole] == ["seen", "start", "end", "seen", "seen", "small", "end"]
    for window in (7, 100, 1001, 40_000):
        assert list(marks_of(io.BytesIO(text), 0, window)) == whole


def test_a_file_longer_than_a_block_is_cut_whole(monkeypatch):
    monkeypatch.setattr("tasks.text.file_ranges.BLOCK", 100)
    text = "".join(f"{START}{number}\n{PLAY * number}{END}{LICENCE}" for number in range(20))

    assert stripped(text)[0] == "".join(f"{number}\n{PLAY * number}" for number in range(20))


OWN = "Ordinary essay text goes here and there.\n" * 300


@pytest.mark.parametrize(
    "line",
    [
        "End of Project Gutenberg era? Some say so.\n",
        "The end of Project Gutenberg is near, they say.\n",
        "End of Project Gutenberg's best days.\n",
        "End of Project Gutenberg eBooks, a headline.\n",
        "START OF PROJECT GUTENBERG EBOOKS, another.\n",
    ],
)
def test_a_sentence_that_could_be_a_lone_mark_is_none(line):
    assert stripped(OWN + line + OWN)[0] == OWN + line + OWN


@pytest.mark.parametrize(
    "text",
    [
        OWN + END + OWN,
        f'"""Cuts books.\n\n{"x = 1" * 900}\n    {START}"""\n{OWN}',
        OWN * 2 + START + PLAY * 40 + END + OWN * 2,
        OWN + START + PLAY * 40 + "End of Project Gutenberg's X\n",
    ],
    ids=["a lone end", "quoted in code", "a book within own text", "own text before a book"],
)
def test_more_than_a_tenth_that_does_not_read_like_a_licence_is_asked_about(text):
    with pytest.raises(CorpusError, match=r"are not its licence; pass --strip-gutenberg .* or --no-strip-gutenberg"):
        stripped(text)
    assert len(stripped(text, asked=True)[0]) < len(text)


def test_a_header_that_names_no_licence_is_dropped_where_it_is_at_most_a_tenth():
    assert stripped(f"Title: X\nAuthor: Y\n\n{START}{PLAY * 40}{END}{LICENCE}")[0] == PLAY * 40
