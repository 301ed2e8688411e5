import io

import pytest

from tasks.corpus.errors import CorpusError
from tasks.corpus.rows import rows
from tests.corpus.tables import TEXTS, as_csv


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


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
def test_a_first_line_of_excel_names_the_delimiter(delimiter):
    content = b"\xef\xbb\xbf" + f"sep={delimiter}\r\n".encode() + as_csv(delimiter=delimiter)

    assert list(rows(io.BytesIO(content), "text")) == TEXTS
    assert list(rows(io.BytesIO(f"sep={delimiter}\rid{delimiter}text\r1{delimiter}one\r".encode()), "text")) == ["one"]
    with pytest.raises(CorpusError, match="line 3 of the table has 1 cell, its header 2"):
        list(rows(io.BytesIO(b"sep=;\nid;text\n1\n"), "text"))
