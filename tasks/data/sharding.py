"""Shards: the files of a split, in corpus order."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tasks.data.blocks import write_ids

SHARD_BYTES = 16 << 20


def write_shards(folder: Path, split: str, ids: np.ndarray, *, offset: int, metadata: Mapping[str, str]) -> list[str]:
    """Write a split's ids as files of about 16 MiB each, named `train-00000-of-00008.parquet`; their names."""
    count = max(1, -(-ids.nbytes // SHARD_BYTES))
    bounds = [len(ids) * number // count for number in range(count + 1)]
    names = [f"{split}-{number:05}-of-{count:05}.parquet" for number in range(count)]
    for name, start, end in zip(names, bounds, bounds[1:], strict=False):
        write_ids(folder / name, ids[start:end], offset=offset + start, metadata={**metadata, "charflow.split": split})
    return names
