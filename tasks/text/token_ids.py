"""A text in a file, counted and encoded in pieces, so that neither takes memory that grows with it."""

import mmap
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import numpy as np

from tasks.kernels.utf8 import (
    CUT_BYTES,
    PLACES,
    compile_counting,
    compile_look_up,
    count_characters,
    look_up_characters,
)
from tasks.progress import progressing
from tasks.text.vocabulary import Vocabulary

PIECE_BYTES = 1 << 22
LONGEST = 4  # bytes of a character
CODE_POINTS = 0x110000


def vocabulary_of_file(path: Path) -> Vocabulary:
    """The vocabulary of a UTF-8 file, as `vocabulary_of` gives it for the text.

    Raises:
        ValueError: the file has no character, or bytes that are of none.
    """
    size = path.stat().st_size
    compile_counting()
    with ThreadPoolExecutor(2) as pool:
        second = pool.submit(_counts, _pieces(path, size // 2, size))
        pool.submit(compile_look_up, 1)  # of ids that take a byte, as most do: `encoded` comes next
        first = _counts(progressing("count characters", _pieces(path, 0, size // 2), size // 2, "bytes", _size_of))
        counts = first + second.result()
    if counts and max(counts) < CODE_POINTS:
        characters = {chr(point): counts[point] for point in sorted(counts)}
        if sum(len(character.encode("utf-8", "replace")) * count for character, count in characters.items()) == size:
            return Vocabulary(tuple(characters), tuple(characters.values()))
    raise ValueError(f"{path.name} holds no text in UTF-8")


def encoded(path: Path, vocabulary: Vocabulary) -> Iterator[np.ndarray]:
    """The ids of a UTF-8 file's characters in pieces, `(n,)` each, in the vocabulary's `id_type`.

    Args:
        path: of a text whose characters the vocabulary has, all of them, or an unknown one in their place.
        vocabulary: of the text.
    """
    others, size = sum(vocabulary.never_drawn), path.stat().st_size
    table = np.full(PLACES, others, vocabulary.id_type)
    table[[ord(character) for character in vocabulary.characters]] = np.arange(vocabulary.size)
    for piece, used in progressing("encode", _pieces(path, 0, size), size, "bytes", _size_of):
        found = np.empty(used, vocabulary.id_type)
        yield found[: look_up_characters(piece, used, table, found)]


Piece = tuple[np.ndarray, int]


def _size_of(piece: Piece) -> int:
    return piece[1]


def _counts(pieces: Iterator[Piece]) -> Counter[int]:
    """How often each character occurs, by code point."""
    counts = np.zeros(PLACES, np.int64)
    for piece, size in pieces:
        count_characters(piece, size, counts)
    points = np.flatnonzero(counts != 0)  # twice as fast as of the counts themselves
    return Counter(dict(zip(points.tolist(), counts[points].tolist(), strict=True)))


def _pieces(path: Path, start: int, end: int) -> Iterator[Piece]:
    """The characters that begin in a part of a file, and how many bytes of each piece to use."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = _beginning(file, start)
        while start < end:
            stop = _beginning(file, min(start + PIECE_BYTES, end))
            yield _mapped(file, start, stop) if stop + CUT_BYTES <= size else _copied(file, start, stop), stop - start
            start = stop


def _mapped(file: BinaryIO, start: int, stop: int) -> np.ndarray:
    """A part of a file and what may be read after it, in the memory of the system's cache."""
    begun = start - start % mmap.ALLOCATIONGRANULARITY
    pages = mmap.mmap(file.fileno(), stop + CUT_BYTES - begun, access=mmap.ACCESS_READ, offset=begun)
    return np.frombuffer(pages, np.uint8, offset=start - begun)


def _copied(file: BinaryIO, start: int, stop: int) -> np.ndarray:
    """A part of a file with zeros after it."""
    file.seek(start)
    return np.frombuffer(file.read(stop - start).ljust(stop - start + CUT_BYTES, b"\0"), np.uint8)


def _beginning(file: BinaryIO, place: int) -> int:
    """Where the first character begins from this place on."""
    file.seek(place)
    following = file.read(LONGEST - 1)
    return place + next((n for n, byte in enumerate(following) if byte & 0xC0 != 0x80), len(following))
