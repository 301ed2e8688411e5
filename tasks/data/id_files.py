"""Writing ids of any length as they come: files of 16 Mi each, whatever pieces they come in."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np

from tasks.data.blocks import BLOCK_CHARACTERS, ROW_GROUP_BLOCKS, IdsFile
from tasks.data.offset_queue import OffsetQueue

FILE_CHARACTERS = 1 << 24


def write_files(
    paths: Iterable[Path],
    pieces: Iterable[np.ndarray],
    dtype: np.dtype[np.unsignedinteger],
    *,
    offset: int,
    metadata: Mapping[str, str],
    starts: Iterable[np.ndarray] = (),
) -> int:
    """Write ids, the next group being made while one is written; gives how many there were.

    Args:
        paths: of the files, as many as it takes.
        pieces: of ids, `(n,)` each, cut anywhere.
        dtype: of the ids.
        offset: place in the corpus of the first one.
        metadata: what else the files are to say of themselves.
        starts: places in the corpus at which documents begin, ascending, in pieces `(documents,)` int64.
    """
    size = min(FILE_CHARACTERS, BLOCK_CHARACTERS * ROW_GROUP_BLOCKS)
    names, begun, place = iter(paths), OffsetQueue(starts), offset
    groups = regrouped(pieces, size, dtype)
    group = next(groups, None)
    with ThreadPoolExecutor(1) as pool:
        while group is not None:
            of_file = itertools.chain([group], itertools.islice(groups, FILE_CHARACTERS // size - 1))
            with IdsFile(next(names), dtype, offset=place, metadata=metadata) as file:
                writing: Future[None] | None = None
                for group in of_file:
                    place += len(group)
                    if writing:
                        writing.result()
                    writing = pool.submit(file.write, group, begun.before(place))
                if writing:
                    writing.result()
            group = next(groups, None)
    return place - offset


def files_needed(characters: int) -> int:
    """How many files `write_files` makes of so many characters."""
    return -(-characters // FILE_CHARACTERS)


def regrouped(pieces: Iterable[np.ndarray], size: int, dtype: np.dtype[np.unsignedinteger]) -> Iterator[np.ndarray]:
    """The same ids in arrays of this size, the last one shorter."""
    group, filled = np.empty(size, dtype), 0
    for piece in pieces:
        while not filled and len(piece) >= size:
            yield piece[:size]
            piece = piece[size:]
        while len(piece):
            taken = min(len(piece), size - filled)
            group[filled : filled + taken] = piece[:taken]
            piece, filled = piece[taken:], filled + taken
            if filled == size:
                yield group
                group, filled = np.empty(size, dtype), 0
    if filled:
        yield group[:filled]
