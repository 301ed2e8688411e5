"""Token ids in Parquet: rows of consecutive characters, `offset` and `ids`."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

BLOCK_CHARACTERS = 4096
ROW_GROUP_BLOCKS = 1024
WIDTH = b"charflow.id_bytes"


def write_ids(path: Path, ids: np.ndarray, *, offset: int, metadata: Mapping[str, str]) -> None:
    """Write ids as blocks of 4096, zstd-compressed, with page checksums.

    Args:
        path: the file to write.
        ids: shape `(n,)`, unsigned little-endian integers of 1, 2 or 4 bytes.
        offset: place in the corpus of the first one.
        metadata: what else the file is to say of itself.
    """
    described = {**metadata, WIDTH.decode(): str(ids.dtype.itemsize)}
    schema = pa.schema(
        [pa.field("offset", pa.int64(), nullable=False), pa.field("ids", pa.binary(), nullable=False)],
        metadata=described,
    )
    options = {"compression": "zstd", "write_page_checksum": True, "use_dictionary": False}
    with pq.ParquetWriter(path, schema, **options) as writer:
        step = BLOCK_CHARACTERS * ROW_GROUP_BLOCKS
        for start in range(0, len(ids), step):
            places = range(start, min(start + step, len(ids)), BLOCK_CHARACTERS)
            blocks = [ids[place : place + BLOCK_CHARACTERS].tobytes() for place in places]
            writer.write_table(pa.table([[offset + place for place in places], blocks], schema=schema))


def read_ids(paths: Sequence[Path]) -> np.ndarray:
    """The ids of several files in their order: shape `(n,)`, in the width that they are stored in.

    Raises:
        ValueError: a file is not one that `write_ids` wrote.
    """
    pieces = []
    for path in paths:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            width = (file.schema_arrow.metadata or {}).get(WIDTH)
            if width is None:
                raise ValueError(f"{path} holds no token ids: its metadata has no {WIDTH.decode()}")
            column = file.read(columns=["ids"]).column("ids")
        dtype = np.dtype(f"<u{int(width)}")
        pieces += [np.zeros(0, dtype), *(np.frombuffer(block.as_buffer(), dtype) for block in column)]
    return np.concatenate(pieces) if pieces else np.zeros(0, "<u1")
