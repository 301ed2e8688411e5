"""What really follows the beginnings of held-out passages, in Parquet: text as a sample is, and its surprise."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tasks.data.samples import SCHEMA, pack_surprise, summed, unpack_surprise
from tasks.text.vocabulary import Vocabulary

CONTINUATIONS = pa.schema(
    [
        pa.field("offset", pa.int64(), nullable=False),
        *(SCHEMA.field(name) for name in ("prompt", "text", "log_probability", "characters", "surprise")),
    ]
)


def write_continuations(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write continuations: offset (in the split), prompt, text and so on as of a sample."""
    pq.write_table(pa.Table.from_pylist(list(rows), CONTINUATIONS), path, compression="zstd", write_page_checksum=True)


def read_continuations(path: Path, prompts: Collection[str], vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """The continuations of some prompts, as samples are shown.

    Args:
        path: of the file.
        prompts: as they are shown.
        vocabulary: of the texts.
    """
    rows = pq.read_table(path, page_checksum_verification=True).to_pylist()
    return [_shown(row, vocabulary) for row in rows if vocabulary.outside(row["prompt"]) in prompts]


def _shown(row: dict[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    if vocabulary.level == "character":
        return row
    text, ends = vocabulary.aligned(row["text"])
    surprise = summed(unpack_surprise(row["surprise"]).astype(np.float32), ends)
    return {**row, "prompt": vocabulary.outside(row["prompt"]), "text": text, "surprise": pack_surprise(surprise)}
