import gzip
import io
import os
import tarfile

import pytest

from tasks.corpus import csv_rows, json_rows
from tasks.corpus.errors import CorpusError
from tasks.corpus.rows import rows
from tests.corpus.tables import KINDS, TEXTS, as_json_lines, as_parquet


@pytest.mark.parametrize("kind", KINDS)
def test_each_row_of_a_field_is_a_text_whatever_the_file_is_called(tmp_path, kind):
    (tmp_path / "table.bin").write_bytes(KINDS[kind]())

    assert list(rows(tmp_path / "table.bin", "text")) == TEXTS


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_may_be_in_a_tar_or_come_compressed_or_through_a_pipe(tmp_path, kind):
    content = KINDS[kind]()
    with tarfile.open(tmp_path / "tar", "w") as tar:
        for name in ("first", "second"):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    with tarfile.open(tmp_path / "tar") as tar:
        assert list(rows(tar.extractfile("second"), "text")) == TEXTS

    with gzip.open(io.BytesIO(gzip.compress(content))) as file:
        assert list(rows(file, "text")) == TEXTS

    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as file:
        file.write(content)
    with os.fdopen(reading, "rb", buffering=0) as file:
        assert list(rows(file, "text")) == TEXTS
        assert not file.closed


@pytest.mark.parametrize("kind", ["JSON Lines", "CSV"])
def test_a_row_is_there_before_the_last_one_has_come(kind):
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as file, os.fdopen(writing, "wb", buffering=0) as source:
        source.write(KINDS[kind]([TEXTS[0], "y" * 20_000]) + b"\n")
        found = rows(file, "text")

        assert next(found) == TEXTS[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_is_missing_is_refused_with_those_that_are_there(kind):
    named = "its columns are 'id', 'text', 'title'" if kind == "CSV" else "fields with text are 'text', 'title'"
    with pytest.raises(CorpusError, match=f"there is no field 'body'.*; {named}$"):
        list(rows(io.BytesIO(KINDS[kind]()), "body"))


@pytest.mark.parametrize("kind", ["Parquet", "JSON Lines"])
def test_a_field_without_text_is_refused_with_those_that_have_some(kind):
    with pytest.raises(CorpusError, match=r"the field 'id' holds .*; fields with text are 'text', 'title'"):
        list(rows(io.BytesIO(KINDS[kind]()), "id"))


@pytest.mark.parametrize("kind", KINDS)
def test_rows_that_are_empty_are_left_out(kind):
    assert list(rows(io.BytesIO(KINDS[kind](["a", "", "b"])), "text")) == ["a", "b"]


def test_one_row_lacks_a_field_and_several_lack_it():
    notes = []
    list(rows(io.BytesIO(as_json_lines(["a"] * 100 + [None])), "text", note=notes.append))
    list(rows(io.BytesIO(as_parquet(["a"] * 100 + [None])), "text", note=notes.append))

    assert notes == [
        "1 of 101 rows lacks 'text' or holds null, the first in line 101: passed over",
        "1 of 101 rows holds null in 'text': passed over",
    ]


@pytest.mark.parametrize(
    "content",
    [b"x" * 40_000, b",".join([b"name" * 500] * 30), b'{"' + b"x" * 40_000 + b'": "a"}', b"a,b\n" + b"x," * 9],
)
def test_what_is_refused_is_not_shown_at_length(content):
    with pytest.raises(CorpusError) as refused:
        list(rows(io.BytesIO(content), "text"))
    assert len(str(refused.value)) < 1200


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'[{"text": "a"}]', "is one JSON list; write one object a line"),
        (b'{\n  "text": "a"\n}', "line 1 of the table is no JSON object in UTF-8"),
        (b'{"text": "a"}\n["b"]', "line 2 of the table is no JSON object"),
        (b'{"text": "\xff"}', "line 1 of the table is no JSON object in UTF-8"),
        (b'{"a": ' + b"[" * 3_500, "line 1 of the table is no JSON object"),
        (
            b'{"text": "a"}\n{"title": "b"}',
            r"no field 'text', .* in 1 of 2 rows, the first in line 2; fields .* 'title'",
        ),
        (b"", "there is no field 'text'; there is no field with text"),
        (b"text\n\xff\n", "the table is CSV, but not all of it is utf-8; pass --encoding"),
        (b'text\n"' + b"a" * 5000, "the table is CSV, but damaged: field larger than field limit"),
        (b"{" + b"a" * 5000, "a line of the table is over 4,000 bytes"),
        (b"PAR1 and what is none", "the table is Parquet, but damaged"),
        (as_parquet()[:-20] + as_parquet()[-8:], "the table is Parquet, but damaged"),
    ],
)
def test_what_is_damaged_is_refused_in_one_line(monkeypatch, content, said):
    monkeypatch.setattr(csv_rows, "LONGEST_CELL", 4000)
    monkeypatch.setattr(json_rows, "LONGEST_BYTES", 4000)

    with pytest.raises(CorpusError, match=said) as refused:
        list(rows(io.BytesIO(content), "text"))
    assert "\n" not in str(refused.value)
