import pytest

from tasks.corpus.errors import CorpusError
from tasks.text.normalising import join, normalise

PLAY = "ACT ONE\n\nEnter a ghost.\n"


def normal(text, strip_gutenberg=True):
    return normalise(text, strip_gutenberg=strip_gutenberg)


def test_a_normal_text_stays_as_it_is_without_a_note():
    assert normal("Café\n\n\tﬁn 😀\u200d\n") == ("Café\n\n\tﬁn 😀\u200d\n", [])


@pytest.mark.parametrize(
    ("text", "count"), [("a\r\nb\r\n\r\nc", 3), ("a\rb\r\rc", 3), ("a\nb\r\n\rc", 2)], ids=["CRLF", "CR", "mixed"]
)
def test_every_kind_of_line_end_becomes_a_line_feed(text, count):
    assert normal(text) == ("a\nb\n\nc", [f"carriage returns became line feeds ({count})"])


def test_one_byte_order_mark_at_the_start_is_dropped():
    assert normal("\ufeffa\ufeffb")[0] == "a\ufeffb"


def test_composed_form_is_made_of_decomposed_characters():
    assert normal("cafe\u0301") == ("café", ["composed to Unicode form NFC (5 characters became 4)"])


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("*** START OF THE PROJECT GUTENBERG EBOOK HAMLET ***", "*** END OF THE PROJECT GUTENBERG EBOOK HAMLET ***"),
        ("***START OF THIS PROJECT GUTENBERG EBOOK HAMLET***", "***END OF THIS PROJECT GUTENBERG EBOOK HAMLET***"),
    ],
    ids=["now", "formerly"],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_project_gutenberg_puts_around_a_book_is_dropped(start, end, line_end):
    text = f"The Project Gutenberg eBook\n\n{start}\n\n\n{PLAY}\n\n{end}\n\nLicense\n".replace("\n", line_end)

    stripped, notes = normal(text)

    dropped = len(text.replace("\r", "")) - len(PLAY)
    assert stripped == PLAY
    assert notes[-1] == f"dropped Project Gutenberg's header and footer ({dropped} characters)"


def test_the_header_stays_if_asked():
    text = "*** START OF THE PROJECT GUTENBERG EBOOK X ***\na\n*** END OF THE PROJECT GUTENBERG EBOOK X ***\n"

    assert normal(text, strip_gutenberg=False) == (text, [])


@pytest.mark.parametrize(
    "text",
    [
        "*** START OF THE PROJECT GUTENBERG EBOOK X ***\na\n",
        "a\n*** END OF THE PROJECT GUTENBERG EBOOK X ***\n",
        "*** END OF THE PROJECT GUTENBERG EBOOK X ***\na\n*** START OF THE PROJECT GUTENBERG EBOOK X ***\n",
        "see *** START OF THE PROJECT GUTENBERG EBOOK X ***\na\nsee *** END OF THE PROJECT GUTENBERG EBOOK X ***\n",
    ],
    ids=["no end", "no start", "wrong order", "within a line"],
)
def test_a_header_is_only_dropped_with_both_lines_in_order(text):
    assert normal(text) == (text, [])


def test_texts_are_joined_on_lines_of_their_own():
    assert join(["a" * 600, "b" * 600 + "\n", "c"]) == "a" * 600 + "\n" + "b" * 600 + "\nc"


def test_the_same_text_twice_is_joined_like_two():
    text = "ab" * 500

    assert join([text, text]) == f"{text}\n{text}"


@pytest.mark.parametrize("text", ["", "ab" * 499 + "c"])
def test_too_short_a_corpus_is_refused(text):
    with pytest.raises(CorpusError, match=f"the corpus has {len(text)} characters; 1,000 are the least"):
        join([text])


def test_the_shortest_corpus_is_taken():
    assert len(join(["ab" * 500])) == 1000


def test_a_corpus_of_one_character_is_refused():
    with pytest.raises(CorpusError, match="the corpus is one character, 'é', 1,200 times"):
        join(["é" * 1200])
