"""Shards: the files of a split, in corpus order.

They are the files that the ids come in, as they are, but for those that the split's ends run through; a split of
several ranges has files of its own.
"""

import itertools
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from tasks.data.id_files import files_needed, write_files
from tasks.data.ids import Ids
from tasks.data.splits import characters_of


def write_shards(folder: Path, split: str, ids: Ids, ranges: ArrayLike, *, metadata: Mapping[str, str]) -> list[str]:
    """Put a split's files into a folder, named `train-00000-of-00008.parquet`; their names.

    A whole file of the ids is linked, so that it takes no space of its own, and stays as it is; the others say of
    themselves what `metadata` says, and which split they are of. The rows of a split of several ranges count their
    offsets in the split, which its files say, and each range begins as a document does.

    Args:
        folder: where to.
        split: its name.
        ids: of the whole corpus.
        ranges: which of them the split has, `(ranges, 2)`, ascending.
        metadata: what the files are to say.
    """
    described = {**metadata, "charflow.split": split}
    wanted = np.asarray(ranges, np.int64)
    if len(wanted) == 1:
        return _write_range(folder, split, ids, range(*wanted[0].tolist()), described)
    names = _names(split, files_needed(characters_of(wanted)))
    pieces = (piece for start, end in wanted.tolist() for piece in ids.pieces(start, end))
    described["charflow.offsets"] = "split"
    paths = [folder / name for name in names]
    write_files(paths, pieces, ids.dtype, offset=0, metadata=described, starts=_starts(ids, wanted))
    return names


def _write_range(folder: Path, split: str, ids: Ids, part: range, described: Mapping[str, str]) -> list[str]:
    bounds = [part.start, *(start for start, _ in ids.files if part.start < start < part.stop), part.stop]
    cuts = list(itertools.pairwise(bounds))
    counts = [1 if ids.files.get(cut) else files_needed(cut[1] - cut[0]) for cut in cuts]
    names = _names(split, sum(counts))
    left = iter(names)
    for (start, end), count in zip(cuts, counts, strict=True):
        whole, paths = ids.files.get((start, end)), [folder / name for name in itertools.islice(left, count)]
        if whole:
            _link(whole, paths[0])
        else:
            begun = ids.starts(start, end)
            write_files(paths, ids.pieces(start, end), ids.dtype, offset=start, metadata=described, starts=begun)
    return names


def _names(split: str, count: int) -> list[str]:
    return [f"{split}-{number:05}-of-{count:05}.parquet" for number in range(count)]


def _starts(ids: Ids, ranges: np.ndarray) -> Iterator[np.ndarray]:
    """Where documents, and ranges, begin in the split."""
    place = 0
    for start, end in ranges.tolist():
        begun = np.concatenate([[start], *ids.starts(start, end)]).astype(np.int64)
        yield begun[np.diff(begun, prepend=-1) > 0] + (place - start)
        place += end - start


def _link(path: Path, into: Path) -> None:
    """Give a file another name; where the file system or its rules do not allow that, copy it."""
    try:
        os.link(path, into)
    except OSError:
        shutil.copyfile(path, into)
