"""Streams of bytes: what every reader of packed bytes is made of."""

import errno
import io
import os
from contextlib import suppress
from typing import Any, BinaryIO, cast

BUFFER_BYTES = 1 << 16


def buffered(raw: io.RawIOBase) -> BinaryIO:
    """The stream with a buffer, so that `read(n)` gives n bytes wherever there are as many."""
    return cast(BinaryIO, io.BufferedReader(raw, BUFFER_BYTES))


def let_go(wrapper: Any) -> None:
    """Leave the file below open, unless its owner has closed it meanwhile."""
    with suppress(ValueError):
        wrapper.detach()


class RawStream(io.RawIOBase):
    """A stream that is read by `pull`."""

    def readable(self) -> bool:  # noqa: D102
        return True

    def pull(self, size: int) -> bytes:
        """At most so many of the next bytes; none at the end."""
        raise NotImplementedError

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # noqa: D102
        piece = self.pull(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


class WrappingStream(RawStream):
    """A stream that reads another, and closes it with itself."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream

    def close(self) -> None:  # noqa: D102
        if not self.closed:
            self.stream.close()
        super().close()


class SeekableStream(RawStream):
    """A stream over so many bytes that has a position."""

    def __init__(self, position: int, size: int) -> None:
        self.position, self.size = position, size

    def seekable(self) -> bool:  # noqa: D102
        return True

    def tell(self) -> int:  # noqa: D102
        return self.position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:  # noqa: D102
        position = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self.position, os.SEEK_END: self.size}[whence]
        if position < 0:
            raise OSError(errno.EINVAL, "a position before the first byte")
        self.position = position
        return position
