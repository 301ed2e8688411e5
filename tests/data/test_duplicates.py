import json

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from flows.cli.options import DataOptions
from tasks.caching import Artifact
from tasks.corpus.errors import CorpusError
from tasks.data import division
from tasks.normalise import normalise

LINES = [f"Line {number} of a text that says something.\n" for number in range(40)]
TEXT = "".join(LINES)


@pytest.fixture(scope="module")
def normalised(tmp_path_factory):
    def normalised(*texts, **options):
        folder = tmp_path_factory.mktemp("corpora")
        downloads, out = [], folder / "out"
        out.mkdir()
        for number, text in enumerate(texts):
            came = folder / str(number)
            came.mkdir()
            (came / "corpus").write_bytes(text.encode())
            downloads.append(Artifact.of_folder(came))
        facts = normalise.function(out, downloads, duplicates="drop", **options).facts
        documents = pq.read_table(out / "documents.parquet").to_pydict()
        return (out / "text.txt").read_bytes().decode(), documents, facts

    return normalised


def test_a_file_equal_to_an_earlier_one_after_normalising_is_dropped_said_and_counted(normalised):
    text, documents, facts = normalised(TEXT + "é", "other\n", TEXT.replace("\n", "\r\n") + "e\u0301\n", "last")

    assert text == f"{TEXT}é\nother\nlast"
    assert documents == {"start": [0, len(TEXT) + 2, len(TEXT) + 8], "source": [0, 1, 3]}
    assert facts["documents"] == 3
    assert (
        f"1 document of {len(TEXT) + 2:,} characters that equals an earlier one was dropped: " in facts["findings"][0]
    )
    assert facts["findings"][0].endswith(': "Line 0 of a text that says something. Line 1 of a text that…"')


def test_lines_are_told_apart_without_the_empty_lines_around_them(normalised):
    text, _, facts = normalised(f"{TEXT}\nonce\n\n\nonce\n{TEXT}end\n", documents="lines")

    assert text == f"{TEXT}\nonce\n\n\nend\n"
    assert "41 documents of" in facts["findings"][0]
    assert facts["findings"][0].endswith(' that equal earlier ones were dropped, the first "once"')


def test_what_was_dropped_of_bytes_is_shown_as_their_text_and_obeyed_by_no_terminal(normalised):
    _, _, facts = normalised(TEXT, "für\x1b[2J \n\n König", "für\x1b[2J \n\n König\r\n", level="byte")

    assert facts["findings"][0].endswith('was dropped: "für\\x1b[2J König"')


def test_paragraphs_are_compared_whole(normalised):
    verse = "one\ntwo\n\n"

    text, _, facts = normalised(f"{TEXT}\n{verse}one\n\n{verse}{verse}one\ntwo", documents="blank-lines")

    assert text == f"{TEXT}\n{verse}one\n\n"
    assert facts["documents"] == 3


def test_bytes_with_carriage_returns_lose_no_empty_lines_that_stand_between_others(normalised):
    poem = TEXT.replace("\n", "\r\n\r\n")

    text, documents, facts = normalised(f"{poem}once\r\n", "once\r\n", level="byte", documents="lines")

    assert text == f"{poem}once\r\n"
    assert len(documents["start"]) == len(LINES) + 1
    assert facts["findings"][0].endswith('; 1 document of 6 bytes that equals an earlier one was dropped: "once"')


def test_rows_of_a_table_are_documents(normalised):
    rows = [TEXT, "one", "two", "one\r\n", "three"]
    table = "".join(json.dumps({"text": row}) + "\n" for row in rows)

    text, documents, _ = normalised(table, field="text")

    assert text == f"{TEXT}one\ntwo\nthree"
    assert len(documents["start"]) == 4


def test_a_corpus_of_which_nothing_is_left_has_no_documents(normalised):
    text, documents, _ = normalised(TEXT, TEXT, "end")

    assert text == f"{TEXT}end"
    assert documents["source"] == [0, 2]


@given(
    texts=st.lists(st.text(st.sampled_from("aé\n \t"), max_size=12), min_size=1, max_size=5),
    unit=st.sampled_from(["lines", "blank-lines", "files"]),
    end_mark=st.booleans(),
    size=st.integers(1, 50),
)
@settings(deadline=None, max_examples=20)
def test_any_cut_of_the_text_drops_the_same_and_what_is_left_is_distinct(normalised, texts, unit, end_mark, size):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tasks.normalise.FEWEST_ENDED", 0)
        whole = normalised(TEXT, *texts, "x", documents=unit, end_mark=end_mark)
        patched.setattr(division, "PIECE_BYTES", size)

        assert normalised(TEXT, *texts, "x", documents=unit, end_mark=end_mark) == whole
    text, documents, _ = whole
    starts = documents["start"]
    blank = " \t\n" if unit == "blank-lines" else "\n"
    left = [text[a:b].strip("\n").rstrip(f"\x03{blank}") for a, b in zip(starts, [*starts[1:], None], strict=True)]
    assert len(set(left)) == len(left)
    given_lines = {line.strip(" \t") for one in texts for line in one.split("\n")}
    assert given_lines - {""} <= {line.strip(" \t\x03") for line in text.split("\n")}


def test_one_document_is_refused_with_what_finds_more(normalised):
    with pytest.raises(CorpusError, match=r"--duplicates drop: the corpus is one document.*--documents lines"):
        normalised(TEXT)


def test_documents_none_contradicts_it():
    with pytest.raises(ValidationError, match="means nothing with --documents none"):
        DataOptions(documents="none", duplicates="drop")
