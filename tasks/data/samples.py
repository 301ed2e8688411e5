"""Samples in Parquet: a row for each."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

GROUP_CHARACTERS = 1 << 20
SCHEMA = pa.schema(
    [
        pa.field("temperature", pa.float64(), nullable=False),
        pa.field("prompt", pa.string(), nullable=False),
        pa.field("seed", pa.int64(), nullable=False),
        pa.field("index", pa.int32(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("log_probability", pa.float64(), nullable=False),
        pa.field("characters", pa.int32(), nullable=False),
        pa.field("surprise", pa.binary(), nullable=False),
    ]
)


def write_samples(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write samples as they come: about a million characters to a row group, and no more in memory.

    Args:
        path: of the file.
        rows: temperature, prompt, seed, index, text, log_probability (nats), characters, surprise (packed).
    """
    with pq.ParquetWriter(path, SCHEMA, compression="zstd", write_page_checksum=True) as writer:
        for group in _groups(rows):
            writer.write_table(pa.Table.from_pylist(group, SCHEMA))


def _groups(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    group, characters = [], 0
    for row in rows:
        group.append(row)
        characters += row["characters"]
        if characters >= GROUP_CHARACTERS:
            yield group
            group, characters = [], 0
    if group:
        yield group


def read_samples(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """The samples of several files, in order of the files."""
    tables = [pq.read_table(path, page_checksum_verification=True) for path in paths]
    return list(pa.concat_tables(tables).to_pylist())


def read_first_sample(path: Path, columns: Sequence[str]) -> dict[str, Any] | None:
    """These columns of a file's first sample, None if it has none; no more than its first row group is read."""
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        groups = range(min(1, file.num_row_groups))
        batch = next(file.iter_batches(batch_size=1, row_groups=groups, columns=list(columns)), None)
        return batch.to_pylist()[0] if batch else None


def pack_surprise(bits: np.ndarray) -> bytes:
    """The surprise of each character in bits as the column holds it: little-endian float16."""
    return bits.astype("<f2").tobytes()


def summed(surprise: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The surprise of runs that follow each other, in bits: `(runs,)` of the same type.

    Args:
        surprise: of what they are made of.
        ends: where each ends in it, ascending, the last at its end.
    """
    return np.add.reduceat(surprise, ends - np.diff(ends, prepend=0)) if len(ends) else surprise[:0]


def unpack_surprise(packed: bytes) -> np.ndarray:
    """The surprise of each character in bits: shape `(characters,)`, dtype float16."""
    return np.frombuffer(packed, "<f2")
