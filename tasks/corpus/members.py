"""The members of a downloaded file: itself, or what it holds compressed."""

import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from tasks.corpus.errors import CorpusError

MAXIMUM_BYTES = 20 << 30
OPENERS: dict[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
    b"PK\x03\x04": lambda file: _only_member(zipfile.ZipFile(file)),
}

DAMAGED = (EOFError, OSError, ValueError, lzma.LZMAError, struct.error, zipfile.BadZipFile, zlib.error)
UNSUPPORTED = (NotImplementedError, RuntimeError)  # An unknown method, a password.


@dataclass(frozen=True)
class Member:
    """One text in bytes.

    Attributes:
        name: within its archive; empty where the file is none.
        open: a stream from its first byte, as often as it is called.
    """

    name: str
    open: Callable[[], BinaryIO]


def members(path: Path, *, chosen: Sequence[str] = ()) -> Iterator[Member]:
    """The one member of a file, unpacked where it is gzip, bzip2, xz or a zip with one member.

    Raises:
        CorpusError: it is damaged, too large, or a zip with several.
    """
    plain = _unpacked(path.read_bytes())
    yield Member("", lambda: io.BytesIO(plain))


def _unpacked(content: bytes) -> bytes:
    for magic, opened in OPENERS.items():
        if content.startswith(magic):
            try:
                plain = opened(io.BytesIO(content)).read(MAXIMUM_BYTES + 1)
            except CorpusError:
                raise
            except UNSUPPORTED as error:
                raise CorpusError(f"the zip archive cannot be unpacked: {error}; unpack it and name the text") from None
            except DAMAGED as error:
                raise CorpusError(f"the compressed corpus is damaged: {error}; fetch it again") from None
            if len(plain) > MAXIMUM_BYTES:
                raise CorpusError(f"the corpus unpacks to more than {MAXIMUM_BYTES:,} bytes; give a smaller one")
            return plain
    return content


def _only_member(archive: zipfile.ZipFile) -> IO[bytes]:
    # What macOS puts beside each file is no text of its own.
    members = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX/")]
    if len(members) != 1:
        raise CorpusError(f"the zip archive has {len(members)} files instead of one; unpack it and name the text")
    return archive.open(members[0])
