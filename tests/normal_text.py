"""A text as the normalise stage leaves it, without running it."""

from pathlib import Path

import numpy as np

from tasks.caching import Artifact
from tasks.data.documents import DocumentWriter


def normal_text(folder: Path, text: str, starts=(0,), facts=None) -> Artifact:
    """Write text and table of documents, all of one source, into a new folder."""
    folder.mkdir()
    (folder / "text.txt").write_bytes(text.encode())
    with DocumentWriter(folder / "documents.parquet") as table:
        table.add(np.array(starts, np.int64), 0)
    return Artifact.of_folder(folder, facts)
