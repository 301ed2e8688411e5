import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.corpus.errors import CorpusError
from tasks.text.documents import Divider


def divided(files, unit, marked=False):
    """The text and where its documents begin; each file is a list of pieces."""
    divider = Divider(unit, marked=marked)
    text, starts = "", []
    for number, pieces in enumerate(files, 1):
        for piece in pieces:
            more, begun = divider.feed(piece)
            text += more
            starts += begun.tolist()
        text += divider.end_file(is_last=number == len(files))
    assert divider.characters == len(text)
    assert divider.documents == len(starts)
    return text, starts


def documents(files, unit, marked=False):
    text, starts = divided(files, unit, marked)
    return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def test_each_file_is_a_document_on_lines_of_its_own():
    assert documents([["one"], ["two\n"], ["three"]], "files") == ["one\n", "two\n", "three"]


def test_the_whole_is_one_document_if_there_are_to_be_none():
    assert documents([["one"], ["two"]], "none") == ["one\ntwo"]


def test_each_line_is_a_document_with_the_empty_lines_after_it():
    assert documents([["a\n\nb\nc"], ["d\n"]], "lines") == ["a\n\n", "b\n", "c\n", "d\n"]


def test_empty_lines_part_documents():
    assert documents([["a\nb\n\nc\n\n\n\nd\n"]], "blank-lines") == ["a\nb\n\n", "c\n\n\n\n", "d\n"]


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
    assert divided([["a\n\nb\n"], ["c\n"]], unit, marked=True)[0] == text


def test_a_file_without_text_is_no_document():
    assert documents([[], ["a\n"], [""], ["b"]], "files", marked=True) == ["a\n\x03", "b\x03"]


def test_a_text_that_has_the_mark_is_refused():
    with pytest.raises(CorpusError, match=r"U\+0003"):
        divided([["a\x03b"]], "files", marked=True)
    assert documents([["a\x03b"]], "files") == ["a\x03b"]


@given(
    files=st.lists(st.text("ab\n", max_size=30), min_size=1, max_size=4),
    unit=st.sampled_from(["files", "lines", "blank-lines", "none"]),
    marked=st.booleans(),
    cuts=st.integers(1, 5),
)
def test_how_a_text_is_cut_into_pieces_changes_nothing(files, unit, marked, cuts):
    whole = divided([[text] for text in files], unit, marked)
    assert divided([[text[n : n + cuts] for n in range(0, len(text), cuts)] for text in files], unit, marked) == whole


@given(
    files=st.lists(st.text("ab\n", min_size=1, max_size=30), min_size=1, max_size=4),
    unit=st.sampled_from(["files", "lines", "blank-lines", "none"]),
)
def test_the_documents_are_together_the_text(files, unit):
    text, starts = divided([[text] for text in files], unit)

    assert starts[0] == 0
    assert (np.diff(starts) > 0).all()
    assert text.replace("\n", "") == "".join(files).replace("\n", "")
