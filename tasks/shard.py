"""Shard: token ids in, the splits of a dataset as Parquet shards out, with the floors to measure against."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.caching import Artifact, Outcome, stage
from tasks.corpus.choices import HoldOut

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    from tasks.data.splits import split_ranges

    given, table = Dataset.of(encoded), documents.path("documents.parquet")
    ids = given.split("ids")
    starts = np.concatenate([*read_starts(table)]) if hold_out == "documents" else None
    sources = read_sources(table, len(ids))
    splits = split_ranges(
        sources, validation_fraction, test_fraction, hold_out=hold_out, documents=starts, seed=hold_out_seed
    )
    shards = _write_shards(out, ids, splits, given.vocabulary, encoded.digest)
    opened = {split: Ids.open(paths) for split, paths in shards.items()}
    facts = {**_facts(ids, given.vocabulary, splits, opened, hold_out), "shards": sum(map(len, shards.values()))}
    shutil.copyfile(encoded.path("vocabulary.json"), out / "vocabulary.json")
    (out / "floors.json").write_text(json.dumps(facts["floors"]), encoding="ascii")
    seams = _write_seams(out, splits["validation"], sources, starts)
    beginnings = _write_passages(out, opened["validation"], given.vocabulary, seams)
    how = hold_out, hold_out_seed if hold_out != "tail" else sources
    told_apart = [encoded.digest, facts["characters"], facts["floors"], *how, beginnings]
    return Outcome(digest=hashlib.sha256(json.dumps(told_apart).encode()).hexdigest(), facts=facts)


def _write_shards(
    out: Path, ids: "Ids", splits: "Mapping[str, np.ndarray]", vocabulary: "Vocabulary", encoded: str
) -> dict[str, list[Path]]:
    """Write the shards of each split, with the digests of the vocabulary and of the ids; gives their paths."""
    from tasks.data.sharding import write_shards

    metadata = {"charflow.vocabulary": vocabulary.sha256, "charflow.encoded": encoded}
    written = {split: write_shards(out, split, ids, ranges, metadata=metadata) for split, ranges in splits.items()}
    return {split: [out / name for name in names] for split, names in written.items()}


def _write_seams(
    out: Path, held_out: "np.ndarray", sources: "Sequence[int]", documents: "np.ndarray | None"
) -> "np.ndarray":
    """Write `seams.json`, and give the seams: between sources, or between documents that were drawn."""
    import numpy as np

    from tasks.data.splits import seams_of

    seams = seams_of(held_out, np.cumsum([0, *sources[:-1]]) if documents is None else documents)
    (out / "seams.json").write_text(json.dumps(seams.tolist() if documents is None else None), encoding="ascii")
    return seams


def _write_passages(out: Path, held_out: "Ids", vocabulary: "Vocabulary", seams: "np.ndarray") -> list[tuple[int, str]]:
    """Write `passages.json`; gives where each passage begins, and how."""
    from tasks.data.passage_choice import chosen_passages
    from tasks.data.passages import write_passages

    passages = chosen_passages(held_out, vocabulary, seams)
    write_passages(out / "passages.json", passages)
    return [(one.start, one.text) for one in passages]


def _facts(
    ids: "Ids",
    vocabulary: "Vocabulary",
    splits: "Mapping[str, np.ndarray]",
    opened: "Mapping[str, Ids]",
    hold_out: HoldOut,
) -> dict[str, Any]:
    """What is known of the splits, given as ranges of the ids and as they were written."""
    from tasks.data.splits import characters_of
    from tasks.quality.held_out import findings

    counts = _counts(ids, vocabulary, splits)
    return {
        "characters": {name: characters_of(ranges) for name, ranges in splits.items()},
        "vocabulary_size": vocabulary.size,
        "hold_out": hold_out,
        "findings": findings(ids, vocabulary, splits, counts["train"], counts["validation"], hold_out),
        **_floors(vocabulary, opened, counts),
    }


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
