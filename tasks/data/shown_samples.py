"""Scored samples of bytes as people see them: their text, and all places in it, in characters."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from tasks.data.samples import pack_surprise, summed, unpack_surprise
from tasks.data.scores import PLACES, SCORED, SPANS
from tasks.text.vocabulary import Vocabulary

COPIED = [*PLACES, *(pa.field(name, pa.int64(), nullable=False) for name in ("offset", "size"))]
OF_BYTES = SCORED.set(
    SCORED.get_field_index("copied"), pa.field("copied", pa.list_(pa.struct(COPIED)), nullable=False)
).append(pa.field("bytes", pa.binary(), nullable=False))


def schema_of(vocabulary: Vocabulary) -> pa.Schema:
    """The columns of scored samples; of bytes there are `bytes`, and the `size` in bytes of what is copied."""
    return OF_BYTES if vocabulary.level == "byte" else SCORED


def shown(samples: pa.Table, vocabulary: Vocabulary) -> pa.Table:
    """Scored samples as they are shown: those of characters as they are.

    Of bytes, prompt and text become what they are in UTF-8, and those of the text a column of their own; the surprise
    is that of each character; marked passages are the characters that lie in them whole.
    """
    if vocabulary.level == "character":
        return samples
    return pa.Table.from_pylist([_shown(row, vocabulary) for row in samples.to_pylist()], OF_BYTES)


def _shown(row: dict[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    content = row["text"]
    text, ends = vocabulary.aligned(content)
    bounds = np.concatenate([[0], ends])
    surprise = summed(unpack_surprise(row["surprise"]).astype(np.float32), ends)
    return {
        **row,
        "prompt": vocabulary.outside(row["prompt"]),
        "text": text,
        "characters": len(text),
        "surprise": pack_surprise(surprise),
        **{name: _in_characters(row[name], bounds) for name in SPANS.names},
        "bytes": content.encode(vocabulary.encoding),
    }


def _in_characters(spans: Sequence[dict[str, int]], bounds: np.ndarray) -> list[dict[str, int]]:
    """Stretches of bytes as the characters that lie in them whole; those that hold none are left out.

    Args:
        spans: `start` and `end` in bytes, and perhaps `offset` in the training text.
        bounds: where in the bytes each character begins, and the last one ends.
    """
    starts = np.searchsorted(bounds, [span["start"] for span in spans])
    ends = np.searchsorted(bounds, [span["end"] for span in spans], side="right") - 1
    found = list[dict[str, int]]()
    for span, start, end in zip(spans, starts.tolist(), ends.tolist(), strict=True):
        if start < end:
            begin, close = int(bounds[start]), int(bounds[end])
            found.append({"start": start, "end": end})
            if "offset" in span:
                found[-1] |= {"offset": span["offset"] + begin - span["start"], "size": close - begin}
    return found
