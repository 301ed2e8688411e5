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


@stage(libraries=("llvmlite", "numpy", "pyarrow", "pyppmd", "bzip2", "xz", "unicode"))
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

    And `passages.json`: the beginnings of validation text that samples can go on from; and `seams.json`: where in that
    split texts begin that do not follow on what stands before, null if every document is such a text.

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
    from tasks.data.splits import characters_of, seams_of, split_ranges
    from tasks.quality.held_out import findings

    given, table = Dataset.of(encoded), documents.path("documents.parquet")
    ids = given.split("ids")
    starts = np.concatenate([*read_starts(table)]) if hold_out == "documents" else None
    sources = read_sources(table, len(ids))
    splits = split_ranges(
        sources, validation_fraction, test_fraction, hold_out=hold_out, documents=starts, seed=hold_out_seed
    )
    metadata = {"charflow.vocabulary": given.vocabulary.sha256, "charflow.encoded": encoded.digest}
    written = {split: write_shards(out, split, ids, ranges, metadata=metadata) for split, ranges in splits.items()}
    opened = {split: Ids.open([out / name for name in names]) for split, names in written.items()}
    counts = _counts(ids, given.vocabulary, splits)
    facts = {
        "characters": {name: characters_of(ranges) for name, ranges in splits.items()},
        "vocabulary_size": given.vocabulary.size,
        "hold_out": hold_out,
        "findings": findings(ids, given.vocabulary, splits, counts["train"], counts["validation"], hold_out),
        **_floors(given.vocabulary, opened, counts),
        "shards": sum(map(len, written.values())),
    }
    shutil.copyfile(encoded.path("vocabulary.json"), out / "vocabulary.json")
    (out / "floors.json").write_text(json.dumps(facts["floors"]), encoding="ascii")
    texts = np.cumsum([0, *sources[:-1]]) if starts is None else starts
    seams = seams_of(splits["validation"], texts)
    (out / "seams.json").write_text(json.dumps(seams.tolist() if starts is None else None), encoding="ascii")
    passages = chosen_passages(opened["validation"], given.vocabulary, seams)
    write_passages(out / "passages.json", passages)
    drawn_by = hold_out_seed if hold_out != "tail" else sources
    beginnings = [(one.start, one.text) for one in passages]
    told_apart = [encoded.digest, facts["characters"], facts["floors"], hold_out, drawn_by, beginnings]
    digest = hashlib.sha256(json.dumps(told_apart).encode()).hexdigest()
    return Outcome(digest=digest, facts=facts)


def _counts(ids: "Ids", vocabulary: "Vocabulary", splits: "Mapping[str, np.ndarray]") -> "dict[str, np.ndarray]":
    """How often each id occurs in each split, `(vocabulary,)` int64."""
    import numpy as np

    held_out = {split: ids.counts_in(vocabulary.size, ranges) for split, ranges in splits.items() if split != "train"}
    return {"train": np.array(vocabulary.counts) - sum(held_out.values()), **held_out}


def _floors(
    vocabulary: "Vocabulary", splits: "Mapping[str, Ids]", counts: "Mapping[str, np.ndarray]"
) -> dict[str, Any]:
    """The floors, and how many characters of either split the compressors were given."""
    from tasks.quality.floors import HELD_OUT_BYTES, TRAINING_BYTES, Window, floors

    end = vocabulary.decode(splits["train"][-TRAINING_BYTES:])
    beginning = vocabulary.decode(splits["validation"][:HELD_OUT_BYTES])
    window = Window.of(end, beginning, vocabulary.encoding)
    measured = floors(window, counts["train"], counts["validation"])
    return {"floors": measured, "compressed_characters": window.characters}
