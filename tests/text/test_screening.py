import io
import sys

import pytest

from tasks.corpus.errors import CorpusError, MissingExtraError
from tasks.text import html
from tasks.text.screening import check_bytes, screened

PARAGRAPH = "It was the best of times, it was the worst of times, it was the age of wisdom. " * 4
PAGE = (
    "<!DOCTYPE html><html><head><title>A Tale</title><script>let x = 1</script></head><body>"
    "<nav><ul><li><a href='/'>Home</a></li><li><a href='/b'>Books</a></li></ul></nav><article><h1>A Tale</h1>"
    + f"<p>{PARAGRAPH}</p>" * 5
    + "</article><footer>Cookies</footer></body></html>"
)
TEXT = PARAGRAPH * 10


def pieces(text, size=1000):
    return (text[start : start + size] for start in range(0, len(text), size))


@pytest.mark.parametrize("markup", ["refuse", "keep", "extract"])
@pytest.mark.parametrize("text", [TEXT, "", "x" * 200_000])
def test_text_passes_whole_and_without_a_word(text, markup):
    passed, notes = screened(pieces(text), name="", markup=markup)

    assert "".join(passed) == text
    assert notes == ()


def test_no_more_is_read_than_is_looked_at():
    taken = []
    endless = (taken.append(number) or TEXT for number in range(1_000_000))

    passed, _ = screened(endless, name="")

    assert len(taken) * len(TEXT) < 100_000
    assert next(passed) == TEXT


def test_markup_is_refused_with_every_way_on():
    with pytest.raises(CorpusError) as caught:
        screened(pieces(PAGE), name="")

    assert str(caught.value) == (
        "the corpus is an HTML page (A Tale), not text; give the address of the raw text, or pass --markup extract to "
        "have the page's main text alone; or pass --markup keep, if it is to be learnt as it is"
    )


def test_markup_is_kept_where_it_is_meant_and_that_is_said():
    passed, notes = screened(pieces(PAGE), name="", markup="keep")

    assert "".join(passed) == PAGE
    assert notes == ("kept as it is: an HTML page (A Tale), 12 % of its beginning in tags",)


def test_the_main_text_of_a_page_is_extracted_and_counted():
    pytest.importorskip("trafilatura", exc_type=ImportError)
    passed, notes = screened(pieces(PAGE), name="", markup="extract")
    text = "".join(passed)

    assert PARAGRAPH.strip() in text
    assert not {"<", "Cookies", "let x"} & set(text.split())
    assert notes == (f"main text of an HTML page (A Tale): {len(text):,} of {len(PAGE):,} characters",)


def test_other_markup_has_no_main_text():
    with pytest.raises(CorpusError, match=r"^play\.xml is XML, not text; .*--markup keep.*--member"):
        screened(pieces("<?xml version='1.0'?><play>" + TEXT), name="play.xml", markup="extract")


def test_a_page_without_a_main_text_is_refused():
    pytest.importorskip("trafilatura", exc_type=ImportError)
    with pytest.raises(CorpusError, match="no main text was found in the HTML page"):
        screened(pieces("<!doctype html><html><script>let x = 1</script></html>"), name="", markup="extract")


def test_a_page_too_large_for_one_is_refused(monkeypatch):
    pytest.importorskip("trafilatura", exc_type=ImportError)
    monkeypatch.setattr(html, "MAXIMUM_CHARACTERS", 1000)
    with pytest.raises(CorpusError, match="the HTML page is larger than 1,000 characters"):
        screened(pieces(PAGE), name="", markup="extract")


def test_without_the_extra_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(MissingExtraError, match="needs the extra `html`: pip install trafilatura"):
        html.main_text(PAGE)


@pytest.mark.parametrize("markup", ["refuse", "keep", "extract"])
def test_binary_files_never_pass(markup):
    with pytest.raises(CorpusError, match=r"^a\.png is an image, not text; .* --member$"):
        check_bytes(io.BytesIO(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), name="a.png", markup=markup)


def test_rtf_passes_only_where_it_is_kept():
    content = rb"{\rtf1\ansi It was the best of times.}"

    check_bytes(io.BytesIO(content), name="", markup="keep")
    with pytest.raises(CorpusError, match="the corpus is RTF, not text; save it as plain text in UTF-8"):
        check_bytes(io.BytesIO(content), name="")


def test_text_passes_by_its_bytes():
    check_bytes(io.BytesIO(TEXT.encode("utf-16")), name="")


HINT = ("its lines are objects of JSON with the keys 'id', 'body': --field takes the text out of one",)


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        (
            '{"id": 1, "body": "a"}\n' * 9,
            HINT,
        ),
        ('{"id": 1, "body": "a"}\n' * 2, ()),
        ("[1]\n" * 9, ()),
        ("{a}\n" * 9, ()),
    ],
    ids=["JSON Lines", "two objects", "lists", "braces"],
)
def test_lines_of_json_are_kept_with_a_hint(text, notes):
    pieces, found = screened(iter([text]), name="")

    assert ("".join(pieces), found) == (text, notes)
