"""Token ids in Parquet, written and read: rows of consecutive characters, `offset`, `ids` and `starts`.

A block of 4096 ids is a row, 1024 blocks are a row group of one page, uncompressed and plain. So each block lies in the
file as it is in memory, after its length in 4 bytes, at a place that follows from the file's own index.
"""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tasks.data.arrow_arrays import to_arrow, to_numpy

BLOCK_CHARACTERS = 4096
ROW_GROUP_BLOCKS = 1024
WIDTH, CHARACTERS = b"charflow.id_bytes", b"charflow.characters"
ONE_PAGE = 1 << 30
FIELDS = [
    pa.field("offset", pa.int64(), nullable=False),
    pa.field("ids", pa.binary(), nullable=False),
    pa.field("starts", pa.list_(pa.field("element", pa.uint16(), nullable=False)), nullable=False),
]
NO_STARTS = np.zeros(0, np.int64)


class IdsFile:
    """A file of ids in the making, a row group at a time."""

    def __init__(
        self, path: Path, dtype: np.dtype[np.unsignedinteger], *, offset: int, metadata: Mapping[str, str]
    ) -> None:
        """Open it.

        Args:
            path: the file to write.
            dtype: of the ids, unsigned little-endian integers of 1, 2 or 4 bytes.
            offset: place in the corpus of the first id.
            metadata: what else the file is to say of itself.
        """
        self._schema = pa.schema(FIELDS, metadata={**metadata, WIDTH.decode(): str(dtype.itemsize)})
        self._first, self._offset = offset, offset
        self._writer = pq.ParquetWriter(
            path,
            self._schema,
            compression="none",
            use_dictionary=False,
            write_page_checksum=True,
            write_statistics=["offset"],
            data_page_size=ONE_PAGE,
        )

    def write(self, ids: np.ndarray, starts: np.ndarray = NO_STARTS) -> None:
        """Write a row group.

        Args:
            ids: of 1024 blocks, fewer in the last group of a file, `(n,)`, whole and in order.
            starts: places in the corpus at which documents begin, ascending; those in this group count.
        """
        size, rows = ids.nbytes, -(-len(ids) // BLOCK_CHARACTERS)
        firsts = np.arange(rows, dtype=np.int64) * BLOCK_CHARACTERS
        bounds = np.append(firsts * ids.itemsize, size).astype(np.int32)
        blocks = pa.Array.from_buffers(pa.binary(), rows, [None, pa.py_buffer(bounds), pa.py_buffer(ids)])
        begun = starts[np.searchsorted(starts, self._offset) : np.searchsorted(starts, self._offset + len(ids))]
        owners, places = np.divmod(begun - self._offset, BLOCK_CHARACTERS)
        of_rows = np.searchsorted(owners, np.arange(rows + 1)).astype(np.int32)
        lists = pa.ListArray.from_arrays(to_arrow(of_rows), to_arrow(places.astype(np.uint16)), type=FIELDS[2].type)
        columns = [to_arrow(self._offset + firsts), blocks, lists]
        self._writer.write_table(pa.table(columns, schema=self._schema), row_group_size=ROW_GROUP_BLOCKS)
        self._offset += len(ids)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.add_key_value_metadata({CHARACTERS.decode(): str(self._offset - self._first)})
        self._writer.close()


def write_ids(
    path: Path, ids: np.ndarray, *, offset: int, metadata: Mapping[str, str], starts: np.ndarray = NO_STARTS
) -> None:
    """Write a whole file of ids, `(n,)`; the rest as for `IdsFile`."""
    with IdsFile(path, ids.dtype, offset=offset, metadata=metadata) as file:
        for start in range(0, len(ids), BLOCK_CHARACTERS * ROW_GROUP_BLOCKS):
            file.write(ids[start : start + BLOCK_CHARACTERS * ROW_GROUP_BLOCKS], starts)


def id_type_of(file: pq.ParquetFile, name: str) -> np.dtype[np.unsignedinteger]:
    """The width that a file's ids are stored in.

    Raises:
        ValueError: the file is none of ids.
    """
    width = (file.schema_arrow.metadata or {}).get(WIDTH)
    if width is None:
        raise ValueError(f"{name} holds no token ids: its metadata has no {WIDTH.decode()}")
    return np.dtype(f"<u{int(width)}")


def read_ids(path: Path) -> np.ndarray:
    """The ids of a file, however it is laid out, `(n,)` in the width that they are stored in; checksums are verified.

    Raises:
        ValueError: the file is none of ids.
        OSError: it is damaged.
    """
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        dtype = id_type_of(file, str(path))
        column = file.read(columns=["ids"]).column("ids")
    return np.concatenate([np.zeros(0, dtype), *(np.frombuffer(block.as_buffer(), dtype) for block in column)])


def read_starts(path: Path, group: int | None = None) -> np.ndarray:
    """Where documents begin in a file of ids, or in a row group of it, counted from its first one: `(n,)` int64."""
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        if "starts" not in file.schema_arrow.names:
            return NO_STARTS
        read = file.read if group is None else functools.partial(file.read_row_group, group)
        column = read(columns=["starts"]).column("starts").combine_chunks()
    rows = np.repeat(np.arange(len(column)), np.diff(to_numpy(column.offsets)))
    return rows * BLOCK_CHARACTERS + to_numpy(column.values).astype(np.int64)
