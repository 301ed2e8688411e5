"""Seams: where a file goes on in another character set than it began in."""

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.text.byte_pieces import BytePieces
from tasks.text.candidates import LIKELY, Candidate, candidate
from tasks.text.detection import guess_of
from tasks.text.dos_tables import set_of_tables

PARTS = 8
LEAST_BEYOND_ASCII, ENOUGH_BEYOND_ASCII = 60, 240  # Fewer tell no set, and more tell no more.
BLOCKS = 256
SMALLEST_BLOCK, LARGEST_BLOCK = 512, 4096
SURE = 0.97
SPLIT = "split the file there and bring both parts to one, or pass --encoding with the one"


@dataclass(frozen=True)
class Seam:
    """Where a file goes on in another character set.

    Attributes:
        before: the set that the bytes before are in.
        after: that of those that follow.
        offset: about where, in bytes.
    """

    before: str
    after: str
    offset: int

    def __str__(self) -> str:
        return f"bytes of two character sets, {self.before} and, from about byte {self.offset:,} on, {self.after}"


def seam(pieces: BytePieces, encoding: str | None) -> Seam | None:
    """Where the bytes change from one character set to another; None if that is not clear.

    It is where both make good text of parts of which the other makes bad text.

    Args:
        pieces: of no Unicode.
        encoding: the set that they are taken for, or none, which is that of the first part then.
    """
    parts = _parts(pieces)
    if len(parts) < 2:
        return None
    opening = None if encoding else _sure(parts[0][1])
    first = encoding or (opening.encoding if opening else None)
    if first is None:
        return None
    taken = [candidate(first, part) for _, part in parts]
    likely = [one.likelihood for one in taken]
    other = [_sure(part) for (_, part), share in zip(parts, likely, strict=True) if share < LIKELY]
    texts = {one.beginning for one in taken}
    names = [one.encoding for one in other if one and one.beginning not in texts]
    good = [part for (_, part), share in zip(parts, likely, strict=True) if share >= SURE]
    if not names or not good:
        return None
    second = max(names, key=names.count)
    if all(candidate(second, part).likelihood >= LIKELY for part in good):
        return None
    own = _sure(good[0])
    shown = own.encoding if own and own.beginning not in texts else first
    starts_with_first = likely[0] >= LIKELY
    at = next((o for (o, _), share in zip(parts, likely, strict=True) if (share >= LIKELY) != starts_with_first), 0)
    return Seam(*((shown, second) if starts_with_first else (second, shown)), at)


def _sure(part: bytes) -> Candidate | None:
    found = guess_of(part)
    return found if found and found.fits and found.likelihood >= SURE else None


def _parts(pieces: BytePieces) -> list[tuple[int, bytes]]:
    """Up to eight parts of about as many blocks with bytes beyond ASCII, and where in the file each begins.

    Those that draw tables are left out: they are no letters of any set.
    """
    blocks = _blocks(pieces)
    parts: list[tuple[int, bytes]] = []
    size = -(-len(blocks) // PARTS)
    held: list[tuple[int, bytes]] = []
    for block in blocks:
        held.append(block)
        joined = b"\n".join(content for _, content in held)
        count = len(joined.translate(None, bytes(range(128))))
        if len(held) >= size and count >= LEAST_BEYOND_ASCII:
            enough = joined[: max(SMALLEST_BLOCK, len(joined) * ENOUGH_BEYOND_ASCII // count)]
            parts.append((held[0][0], enough.rpartition(b"\n")[0] or enough))
            held = []
    return [(offset, part) for offset, part in parts if not set_of_tables(part)]


def _blocks(pieces: BytePieces) -> list[tuple[int, bytes]]:
    """Blocks with bytes beyond ASCII from all of the file, evenly thinned out, and their offsets."""
    size = max(SMALLEST_BLOCK, min(LARGEST_BLOCK, len(pieces.head) // (4 * PARTS)))
    blocks: list[tuple[int, bytes]] = []
    step = 1
    for number, (offset, block) in enumerate(_wanted(pieces, size)):
        if number % step == 0:
            blocks.append((offset, block))
        if len(blocks) > BLOCKS:
            blocks, step = blocks[::2], 2 * step
    return blocks


def _wanted(pieces: BytePieces, size: int) -> Iterator[tuple[int, bytes]]:
    """Blocks with bytes beyond ASCII, each from the first line that begins in it, as long as it has one."""
    offset = 0
    for piece in pieces:
        if not piece.isascii():
            for at in range(0, len(piece), size):
                block = piece[at : at + size]
                if not block.isascii():
                    yield offset + at, block[block.find(b"\n") + 1 :]
        offset += len(piece)
