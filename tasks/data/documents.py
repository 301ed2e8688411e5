"""The table of documents in Parquet: where each begins in the corpus, and which source it is of."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tasks.data.arrow_arrays import to_arrow, to_numpy

SCHEMA = pa.schema([pa.field("start", pa.int64(), nullable=False), pa.field("source", pa.int32(), nullable=False)])
GROUP_ROWS = 1 << 20


class DocumentWriter:
    """Writes the table row group by row group; to be used as a context."""

    def __init__(self, path: Path) -> None:
        """Begin a file that does not exist yet."""
        options = {
            "compression": "zstd",
            "use_dictionary": ["source"],
            "column_encoding": {"start": "DELTA_BINARY_PACKED"},
        }
        self._writer = pq.ParquetWriter(path, SCHEMA, write_page_checksum=True, **options)
        self._waiting: list[tuple[np.ndarray, int]] = []
        self._rows = 0

    def __enter__(self) -> "DocumentWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._flush()
        self._writer.close()

    def add(self, starts: np.ndarray, source: int) -> None:
        """Append documents: where they begin, `(n,)` int64 ascending, and the number of their source from 0."""
        if len(starts):
            self._waiting.append((starts, source))
            self._rows += len(starts)
        if self._rows >= GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            starts = np.concatenate([starts for starts, _ in self._waiting])
            sources = np.repeat([source for _, source in self._waiting], [len(starts) for starts, _ in self._waiting])
            self._writer.write_table(pa.table([to_arrow(starts), to_arrow(sources.astype(np.int32))], schema=SCHEMA))
        self._waiting, self._rows = [], 0


def read_starts(path: Path) -> Iterator[np.ndarray]:
    """Where each document begins, ascending, in pieces `(documents,)` int64."""
    for starts, _ in _groups(path):
        yield starts


def read_sources(path: Path, characters: int) -> list[int]:
    """How many characters each source has, of a corpus of so many; a source without a document has none.

    Raises:
        ValueError: the table is empty.
    """
    firsts: dict[int, int] = {}
    for starts, sources in _groups(path):
        new, places = np.unique(sources, return_index=True)
        for source, place in zip(new.tolist(), places.tolist(), strict=True):
            firsts.setdefault(source, int(starts[place]))
    if not firsts:
        raise ValueError(f"{path} holds no documents")
    bounds = [*firsts.values(), characters]
    lengths = dict(zip(firsts, np.diff(bounds).tolist(), strict=True))
    return [lengths.get(source, 0) for source in range(max(firsts) + 1)]


def _groups(path: Path) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        for batch in file.iter_batches(batch_size=GROUP_ROWS):
            yield to_numpy(batch.column("start")), to_numpy(batch.column("source"))
