"""A sample of bytes: the blocks that tell the character set, in which there are some beyond ASCII."""

from collections.abc import Iterator

from tasks.text.byte_pieces import BytePieces

BLOCK_BYTES = 4096
BLOCKS = 256
SAMPLE_BYTES = 1 << 20


def sample_of(pieces: BytePieces, marks: bytes = b"") -> bytes:
    """The parts of the bytes that hold some beyond ASCII, or one of the marks; a part begins after ASCII."""
    parts: list[bytes] = []
    size, before = 0, b""
    for block in _blocks(pieces, marks):
        wanted = _is_wanted(block, marks)
        if wanted:
            # A last character may be of two bytes, the second one ASCII's.
            parts.append(block)
        elif before:
            parts.append(block[:2] + b"\n")
        before = block if wanted else b""
        size += len(before)
        if size >= SAMPLE_BYTES:
            break
    return b"".join(parts)


def _blocks(pieces: BytePieces, marks: bytes) -> Iterator[bytes]:
    """The bytes in blocks; where many in a row are not wanted, as one."""
    for many in pieces.blocks(BLOCK_BYTES * BLOCKS):
        size = BLOCK_BYTES if _is_wanted(many, marks) else len(many)
        yield from (many[at : at + size] for at in range(0, len(many), size))


def _is_wanted(block: bytes, marks: bytes) -> bool:
    return not block.isascii() or any(mark in block for mark in marks)
