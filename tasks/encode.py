"""Encode: a text in, its vocabulary and token ids in Parquet out."""

import dataclasses
import hashlib
import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.caching import Artifact, Outcome, stage
from tasks.corpus.choices import Level

if TYPE_CHECKING:
    import numpy as np

HASHED_LATER = 2  # pieces that wait to be hashed while others are written


@stage(libraries=("llvmlite", "numpy", "pyarrow"))
def encode(
    out: Path,
    text: Artifact,
    max_vocabulary: int | None = None,
    min_count: int = 1,
    always: str = "",
    level: Level = "character",
) -> Outcome:
    """Write `vocabulary.json`, the sorted characters with their counts, and the ids, `ids-00000.parquet` and so on.

    Args:
        out: where they go.
        text: `text.txt` and `documents.parquet`.
        max_vocabulary: how many characters are told apart at most, an unknown one for the rarest among them; None: all.
        min_count: how often a character occurs at least that is told apart.
        always: characters that are told apart however rare they are.
        level: what the characters of the text stand for.

    Raises:
        CorpusError: no character occurs so often.
        ValueError: the text is no UTF-8.
    """
    from tasks.data.documents import read_starts
    from tasks.data.id_files import write_files
    from tasks.text.folding import findings, without_rare
    from tasks.text.token_ids import encoded, vocabulary_of_file

    path = text.path("text.txt")
    whole = vocabulary_of_file(path)
    folded = without_rare(whole, max_vocabulary=max_vocabulary, min_count=min_count, always=always)
    vocabulary = dataclasses.replace(folded, level=level)
    content = vocabulary.to_json()
    (out / "vocabulary.json").write_text(content, encoding="ascii")
    metadata = {"charflow.vocabulary": vocabulary.sha256, "charflow.corpus": text.digest}
    digest = hashlib.sha256(content.encode("ascii"))

    table = text.path("documents.parquet")
    for starts in read_starts(table):
        digest.update(starts.data)

    files = (out / f"ids-{number:05}.parquet" for number in itertools.count())
    hashed = _hashed(encoded(path, vocabulary), digest.update)
    characters = write_files(files, hashed, vocabulary.id_type, offset=0, metadata=metadata, starts=read_starts(table))
    facts = {"characters": characters, "vocabulary_size": vocabulary.size, "findings": findings(whole, vocabulary)}
    return Outcome(digest=digest.hexdigest(), facts=facts)


def _hashed(pieces: Iterable["np.ndarray"], update: Callable[[memoryview], None]) -> Iterator["np.ndarray"]:
    """The pieces, each hashed while the next ones are written."""
    with ThreadPoolExecutor(1) as pool:
        begun: deque[Future[None]] = deque()
        for ids in pieces:
            begun.append(pool.submit(update, ids.data))
            yield ids
            if len(begun) > HASHED_LATER:
                begun.popleft().result()
