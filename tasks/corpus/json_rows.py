"""The texts of one key of JSON Lines: lines of which each is an object."""

import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from tasks.corpus.errors import CorpusError
from tasks.corpus.table_errors import named, quoted

LONGEST_BYTES = 64 << 20
MOST_LACKING = 0.1
SURE_ROWS = 10_000  # A field that so many lack is a wrong name.
NAMED_ROWS = 128  # Whose keys are named in any case.
MOST_NAMES = 1000  # Of which each row may have some of its own.


def json_rows(file: BinaryIO, field: str, note: Callable[[str], None]) -> Iterator[str]:
    """The texts of one key that are not empty.

    Args:
        file: UTF-8, of which each line is an object or blank.
        field: the key.
        note: is told how many objects lack it or hold null.

    Raises:
        CorpusError: more than a tenth of them do, one holds no text, or a line is no object.
    """
    count = lacking = first = 0
    names: dict[str, None] = {}  # Of the fields with text, in the first rows and in those that lack this one.
    for number, row in _objects(file):
        count += 1
        text = row.get(field)
        if count <= NAMED_ROWS or (text is None and len(names) < MOST_NAMES):
            names |= dict.fromkeys(name for name, value in row.items() if isinstance(value, str) and name != field)
        if text is None:
            lacking += 1
            first = first or number
        elif not isinstance(text, str):
            raise CorpusError(f"the field {quoted(field)} holds no text in line {number:,}; {named(names)}")
        if lacking == count == SURE_ROWS:
            break
        if text:
            yield _without_halves(text)
    said = f"{lacking:,} of {count:,} rows"
    if lacking > MOST_LACKING * count:
        where = f"or null in it, in {said}, the first in line {first:,}"
        raise CorpusError(f"there is no field {quoted(field)}, {where}; {named(names)}")
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
