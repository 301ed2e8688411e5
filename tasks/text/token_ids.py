"""A text in a file, counted and encoded in pieces, so that neither takes memory that grows with it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import numpy as np

from tasks.kernels.utf8 import CUT_BYTES, PLACES, count_characters, look_up_characters
from tasks.progress import progressing
from tasks.text.vocabulary import Vocabulary

PIECE_BYTES = 1 << 22
LONGEST = 4  # bytes of a character
CODE_POINTS = 0x110000


def vocabulary_of_file(path: Path) -> Vocabulary:
    """The vocabulary of a UTF-8 file, as `vocabulary_of` gives it for the text.

    Raises:
        ValueError: the file is no UTF-8, or has no character.
    """
    size = path.stat().st_size
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(_counts, _pieces(path, size // 2, size))
        first = _counts(progressing("count characters", _pieces(path, 0, size // 2), size // 2, "bytes", _size_of))
        counts = first + second.result()
    points = np.flatnonzero(counts)
    if points.size and points[-1] < CODE_POINTS:
        characters = tuple(map(chr, points.tolist()))
        lengths = [len(character.encode("utf-8", "replace")) for character in characters]
        if np.dot(lengths, counts[points]) == size:
            return Vocabulary(characters, tuple(counts[points].tolist()))
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


def _counts(pieces: Iterator[Piece]) -> np.ndarray:
    """How often each character occurs, by code point."""
    counts = np.zeros(PLACES, np.int64)
    for piece, size in pieces:
        count_characters(piece, size, counts)
    return counts


def _pieces(path: Path, start: int, end: int) -> Iterator[Piece]:
    """The characters that begin in a part of a file: in the same memory each time, and how many bytes of it to use."""
    room = np.zeros(PIECE_BYTES + LONGEST + CUT_BYTES, np.uint8)
    with path.open("rb") as file:
        start = _beginning(file, start)
        while start < end:
            stop = _beginning(file, min(start + PIECE_BYTES, end))
            file.seek(start)
            read = file.readinto(room[: stop - start].data)
            room[read : read + CUT_BYTES] = 0
            yield room, read
            start = stop


def _beginning(file: BinaryIO, place: int) -> int:
    """Where the first character begins from this place on."""
    file.seek(place)
    following = file.read(LONGEST - 1)
    return place + next((n for n, byte in enumerate(following) if byte & 0xC0 != 0x80), len(following))
