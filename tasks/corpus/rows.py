"""The texts in one field of a table: Parquet, JSON Lines or CSV, told apart by what it holds."""

import codecs
import io
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from tasks.corpus.csv_rows import csv_rows
from tasks.corpus.errors import CorpusError
from tasks.corpus.json_rows import json_rows
from tasks.corpus.parquet_rows import parquet_rows
from tasks.corpus.streams import let_go

HEAD_BYTES = 1024


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
            yield from parquet_rows(file, field, note)
        elif start.startswith(b"{"):
            yield from json_rows(file, field, note)
        elif start.startswith(b"["):
            raise CorpusError("the table is one JSON list; write one object a line (jq -c '.[]')")
        else:
            yield from csv_rows(file, field, encoding)


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
        let_go(buffered)
