"""Cutting ranges out of a file where it lies: what follows moves up, block by block."""

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from typing import BinaryIO

BLOCK = 1 << 20
CONTINUATIONS = bytes(range(0x80, 0xC0))  # bytes of UTF-8 that begin no character


def cut(file: BinaryIO, ranges: Iterable[range]) -> int:
    """Cut out the ranges and leave the file at its end; gives how many characters of UTF-8 they had.

    Args:
        file: readable and writable.
        ranges: of bytes, in order, apart from each other.
    """
    size = file.seek(0, 2)
    target, characters = None, 0
    for part, after in pairwise(chain(ranges, [range(size, size)])):
        target = part.start if target is None else target
        characters += sum(len(block.translate(None, CONTINUATIONS)) for block in _blocks(file, part.start, part.stop))
        for block in _blocks(file, part.stop, after.start):
            file.seek(target)
            target += file.write(block)
    if target is not None:
        file.truncate(target)
    file.seek(0, 2)
    return characters


def _blocks(file: BinaryIO, start: int, stop: int) -> Iterator[bytes]:
    for at in range(start, stop, BLOCK):
        file.seek(at)
        yield file.read(min(BLOCK, stop - at))
