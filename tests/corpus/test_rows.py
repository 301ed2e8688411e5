import gzip
import io
import json
import os
import tarfile

import pyarrow as pa
import pytest
from pyarrow import parquet

from tasks.corpus import csv_rows, json_rows
from tasks.corpus.errors import CorpusError
from tasks.corpus.rows import rows

TEXTS = ["To be,\nor not", 'he said "é"', "你好; a, b\tc", "x" * 3000]


def as_parquet(texts=TEXTS, kind=None):
    file = io.BytesIO()
    columns = {"id": list(range(len(texts))), "text": pa.array(texts, kind), "title": ["t"] * len(texts)}
    parquet.write_table(pa.table(columns), file, row_group_size=3)
    return file.getvalue()


def as_json_lines(texts=TEXTS):
    return "".join(
        json.dumps({"id": 1, "text": text, "title": "t"}, ensure_ascii=False) + "\n" for text in texts
    ).encode()


def as_csv(texts=TEXTS, delimiter=","):
    quoted = ['"{}"'.format(text.replace('"', '""')) for text in texts]
    header = '"id" "text" "title"' if delimiter == "\t" else "id text title"
    lines = [header.replace(" ", delimiter), *(f"1{delimiter}{text}{delimiter}t" for text in quoted)]
    return "\r\n".join(lines).encode()


KINDS = {"Parquet": as_parquet, "JSON Lines": as_json_lines, "CSV": as_csv}


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


def test_fields_are_named_from_all_rows_that_were_seen_and_not_from_one_that_lacks_them():
    content = b'{"id": 1, "text": "a", "title": "t"}\n{"id": 2, "notes": null}\n{"id": 3, "author": "b"}\n'

    with pytest.raises(CorpusError, match=r"; fields with text are 'text', 'title', 'author'$"):
        list(rows(io.BytesIO(content), "body"))
    with pytest.raises(CorpusError, match=r"; there is no field with text$"):
        list(rows(io.BytesIO(b'{"id": 1}\n{"id": 2}\n'), "body"))


@pytest.mark.parametrize(
    "content",
    [
        b"It was the best of times\nit was the worst of times\n",
        b"It was the best of times, it was the worst of times, it was\nthe age of wisdom\n",
    ],
)
def test_a_plain_text_is_no_table_and_told_to_leave_out_the_field(content):
    with pytest.raises(CorpusError, match="no field 'text': it reads as plain text; leave out --field"):
        list(rows(io.BytesIO(content), "text"))


@pytest.mark.parametrize("kind", ["Parquet", "JSON Lines"])
def test_a_field_without_text_is_refused_with_those_that_have_some(kind):
    with pytest.raises(CorpusError, match=r"the field 'id' holds .*; fields with text are 'text', 'title'"):
        list(rows(io.BytesIO(KINDS[kind]()), "id"))


@pytest.mark.parametrize("kind", KINDS)
def test_rows_that_are_empty_are_left_out(kind):
    assert list(rows(io.BytesIO(KINDS[kind](["a", "", "b"])), "text")) == ["a", "b"]


def test_rows_of_json_lines_without_text_are_passed_over_and_counted_up_to_a_tenth():
    notes = []
    lines = [*as_json_lines(["a"] * 8 + [None] + ["b"] * 10).splitlines(), b'{"id": 2}']
    content = b"\n\n".join(lines)

    assert list(rows(io.BytesIO(content), "text", note=notes.append)) == ["a"] * 8 + ["b"] * 10
    assert notes == ["2 of 20 rows lack 'text' or hold null, the first in line 17: passed over"]


def test_one_row_lacks_a_field_and_several_lack_it():
    notes = []
    list(rows(io.BytesIO(as_json_lines(["a"] * 100 + [None])), "text", note=notes.append))
    list(rows(io.BytesIO(as_parquet(["a"] * 100 + [None])), "text", note=notes.append))

    assert notes == [
        "1 of 101 rows lacks 'text' or holds null, the first in line 101: passed over",
        "1 of 101 rows holds null in 'text': passed over",
    ]


@pytest.mark.parametrize("lacking", [b'{"text": null, "title": "t"}', b'{"title": "t"}'])
def test_more_rows_of_json_lines_without_text_are_refused_with_their_count_and_the_first(lacking):
    content = b'{"text": "a"}\n' * 8 + lacking

    with pytest.raises(
        CorpusError, match="there is no field 'text', or null in it, in 1 of 9 rows, the first in line 9; fields"
    ):
        list(rows(io.BytesIO(content), "text"))


