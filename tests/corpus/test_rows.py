import gzip
import io
import json
import os
import tarfile

import pyarrow as pa
import pytest
from pyarrow import parquet

from tasks.corpus import rows as tables
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
    with pytest.raises(CorpusError, match=r"there is no field 'body'.*; fields .* 'id', 'text', 'title'"):
        list(rows(io.BytesIO(KINDS[kind]()), "body"))


@pytest.mark.parametrize("kind", ["Parquet", "JSON Lines"])
def test_a_field_without_text_is_refused_with_those_that_have_some(kind):
    with pytest.raises(CorpusError, match=r"the field 'id' holds .*; fields with text may be 'text', 'title'"):
        list(rows(io.BytesIO(KINDS[kind]()), "id"))


@pytest.mark.parametrize("kind", ["Parquet", "JSON Lines"])
def test_rows_that_are_null_or_empty_are_left_out(kind):
    assert list(rows(io.BytesIO(KINDS[kind](["a", None, "", "b"])), "text")) == ["a", "b"]


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
        (b'{"text": "a"}\n{"title": "b"}', r"no field 'text' in line 2; fields .* 'title'"),
        (b"", "there is no field 'text'; there is no field with text"),
        (b"text\n\xff\n", "the table is CSV, but not all of it is utf-8; pass --encoding"),
        (b'text\n"' + b"a" * 5000, "the table is CSV, but damaged: field larger than field limit"),
        (b"{" + b"a" * 5000, "a line of the table is over 4,000 bytes"),
        (b"PAR1 and what is none", "the table is Parquet, but damaged"),
        (as_parquet()[:-20] + as_parquet()[-8:], "the table is Parquet, but damaged"),
    ],
)
def test_what_is_damaged_is_refused_in_one_line(monkeypatch, content, said):
    monkeypatch.setattr(tables, "LONGEST_BYTES", 4000)

    with pytest.raises(CorpusError, match=said) as refused:
        list(rows(io.BytesIO(content), "text"))
    assert "\n" not in str(refused.value)
