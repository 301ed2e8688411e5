"""Shard: token ids in, the splits of a dataset as Parquet shards out, with the floors to measure against."""

import hashlib
import json
import shutil
from pathlib import Path

from tasks.caching import Artifact, Outcome, stage


@stage(libraries=("pyarrow", "bzip2", "xz"))
def shard(out: Path, encoded: Artifact, validation_fraction: float = 0.1, test_fraction: float = 0.0) -> Outcome:
    """Write `train-*.parquet`, `validation-*.parquet`, perhaps `test-*.parquet`, `vocabulary.json`, `floors.json`.

    Raises:
        CorpusError: the corpus is too short to hold so little out.
    """
    from tasks.data.blocks import read_ids
    from tasks.data.sharding import write_shards
    from tasks.data.splits import split_offsets
    from tasks.quality.floors import floors
    from tasks.text.vocabulary import Vocabulary

    vocabulary = Vocabulary.from_json(encoded.path("vocabulary.json").read_text(encoding="ascii"))
    ids = read_ids([encoded.path("ids.parquet")])
    splits = split_offsets(len(ids), validation_fraction, test_fraction)
    metadata = {"charflow.vocabulary": vocabulary.sha256, "charflow.encoded": encoded.digest}
    parts = {name: ids[part.start : part.stop] for name, part in splits.items()}
    shards = [
        name
        for split, part in parts.items()
        for name in write_shards(out, split, part, offset=splits[split].start, metadata=metadata)
    ]
    shutil.copyfile(encoded.path("vocabulary.json"), out / "vocabulary.json")
    measured = floors(vocabulary.decode(ids), parts["train"], parts["validation"], vocabulary.size)
    (out / "floors.json").write_text(json.dumps(measured), encoding="ascii")
    lengths = {name: len(part) for name, part in parts.items()}
    digest = hashlib.sha256(json.dumps([encoded.digest, lengths, measured]).encode()).hexdigest()
    facts = {"characters": lengths, "vocabulary_size": vocabulary.size, "shards": len(shards), "floors": measured}
    return Outcome(digest=digest, facts=facts)
