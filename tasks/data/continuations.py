"""What really follows the beginnings of held-out passages, in Parquet: text as a sample is, and its surprise."""

import math
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


def read_continuations(
    path: Path, prompts: Collection[str], vocabulary: Vocabulary, stop: str | None = None, minimum_length: int = 0
) -> list[dict[str, Any]]:
    """The continuations of some prompts, as samples are shown.

    Args:
        path: of the file.
        prompts: as they are shown.
        vocabulary: of the texts.
        stop: ends them as it ends samples; None: nothing does.
        minimum_length: characters before which it ends none.
    """
    rows = pq.read_table(path, page_checksum_verification=True).to_pylist()
    wanted = [row for row in rows if vocabulary.outside(row["prompt"]) in prompts]
    if stop:
        wanted = [_ended(row, vocabulary.inside(stop), minimum_length) for row in wanted]
    return [_shown(row, vocabulary) for row in wanted]


def _ended(row: dict[str, Any], stop: str, minimum_length: int) -> dict[str, Any]:
    """The continuation up to the end of the first stop string that would have ended a sample."""
    found = row["text"].find(stop, max(0, minimum_length - len(stop)))
    if found < 0:
        return row
    end = found + len(stop)
    bits = unpack_surprise(row["surprise"])[:end]
    nats = float(bits.sum(dtype=float)) * math.log(2)
    ended = {"text": row["text"][:end], "characters": end, "surprise": pack_surprise(bits)}
    return {**row, **ended, "log_probability": -nats}


def _shown(row: dict[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    if vocabulary.level == "character":
        return row
    text, ends = vocabulary.aligned(row["text"])
    surprise = summed(unpack_surprise(row["surprise"]).astype(np.float32), ends)
    return {**row, "prompt": vocabulary.outside(row["prompt"]), "text": text, "surprise": pack_surprise(surprise)}
