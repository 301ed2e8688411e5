"""The texts in one column of a Parquet table."""

import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from tasks.corpus.errors import CorpusError
from tasks.corpus.table_errors import SHOWN_CHARACTERS, damage_told, named, quoted

ROWS = 128  # Which may be long ones.
BUFFER_BYTES = 1 << 20


def parquet_rows(file: BinaryIO, field: str, note: Callable[[str], None]) -> Iterator[str]:
    """The texts of one column that are not empty.

    Args:
        file: the table, read from where it stands to its end if its places cannot be reached.
        field: the column.
        note: is told how many rows hold null.

    Raises:
        CorpusError: there is no such column, it holds no text, or the table is damaged.
    """
    import pyarrow
    from pyarrow import parquet

    with _seekable(file) as whole, damage_told("Parquet", pyarrow.ArrowException, OSError, UnicodeError):
        table = parquet.ParquetFile(whole, buffer_size=BUFFER_BYTES, pre_buffer=False)
        schema = table.schema_arrow
        if field not in schema.names:
            raise CorpusError(f"there is no field {quoted(field)}; {named(_texts_of(schema))}")
        kind = schema.field(field).type
        kind = kind.value_type if pyarrow.types.is_dictionary(kind) else kind
        is_text = pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind)
        if not is_text and not pyarrow.types.is_string_view(kind):
            raise CorpusError(
                f"the field {quoted(field)} holds {str(kind)[:SHOWN_CHARACTERS]}, no text; {named(_texts_of(schema))}"
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