def test_a_field_that_the_first_ten_thousand_rows_lack_is_refused_there():
    lines = iter([b'{"title": "t"}\n'] * 10_000 + [b"never read"])

    class Lines(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, buffer):
            line = next(lines)
            assert line != b"never read"
            buffer[: len(line)] = line
            return len(line)

    with pytest.raises(
        CorpusError, match=r"in 10,000 of 10,000 rows, the first in line 1; fields with text are 'title'"
    ):
        list(rows(Lines(), "text"))


def test_rows_of_parquet_that_are_null_are_passed_over_and_counted():
    notes = []

    assert list(rows(io.BytesIO(as_parquet(["a", None, None])), "text", note=notes.append)) == ["a"]
    assert notes == ["2 of 3 rows hold null in 'text': passed over"]


@pytest.mark.parametrize(
    "content",
    [b"x" * 40_000, b",".join([b"name" * 500] * 30), b'{"' + b"x" * 40_000 + b'": "a"}', b"a,b\n" + b"x," * 9],
)
def test_what_is_refused_is_not_shown_at_length(content):
    with pytest.raises(CorpusError) as refused:
        list(rows(io.BytesIO(content), "text"))
    assert len(str(refused.value)) < 1200


@pytest.mark.parametrize("kind", [pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_parquet_may_hold_text_in_any_of_its_ways(kind):
    assert list(rows(io.BytesIO(as_parquet(kind=kind)), "text")) == TEXTS


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_header_tells_what_parts_the_columns(delimiter):
    assert list(rows(io.BytesIO(as_csv(delimiter=delimiter)), "text")) == TEXTS


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("text\né\n".encode("cp1252"), "cp1252"),
        ("text\né\n".encode("utf-8-sig"), "cp1252"),
        ("text\né\n".encode("utf-16"), "utf-8"),
    ],
)
def test_a_byte_order_mark_goes_before_the_encoding_of_csv(content, encoding):
    assert list(rows(io.BytesIO(content), "text", encoding=encoding)) == ["é"]


def test_blank_lines_of_csv_hold_no_text():
    assert list(rows(io.BytesIO(b"id,text\n\n2,two\n\n"), "text")) == ["two"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"text\nHello\nHello 1, my dear world\n", "line 3 of the table has 2 cells, its header 1: quote texts"),
        (b'id,text\n1,"a\nb"\n2\n', "line 4 of the table has 1 cell, its header 2"),
        (b'id\ttext\n1\t"a\nb"\n', "line 3 of the table has 1 cell, its header 2"),
        (b'id,text\n1,"a\n2,b\n3,"c"\n', "the table is CSV, but damaged"),
        (b'id,text\n1,"a\n2,b\n', "the table is CSV, but damaged"),
    ],
)
def test_csv_whose_rows_cannot_be_told_apart_is_refused(content, said):
    with pytest.raises(CorpusError, match=said):
        list(rows(io.BytesIO(content), "text"))


def test_a_quote_in_a_tab_separated_table_is_one_of_the_text_unless_it_quotes_all_of_a_cell():
    cells = ['"', '"Hello', 'a "b" c', '"a" b "c"', 'end"', '"he said ""é"""']
    content = "id\ttext\n" + "".join(f"1\t{cell}\n" for cell in cells)

    assert list(rows(io.BytesIO(content.encode()), "text")) == [*cells[:-1], 'he said "é"']


def test_a_byte_order_mark_and_blank_lines_are_no_part_of_json_lines():
    assert list(rows(io.BytesIO(b'\xef\xbb\xbf\n{"text": "a"}\r\n\n{"text": "b"}'), "text")) == ["a", "b"]


def test_half_a_pair_of_surrogates_is_damage_and_a_whole_one_a_character():
    assert list(rows(io.BytesIO(rb'{"text": "a\ud83d\ude00b\ud83dc"}'), "text")) == ["a\U0001f600b\ufffdc"]


def test_json_lines_are_utf_8_whatever_the_encoding_and_say_so():
    assert list(rows(io.BytesIO(as_json_lines()), "text", encoding="UTF8")) == TEXTS
    with pytest.raises(CorpusError, match="JSON Lines, which is UTF-8 and not cp1252; leave out --encoding"):
        list(rows(io.BytesIO(as_json_lines()), "text", encoding="cp1252"))


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
