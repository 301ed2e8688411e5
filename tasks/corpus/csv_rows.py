"""The texts in one column of CSV, by whatever its columns are parted."""

import csv
import io
import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, NoReturn

from tasks.corpus.errors import CorpusError
from tasks.corpus.streams import let_go
from tasks.corpus.table_errors import damage_told, named, quoted

LONGEST_CELL = 64 << 20  # In characters.
DELIMITERS = ",;\t|"
SEPARATOR = re.compile(r'"?sep=([^\r\n"])"?(?:\r\n?|\n)', re.IGNORECASE)
SEEN_ROWS = 5


def csv_rows(file: BinaryIO, field: str, encoding: str) -> Iterator[str]:
    """The cells of one column that are not empty.

    Args:
        file: with a header, which stays open.
        field: a name in the header.
        encoding: of the text.

    Raises:
        CorpusError: there is no such column, or the table is damaged or none.
    """
    csv.field_size_limit(LONGEST_CELL)
    with _text_of(file, encoding) as text, damage_told("CSV", csv.Error):
        names = text.readline()
        told = SEPARATOR.fullmatch(names)  # Of Excel, which writes it before the header.
        names = text.readline() if told else names
        delimiter = told[1] if told else max(DELIMITERS, key=names.count)
        is_bare = delimiter == "\t" and '"' not in names
        lines = itertools.chain([names], text)
        # A quote that opens a cell of a tab-separated table is most often one of the text, which nothing closes.
        table = csv.reader(
            lines, delimiter=delimiter, quoting=csv.QUOTE_NONE if is_bare else csv.QUOTE_MINIMAL, strict=True
        )
        header = next(table, [])
        if field not in header:
            _refuse_columns(field, header, table)
        cells = _column(table, header.index(field), len(header), lines_before=1 if told else 0)
        yield from filter(None, map(_unquoted, cells) if is_bare else cells)


def _column(table: Any, place: int, width: int, lines_before: int) -> Iterator[str]:
    """The cells at a place of each row that is not blank."""
    line = lines_before + table.line_num + 1
    for row in table:
        if row:
            if len(row) != width:
                found = f"{len(row):,} cell{'s' if len(row) > 1 else ''}"
                raise CorpusError(
                    f"line {line:,} of the table has {found}, its header {width:,}: quote texts that hold the delimiter"
                    " or line ends (in a tab-separated table the names in the header, too)"
                )
            yield row[place]
        line = lines_before + table.line_num + 1


def _unquoted(cell: str) -> str:
    """The text of a cell that is quoted as a whole, which writers of tab-separated tables do now and then."""
    inner = cell[1:-1]
    is_quoted = len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in inner.replace('""', "")
    return inner.replace('""', '"') if is_quoted else cell


@contextmanager
def _text_of(file: BinaryIO, encoding: str) -> Iterator[io.TextIOWrapper]:
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        yield text
    except UnicodeError:
        told = f"the table is CSV, but not all of it is {encoding}"
        raise CorpusError(f"{told}; pass --encoding with its character set, or mend it") from None
    finally:
        let_go(text)


def _refuse_columns(field: str, header: list[str], lines: Iterator[list[str]]) -> NoReturn:
    """Say which columns there are, or that what is read as CSV, as anything can be, is no table."""
    widths = {len(header)}
    with suppress(csv.Error):
        widths |= {len(row) for row in itertools.islice(filter(None, lines), SEEN_ROWS)}
    if header and (len(header) == 1 or len(widths) > 1):
        raise CorpusError(
            f"there is no field {quoted(field)}: it reads as plain text; leave out --field; "
            f"if it is CSV, its first line names the columns, which begins with {quoted(header[0])}"
        )
    raise CorpusError(f"there is no field {quoted(field)}; {named(header, 'its columns are')}")
