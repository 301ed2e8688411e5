"""Shards: the files of a split, in corpus order.

They are the files that the ids come in, as they are, but for those that the split's ends run through.
"""

import itertools
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from tasks.data.ids import Ids
from tasks.data.writing import files_needed, write_files


def write_shards(folder: Path, split: str, ids: Ids, part: range, *, metadata: Mapping[str, str]) -> list[str]:
    """Put a split's files into a folder, named `train-00000-of-00008.parquet`; their names.

    A whole file of the ids is linked, so that it takes no space of its own, and stays as it is; the others say of
    themselves what `metadata` says, and which split they are of.

    Args:
        folder: where to.
        split: its name.
        ids: of the whole corpus.
        part: which of them the split has.
        metadata: what the files are to say.
    """
    described = {**metadata, "charflow.split": split}
    bounds = [part.start, *(start for start, _ in ids.files if part.start < start < part.stop), part.stop]
    cuts = list(itertools.pairwise(bounds))
    counts = [1 if ids.files.get(cut) else files_needed(cut[1] - cut[0]) for cut in cuts]
    names = [f"{split}-{number:05}-of-{sum(counts):05}.parquet" for number in range(sum(counts))]
    left = iter(names)
    for (start, end), count in zip(cuts, counts, strict=True):
        whole, paths = ids.files.get((start, end)), [folder / name for name in itertools.islice(left, count)]
        if whole:
            _link(whole, paths[0])
        else:
            begun = ids.starts(start, end)
            write_files(paths, ids.pieces(start, end), ids.dtype, offset=start, metadata=described, starts=begun)
    return names


def _link(path: Path, into: Path) -> None:
    """Give a file another name; where the file system or its rules do not allow that, copy it."""
    try:
        os.link(path, into)
    except OSError:
        shutil.copyfile(path, into)
