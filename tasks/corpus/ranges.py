"""Bytes that can be read from any offset: those of a file, of a part of others, of a stream."""

import io
import os
import tempfile
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from tasks.corpus.errors import CorpusError
from tasks.corpus.streams import SeekableStream, buffered

PIECE_BYTES = 1 << 20


class Bytes(ABC):
    """A sequence of bytes that may be opened at any offset, and more than once at a time."""

    seekable = True

    @abstractmethod
    def open(self, offset: int = 0) -> BinaryIO:
        """A stream of the bytes from this offset to the end.

        Raises:
            CorpusError: while it is read, where they are damaged.
        """

    def head(self, size: int) -> bytes:
        """The first bytes, fewer where there are fewer."""
        with self.open() as stream:
            return stream.read(size)

    def at(self, offset: int, size: int) -> bytes:
        """So many bytes from this offset, fewer where the end is nearer."""
        with self.open(offset) as stream:
            return stream.read(size)


class FileBytes(Bytes):
    """A file's bytes; it is open as long as this object or a stream of it lives.

    Args:
        descriptor: of the file, which closes with it.
        watch: is told the offset after each reading.
    """

    def __init__(self, descriptor: int, watch: Callable[[int], None] = lambda offset: None) -> None:
        self.descriptor = descriptor
        self.watch = watch
        self.size = os.fstat(descriptor).st_size
        weakref.finalize(self, os.close, descriptor)

    @classmethod
    def of(cls, path: Path, watch: Callable[[int], None] = lambda offset: None) -> "FileBytes":
        """The bytes of the file at this path; `watch` is told the offset after each reading."""
        return cls(os.open(path, os.O_RDONLY | os.O_CLOEXEC), watch)

    @classmethod
    def spooled(cls, stream: BinaryIO) -> "FileBytes":
        """A copy of a stream's bytes in a temporary file that has no name."""
        with tempfile.TemporaryFile() as file:
            while piece := stream.read(PIECE_BYTES):
                file.write(piece)
            file.flush()
            return cls(os.dup(file.fileno()))

    def open(self, offset: int = 0) -> BinaryIO:  # noqa: D102
        return buffered(_FileStream(self, offset))


class Part(Bytes):
    """So many bytes of others, from an offset on."""

    def __init__(self, whole: Bytes, offset: int, size: int) -> None:
        self.whole, self.offset, self.size = whole, offset, size
        self.seekable = whole.seekable

    def open(self, offset: int = 0) -> BinaryIO:  # noqa: D102
        return buffered(_PartStream(self, offset))


class StreamBytes(Bytes):
    """The bytes of a stream that cannot be sought in, such as a decompressor's; it is opened anew each time."""

    seekable = False

    def __init__(self, opened: Callable[[], BinaryIO]) -> None:
        self.opened = opened

    def open(self, offset: int = 0) -> BinaryIO:  # noqa: D102
        stream = self.opened()
        while offset and (piece := stream.read(min(offset, PIECE_BYTES))):
            offset -= len(piece)
        return stream


class _FileStream(SeekableStream):
    def __init__(self, file: FileBytes, position: int) -> None:
        super().__init__(position, file.size)
        self.file = file

    def pull(self, size: int) -> bytes:
        # What a damaged archive points to may lie beyond any file.
        piece = os.pread(self.file.descriptor, size, self.position) if self.position < self.size else b""
        self.position += len(piece)
        self.file.watch(self.position)
        return piece


class _PartStream(SeekableStream):
    def __init__(self, part: Part, position: int) -> None:
        super().__init__(position, part.size)
        self.part = part
        self.stream = part.whole.open(part.offset + position)

    def seekable(self) -> bool:
        return self.part.seekable

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if not self.part.seekable:
            raise io.UnsupportedOperation("a stream that only runs forwards")
        position = super().seek(offset, whence)
        self.stream.seek(self.part.offset + position)
        return position

    def pull(self, size: int) -> bytes:
        wanted = min(size, self.size - self.position)
        piece = self.stream.read(wanted) if wanted > 0 else b""
        if wanted > 0 and not piece:
            raise CorpusError(f"{self.size - self.position:,} bytes of it are missing: it was cut off; fetch it again")
        self.position += len(piece)
        return piece

    def close(self) -> None:
        if not self.closed:
            self.stream.close()
        super().close()
