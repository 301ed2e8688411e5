"""Encode: a text in, its vocabulary and token ids in Parquet out."""

import hashlib
from pathlib import Path

from tasks.caching import Artifact, Outcome, stage


@stage(libraries=("pyarrow",))
def encode(out: Path, text: Artifact) -> Outcome:
    """Write `vocabulary.json` (the sorted characters with their counts) and `ids.parquet`."""
    from tasks.data.blocks import write_ids
    from tasks.text.vocabulary import vocabulary_of

    characters = text.path("text.txt").read_bytes().decode("utf-8")
    vocabulary = vocabulary_of(characters)
    ids = vocabulary.encode(characters)
    (out / "vocabulary.json").write_text(vocabulary.to_json(), encoding="ascii")
    metadata = {"charflow.vocabulary": vocabulary.sha256, "charflow.corpus": text.digest}
    write_ids(out / "ids.parquet", ids, offset=0, metadata=metadata)
    digest = hashlib.sha256(vocabulary.to_json().encode("ascii") + ids.tobytes()).hexdigest()
    return Outcome(digest=digest, facts={"characters": len(ids), "vocabulary_size": vocabulary.size})
