"""Shard: token ids in, the splits of a dataset as Parquet shards out, with the floors to measure against."""

import hashlib
import json
import shutil
from pathlib import Path

from tasks.caching import Artifact, Outcome, stage


@stage(libraries=("llvmlite", "numpy", "pyarrow", "bzip2", "xz"))
def shard(out: Path, encoded: Artifact, validation_fraction: float = 0.1, test_fraction: float = 0.0) -> Outcome:
    """Write `train-*.parquet`, `validation-*.parquet`, perhaps `test-*.parquet`, `vocabulary.json`, `floors.json`.

    Raises:
        ValueError: the corpus is too short to hold so little out.
    """
    import numpy as np

    from tasks.data.dataset import Dataset
    from tasks.data.sharding import write_shards
    from tasks.data.splits import split_offsets
    from tasks.quality.floors import COMPRESSED_BYTES, compressed_part, floors

    given = Dataset.of(encoded)
    vocabulary, ids = given.vocabulary, given.split("ids")
    splits = split_offsets(len(ids), validation_fraction, test_fraction)
    metadata = {"charflow.vocabulary": vocabulary.sha256, "charflow.encoded": encoded.digest}
    shards = [name for split, part in splits.items() for name in write_shards(out, split, ids, part, metadata=metadata)]
    shutil.copyfile(encoded.path("vocabulary.json"), out / "vocabulary.json")
    held_out = {
        split: ids.counts(vocabulary.size, part.start, part.stop) for split, part in splits.items() if split != "train"
    }
    train = np.array(vocabulary.counts) - sum(held_out.values())
    opening = vocabulary.decode(ids[:COMPRESSED_BYTES])
    measured = floors(opening, train, held_out["validation"])
    (out / "floors.json").write_text(json.dumps(measured), encoding="ascii")
    lengths = {name: len(part) for name, part in splits.items()}
    digest = hashlib.sha256(json.dumps([encoded.digest, lengths, measured]).encode()).hexdigest()
    facts = {"characters": lengths, "vocabulary_size": vocabulary.size, "shards": len(shards), "floors": measured}
    return Outcome(digest=digest, facts={**facts, "compressed_characters": compressed_part(opening)[1]})
