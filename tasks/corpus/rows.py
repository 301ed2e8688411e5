"""The texts in one field of a table: Parquet, JSON Lines or CSV, told apart by what it holds."""

import codecs
import csv
import io
import itertools
import json
import re
import shutil
import tempfile
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

from tasks.corpus.errors import CorpusError

HEAD_BYTES = 1024
ROWS = 128  # Which may be long ones.
BUFFER_BYTES = 1 << 20
LONGEST_BYTES = 64 << 20
DELIMITERS = ",;\t|"
SEPARATOR = re.compile(r'"?sep=([^\r\n"])"?\r?\n', re.IGNORECASE)
MOST_LACKING = 0.1
SURE_ROWS = 10_000  # A field that so many lack is a wrong name.
SHOWN_NAMES, SHOWN_CHARACTERS = 20, 40
SEEN_ROWS = 5
MOST_NAMES = 1000  # Of JSON Lines, of which each may have keys of its own.


def rows(
    table: Path | BinaryIO,
    field: str,
    *,
    encoding: str = "utf-8",
    note: Callable[[str], None] = lambda said: None,
) -> Iterator[str]:
    """The text of one field, row by row; rows in which it is null, missing or empty are left out.

    Args:
        table: Parquet; lines of which each is a JSON object; or else CSV with a header. A file that is given open is
            read from where it stands, and stays open.
        field: a column, or a key of the objects.
        encoding: of CSV; a byte order mark goes before it.
        note: is told how many rows were left out because it was null or missing.

    Raises:
        CorpusError: there is no such field, or of JSON Lines not in more than nine tenths of the rows; it holds no
            text, or the table is damaged; or it is JSON Lines, and the encoding is not UTF-8.
    """
    if isinstance(table, Path):
        with table.open("rb") as file:
            yield from rows(file, field, encoding=encoding, note=note)
        return
    with _peeked(table) as (head, file):
        encoding = character_set(head, encoding)
        start = head.removeprefix(BOM_UTF8).lstrip()
        if head.startswith(b"PAR1"):
            yield from _of_parquet(file, field, note)
        elif start.startswith(b"{"):
            yield from _of_json_lines(file, field, note)
        elif start.startswith(b"["):
            raise CorpusError("the table is one JSON list; write one object a line (jq -c '.[]')")
        else:
            yield from _of_csv(file, field, encoding)


def character_set(head: bytes, encoding: str) -> str:
    """What a table with these first bytes is read in, if this is the encoding of CSV.

    Raises:
        CorpusError: it is JSON, and the encoding another than UTF-8.
    """
    if head.startswith(b"PAR1"):
        return "utf-8"
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(BOM_UTF8):
        return "utf-8-sig"
    if head.lstrip().startswith(b"{") and codecs.lookup(encoding).name not in ("utf-8", "utf-8-sig"):
        raise CorpusError(f"the table is JSON Lines, which is UTF-8 and not {encoding}; leave out --encoding")
    return encoding


@contextmanager
def _peeked(file: BinaryIO) -> Iterator[tuple[bytes, BinaryIO]]:
    """The first bytes, and the file with them still to be read."""
    if file.seekable():
        start = file.tell()
        head = file.read(HEAD_BYTES)
        file.seek(start)
        yield head, file
        return
    buffered = io.BufferedReader(cast(io.RawIOBase, file))
    try:
        yield buffered.peek(HEAD_BYTES)[:HEAD_BYTES], cast(BinaryIO, buffered)
    finally:
        _let_go(buffered)


def _let_go(wrapper: Any) -> None:
    """Leave the file below open, unless its owner has closed it meanwhile."""
    with suppress(ValueError):
        wrapper.detach()


def _of_parquet(file: BinaryIO, field: str, note: Callable[[str], None]) -> Iterator[str]:
    import pyarrow
    from pyarrow import parquet

    with _seekable(file) as whole, _damage_told("Parquet", pyarrow.ArrowException, OSError, UnicodeError):
        table = parquet.ParquetFile(whole, buffer_size=BUFFER_BYTES, pre_buffer=False)
        schema = table.schema_arrow
        if field not in schema.names:
            raise CorpusError(f"there is no field {quoted(field)}; {_named(_texts_of(schema))}")
        kind = schema.field(field).type
        kind = kind.value_type if pyarrow.types.is_dictionary(kind) else kind
        is_text = pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind)
        if not is_text and not pyarrow.types.is_string_view(kind):
            raise CorpusError(
                f"the field {quoted(field)} holds {str(kind)[:SHOWN_CHARACTERS]}, no text; {_named(_texts_of(schema))}"
            )
        nulls = 0
        for batch in table.iter_batches(batch_size=ROWS, columns=[field]):
            nulls += batch.column(0).null_count
            yield from filter(None, batch.column(0).to_pylist())
    if nulls:
        hold = "holds" if nulls == 1 else "hold"
        note(f"{nulls:,} of {table.metadata.num_rows:,} rows {hold} null in {quoted(field)}: passed over")


