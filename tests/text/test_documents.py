import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.corpus.errors import CorpusError
from tasks.text.documents import Divider


def joined(texts):
    """The texts on lines of their own as UTF-8, and where each begins that is not empty."""
    content, begins = b"", []
    for text in texts:
        content += b"\n" if content and not content.endswith(b"\n") else b""
        begins += [len(content)] if text else []
        content += text.encode()
    return content, begins


def divided(texts, unit, marked=False, size=1000):
    """The text and where its documents begin, in pieces of so many bytes."""
    (content, begins), divider = joined(texts), Divider(unit, marked=marked)
    text, starts = b"", []
    for at in range(0, len(content), size):
        piece = content[at : at + size]
        more, offsets, begun = divider.feed(piece, np.array([b - at for b in begins if at <= b < at + size], np.int64))
        assert len(offsets) == len(begun)
        text += more
        starts += begun.tolist()
    text = (text + divider.finish()).decode()
    assert divider.characters == len(text)
    assert divider.documents == len(starts)
    return text, starts


def parts(texts, unit):
    """The documents, line by line."""
    blank = "\n" if unit == "lines" else " \t\n"
    found, leading = [], ""
    for text in texts:
        is_first, was_blank = True, False
        if not text.strip(blank):
            leading, found[-1:] = ("", [found[-1] + text]) if found else (leading + text, [])
            continue
        for line in re.findall(r"[^\n]*\n|[^\n]+", text):
            is_blank = not line.strip(blank)
            if is_first and is_blank:
                leading += line
            elif is_first or (not is_blank and (was_blank or unit == "lines")):
                found.append(leading + line)
                leading, is_first = "", False
            else:
                found[-1] += line
            was_blank = is_blank
    return found


def one_by_one(texts, unit, marked):
    """The same, document by document."""
    content, begins = joined(texts)
    whole = [content[a:b].decode() for a, b in zip(begins, [*begins, len(content)][1:], strict=True)]
    if unit == "none":
        whole = ["".join(whole)] if whole else []
    found = parts(whole, unit) if unit in ("lines", "blank-lines") else whole
    marks = "\x03" if marked and unit != "lines" else ""
    ended = [part + marks for part in found]
    return "".join(ended) if found else content.decode(), np.cumsum([0, *map(len, ended)])[:-1].tolist()


def documents(texts, unit, marked=False):
    text, starts = divided(texts, unit, marked)
    return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def test_each_file_is_a_document_on_lines_of_its_own():
    assert documents(["one", "two\n", "three"], "files") == ["one\n", "two\n", "three"]


def test_the_whole_is_one_document_if_there_are_to_be_none():
    assert documents(["one", "two"], "none") == ["one\ntwo"]


def test_each_line_is_a_document_with_the_empty_lines_after_it():
    assert documents(["a\n\nb\nc", "d\n"], "lines") == ["a\n\n", "b\n", "c\n", "d\n"]


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_line_ends_of_carriage_return_and_line_feed_are_such_as_line_feeds_are(size):
    def parted(unit):
        text, starts = divided(["\r\na\r\n\r\nb\r\nc\r\n \t\r\n\r\n", "\r\nd\r\n", "e\rf"], unit, size=size)
        return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]

    assert parted("lines") == ["\r\na\r\n\r\n", "b\r\n", "c\r\n", " \t\r\n\r\n", "\r\nd\r\n", "e\rf"]
    assert parted("blank-lines") == ["\r\na\r\n\r\n", "b\r\nc\r\n \t\r\n\r\n", "\r\nd\r\n", "e\rf"]


def test_empty_lines_part_documents():
    assert documents(["a\nb\n\nc\n\n\n\nd\n"], "blank-lines") == ["a\nb\n\n", "c\n\n\n\n", "d\n"]


def test_lines_of_blanks_and_tabs_part_documents_too():
    assert documents(["a\n \nb\n\t\n  c\n"], "blank-lines") == ["a\n \n", "b\n\t\n", "  c\n"]


@pytest.mark.parametrize("unit", ["lines", "blank-lines"])
def test_empty_lines_before_the_first_document_of_a_text_are_part_of_it(unit):
    assert documents(["\n\na\n", "\n\nb\n"], unit) == ["\n\na\n", "\n\nb\n"]


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("files", "a\n\nb\n\x03c\n\x03"),
        ("blank-lines", "a\n\n\x03b\n\x03c\n\x03"),
        ("none", "a\n\nb\nc\n\x03"),
        ("lines", "a\n\nb\nc\n"),
    ],
)
def test_a_mark_ends_each_document_but_a_line_which_ends_in_one(unit, text):
    assert divided(["a\n\nb\n", "c\n"], unit, marked=True)[0] == text


def test_a_file_without_text_is_no_document():
    assert documents(["", "a\n", "", "b"], "files", marked=True) == ["a\n\x03", "b\x03"]


def test_a_text_that_has_the_mark_is_refused():
    with pytest.raises(CorpusError, match=r"U\+0003"):
        divided(["a\x03b"], "files", marked=True)
    assert documents(["a\x03b"], "files") == ["a\x03b"]


TEXTS = st.lists(st.text("aé字😀\n\n\t ", max_size=30), min_size=1, max_size=4)
UNITS = st.sampled_from(["files", "lines", "blank-lines", "none"])


@given(texts=TEXTS, unit=UNITS, marked=st.booleans(), size=st.integers(1, 9))
@example(texts=["a\n\n", "\nb"], unit="blank-lines", marked=True, size=4)
@example(texts=["a\n\n", "\nb"], unit="blank-lines", marked=True, size=1)
def test_how_texts_are_cut_into_pieces_changes_nothing(texts, unit, marked, size):
    assert divided(texts, unit, marked, size) == one_by_one(texts, unit, marked)


@given(texts=TEXTS, unit=UNITS)
def test_the_documents_are_together_the_text(texts, unit):
    text, starts = divided(texts, unit)

    blank = {"lines": "\n", "blank-lines": " \t\n"}.get(unit, "\0")
    assert starts[:1] == ([0] if text.strip(blank) else [])
    assert (np.diff(starts) > 0).all()
    assert text == joined(texts)[0].decode()
