"""Tar archives, read forwards: old, POSIX's with its extended headers, GNU's."""

import re
from collections.abc import Callable, Iterator

from tasks.corpus.archive_entries import ArchiveEntry
from tasks.corpus.errors import CorpusError
from tasks.corpus.ranges import Bytes, Part
from tasks.text.characters import shortened

BLOCK_BYTES = 512
LARGEST_EXTENSION = 1 << 20
FILES, LINKS_AND_DEVICES = b"0\0007", b"123456"
EXTENDED, LONG_NAME, SPARSE = b"x", b"L", b"S"
FOR_THE_NEXT = b"xLgK"
CUT_OFF = "it is a tar archive that ends within a file: it was cut off; fetch it again"


def is_tar(head: bytes) -> bool:
    """Whether these bytes begin a tar archive: whether its first header has the checksum that it says."""
    return len(head) >= BLOCK_BYTES and any(head[:BLOCK_BYTES]) and _has_checksum(head[:BLOCK_BYTES])


def entries(archive: Bytes, note: Callable[[str], None] = lambda said: None) -> Iterator[ArchiveEntry]:
    """The archive's files in order, empty ones too; folders, links and devices are passed over.

    Args:
        archive: its bytes. They may end after a file, without the blocks of zeros that end an archive.
        note: is told if they do.

    Raises:
        CorpusError: it is damaged, was cut off, or holds a sparse file.
    """
    position, told = 0, dict[str, str]()
    while any(header := _header_at(archive, position)):
        kind, size = header[156:157], _size(header, told)
        position += BLOCK_BYTES
        if kind in FOR_THE_NEXT:
            told |= _told(kind, _extension(archive, position, size))
        else:
            name = told.get("path") or _name(header)
            if kind == SPARSE or any(key.startswith("GNU.sparse") for key in told):
                raise CorpusError(f"its {shortened(name)} is stored as a sparse file; pack it anew without --sparse")
            size = 0 if kind in LINKS_AND_DEVICES else size
            if kind in FILES and not name.endswith("/"):
                yield ArchiveEntry(name, Part(archive, position, size))
            told = {}
        position += -(-size // BLOCK_BYTES) * BLOCK_BYTES
    if told:
        raise CorpusError(CUT_OFF)
    if not header:
        note("the tar archive lacks the blocks that end one: if files are missing, it was cut off")


def _header_at(archive: Bytes, position: int) -> bytes:
    """The header there; nothing at the end of bytes that end with the last block of a file."""
    header = archive.at(position, BLOCK_BYTES)
    if len(header) < BLOCK_BYTES and (any(header) or not archive.at(position - 1, 1)):
        raise CorpusError(CUT_OFF)
    if any(header) and not _has_checksum(header):
        raise CorpusError(f"it is a tar archive and damaged at byte {position:,}; fetch it again")
    return header


def _has_checksum(header: bytes) -> bool:
    """Whether the sum of the header's bytes, its own field taken for spaces, is what the field says."""
    said = re.fullmatch(rb"[ \0]*([0-7]{1,7})[ \0]*", header[148:156])
    if not said:
        return False
    counted = header[:148] + b" " * 8 + header[156:]
    as_unsigned, large = sum(counted), counted.translate(None, bytes(range(128)))
    return int(said[1], 8) in (as_unsigned, as_unsigned - 256 * len(large))


def _size(header: bytes, told: dict[str, str]) -> int:
    """The size as an extended header says it, or in octal digits, or where its first bit is set, as a number itself."""
    field = header[124:136]
    if field[0] & 0x80 and "size" not in told:
        return int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
    digits = told.get("size") or field.strip(b" \0").decode("latin-1") or "0"
    base = 10 if "size" in told else 8
    if not re.fullmatch(r"[0-9]{1,20}" if base == 10 else r"[0-7]{1,12}", digits, re.ASCII):
        raise CorpusError("it is a tar archive and damaged: a size is no number; fetch it again")
    return int(digits, base)


def _extension(archive: Bytes, position: int, size: int) -> bytes:
    content = archive.at(position, size) if size <= LARGEST_EXTENSION else b""
    if len(content) < size:
        raise CorpusError("it is a tar archive and damaged within an extended header; fetch it again")
    return content


def _told(kind: bytes, content: bytes) -> dict[str, str]:
    """What an extended header says of the next file."""
    if kind == LONG_NAME:
        return {"path": _text(content.rstrip(b"\0"))}
    return dict(_records(content)) if kind == EXTENDED else {}


def _records(content: bytes) -> Iterator[tuple[str, str]]:
    """The records `LENGTH KEY=VALUE` of a POSIX extended header, LENGTH being of all of it with its line feed."""
    while content.strip(b"\0"):
        found = re.match(rb"(\d{1,7}) ([^=]+)=", content)
        length = int(found[1]) if found else 0
        if not found or not found.end() < length <= len(content):
            raise CorpusError("it is a tar archive and damaged within an extended header; fetch it again")
        yield _text(found[2]), _text(content[found.end() : length - 1])
        content = content[length:]


def _name(header: bytes) -> str:
    name = header[:100].split(b"\0")[0]
    prefix = header[345:500].split(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    return _text(prefix + b"/" + name if prefix else name)


def _text(name: bytes) -> str:
    """A name as text; one that is not in UTF-8 has all its characters nonetheless, if others."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("latin-1")
