"""Where in a Parquet file of ids its blocks lie, so that they can be read where they are."""

import os
from collections.abc import Sequence
from typing import NamedTuple

import pyarrow.parquet as pq

from tasks.data.blocks import BLOCK_CHARACTERS, CHARACTERS

PREFIX_BYTES = 4


class Layout(NamedTuple):
    """How a file's blocks lie.

    `groups` is where the first block of each row group begins in the file, its length included; `group_characters` is
    how many each but the last holds, `characters` how many the file does.
    """

    groups: Sequence[int]
    group_characters: int
    characters: int


def layout_of(file: pq.ParquetFile, width: int, descriptor: int) -> Layout | None:
    """The layout of a file of full blocks in single plain pages; None if it has another.

    Args:
        file: open.
        width: bytes of an id.
        descriptor: of the same file.
    """
    metadata = file.metadata
    characters = int((metadata.metadata or {}).get(CHARACTERS, -1))
    rows = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
    if characters < 0 or sum(rows) != -(-characters // BLOCK_CHARACTERS) or len(set(rows[:-1])) > 1:
        return None
    index = file.schema_arrow.names.index("ids")
    groups, left = [], characters
    for number, count in enumerate(rows):
        column = metadata.row_group(number).column(index)
        held = min(left, count * BLOCK_CHARACTERS)
        left -= held
        start = column.data_page_offset + column.total_compressed_size - count * PREFIX_BYTES - held * width
        last = start + (count - 1) * (PREFIX_BYTES + BLOCK_CHARACTERS * width)
        plain = column.compression == "UNCOMPRESSED" and not column.has_dictionary_page
        full, short = min(held, BLOCK_CHARACTERS), held - (count - 1) * BLOCK_CHARACTERS
        if not plain or _length_at(descriptor, start) != full * width or _length_at(descriptor, last) != short * width:
            return None
        groups.append(start)
    return Layout(groups, (rows[0] if rows else 1) * BLOCK_CHARACTERS, characters)


def _length_at(descriptor: int, place: int) -> int:
    """The length of a block, as written before it."""
    return int.from_bytes(os.pread(descriptor, PREFIX_BYTES, place), "little")