def _texts_of(schema: Any) -> list[str]:
    return [one.name for one in schema if "string" in str(one.type)]


@contextmanager
def _seekable(file: BinaryIO) -> Iterator[BinaryIO]:
    """The file, or a copy of one whose places cannot be reached at once, as in what is compressed."""
    if isinstance(file, io.BufferedReader) and file.seekable():
        yield file
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(file, copy, BUFFER_BYTES)
        copy.seek(0)
        yield cast(BinaryIO, copy)


@contextmanager
def _damage_told(what: str, *faults: type[Exception]) -> Iterator[None]:
    try:
        yield
    except CorpusError:
        raise
    except faults as error:
        told = " ".join(str(error).split())[:200]
        raise CorpusError(f"the table is {what}, but damaged: {told}; fetch or write it again") from None


def _of_json_lines(file: BinaryIO, field: str, note: Callable[[str], None]) -> Iterator[str]:
    count = lacking = first = 0
    names: dict[str, None] = {}  # Of the fields with text, in the first rows and in those that lack this one.
    for number, row in _objects(file):
        count += 1
        text = row.get(field)
        if count <= ROWS or (text is None and len(names) < MOST_NAMES):
            names |= dict.fromkeys(name for name, value in row.items() if isinstance(value, str) and name != field)
        if text is None:
            lacking += 1
            first = first or number
        elif not isinstance(text, str):
            raise CorpusError(f"the field {quoted(field)} holds no text in line {number:,}; {_named(names)}")
        if lacking == count == SURE_ROWS:
            break
        if text:
            yield _without_halves(text)
    said = f"{lacking:,} of {count:,} rows"
    if lacking > MOST_LACKING * count:
        where = f"or null in it, in {said}, the first in line {first:,}"
        raise CorpusError(f"there is no field {quoted(field)}, {where}; {_named(names)}")
    if lacking:
        lack, hold = ("lacks", "holds") if lacking == 1 else ("lack", "hold")
        note(f"{said} {lack} {quoted(field)} or {hold} null, the first in line {first:,}: passed over")


def _objects(file: BinaryIO) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each object with the number of its line, counted from 1."""
    for number, line in enumerate(_lines(file), start=1):
        line = line.removeprefix(BOM_UTF8) if number == 1 else line
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode())
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise CorpusError(f"line {number:,} of the table is no JSON object in UTF-8; write one a line (jq -c .)")
        yield number, row


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(LONGEST_BYTES):
        if len(line) == LONGEST_BYTES and not line.endswith(b"\n"):
            raise CorpusError(f"a line of the table is over {LONGEST_BYTES:,} bytes; write one row a line")
        yield line


def _without_halves(text: str) -> str:
    """The text with the mark of damage for each half of a pair of surrogates, which JSON can hold and UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _of_csv(file: BinaryIO, field: str, encoding: str) -> Iterator[str]:
    csv.field_size_limit(LONGEST_BYTES)
    with _text_of(file, encoding) as text, _damage_told("CSV", csv.Error):
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
        _let_go(text)


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
    raise CorpusError(f"there is no field {quoted(field)}; {_named(header, 'its columns are')}")


def _named(names: Iterable[str], introduced: str = "fields with text are") -> str:
    found = [*names]
    shown = ", ".join(map(quoted, found[:SHOWN_NAMES]))
    more = f" and {len(found) - SHOWN_NAMES:,} more" if len(found) > SHOWN_NAMES else ""
    return f"{introduced} {shown}{more}" if found else "there is no field with text"


def quoted(name: str) -> str:
    """The name of a field in quotes, of a long one its beginning."""
    return repr(name if len(name) <= SHOWN_CHARACTERS else f"{name[: SHOWN_CHARACTERS - 1]}…")
