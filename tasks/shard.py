"""Shard: token ids in, the splits of a dataset as Parquet shards out, with the floors to measure against."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.caching import Artifact, Outcome, stage
from tasks.corpus.choices import HoldOut

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from tasks.data.ids import Ids
    from tasks.text.vocabulary import Vocabulary


@stage(libraries=("llvmlite", "numpy", "pyarrow", "bzip2", "xz", "unicode"))
def shard(
    out: Path,
    encoded: Artifact,
    documents: Artifact,
    validation_fraction: float = 0.1,
    test_fraction: float = 0.0,
    hold_out: HoldOut = "tail",
    hold_out_seed: int = 1,
) -> Outcome:
    """Write `train-*.parquet`, `validation-*.parquet`, perhaps `test-*.parquet`, `vocabulary.json`, `floors.json`.

    And `passages.json`: the beginnings of validation text that samples can go on from.

    Args:
        out: where they go.
        encoded: the ids.
        documents: `documents.parquet` of the text.
        validation_fraction: share of the characters to validate on.
        test_fraction: share of the characters held out to the end.
        hold_out: the last part of each source, whole documents, or blocks.
        hold_out_seed: of the documents or blocks that are drawn.

    Raises:
        CorpusError: the corpus is too short to hold so little out.
    """
    import numpy as np

    from tasks.data.dataset import Dataset
    from tasks.data.documents import read_sources, read_starts
    from tasks.data.ids import Ids
    from tasks.data.passage_choice import chosen_passages
    from tasks.data.passages import write_passages
    from tasks.data.sharding import write_shards
    from tasks.data.splits import split_ranges

    given, table = Dataset.of(encoded), documents.path("documents.parquet")
    ids = given.split("ids")
    starts = np.concatenate([*read_starts(table)]) if hold_out == "documents" else None
    sources = read_sources(table, len(ids))
    splits = split_ranges(
        sources, validation_fraction, test_fraction, hold_out=hold_out, documents=starts, seed=hold_out_seed
    )
    metadata = {"charflow.vocabulary": given.vocabulary.sha256, "charflow.encoded": encoded.digest}
    shards = [
        name for split, ranges in splits.items() for name in write_shards(out, split, ids, ranges, metadata=metadata)
    ]
    facts = _facts(ids, given.vocabulary, splits, hold_out)
    shutil.copyfile(encoded.path("vocabulary.json"), out / "vocabulary.json")
    (out / "floors.json").write_text(json.dumps(facts["floors"]), encoding="ascii")
    validation = Ids.open([out / name for name in shards if name.startswith("validation-")])
    passages = chosen_passages(validation, given.vocabulary)
    write_passages(out / "passages.json", passages)
    drawn_by = hold_out_seed if hold_out != "tail" else sources
    told_apart = [encoded.digest, facts["characters"], facts["floors"], hold_out, drawn_by, passages]
    digest = hashlib.sha256(json.dumps(told_apart).encode()).hexdigest()
    return Outcome(digest=digest, facts={**facts, "shards": len(shards)})


def _facts(
    ids: "Ids", vocabulary: "Vocabulary", splits: "Mapping[str, np.ndarray]", hold_out: HoldOut
) -> dict[str, Any]:
    """What the splits are, and what is measured of them."""
    import numpy as np

    from tasks.data.splits import characters_of
    from tasks.quality.floors import COMPRESSED_BYTES, compressed_part, floors
    from tasks.quality.held_out import findings

    held_out = {split: ids.counts_in(vocabulary.size, ranges) for split, ranges in splits.items() if split != "train"}
    train = np.array(vocabulary.counts) - sum(held_out.values())
    opening = vocabulary.decode(ids[:COMPRESSED_BYTES])
    return {
        "characters": {name: characters_of(ranges) for name, ranges in splits.items()},
        "vocabulary_size": vocabulary.size,
        "floors": floors(opening, train, held_out["validation"], vocabulary.encoding),
        "hold_out": hold_out,
        "compressed_characters": compressed_part(opening, vocabulary.encoding)[1],
        "findings": findings(ids, vocabulary, splits, train, held_out["validation"], hold_out),
    }
