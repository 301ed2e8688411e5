"""Bytes of a stream that only runs forwards and has many parts, such as a compressed tar."""

from collections.abc import Callable
from typing import BinaryIO

from tasks.corpus.ranges import PIECE_BYTES, Bytes
from tasks.corpus.streams import RawStream, buffered

WINDOW_BYTES = 8 << 20
IDLE_STREAMS = 2


class ForwardBytes(Bytes):
    """The bytes of a stream that cannot be sought in and has many parts.

    To go back is to begin anew, so that streams are reused: one that was closed waits where it stands, with the last
    8 MiB that it gave, for whoever wants what comes after. To read every part of it twice in order, with any number of
    parts, thus takes two streams.
    """

    seekable = False

    def __init__(self, opened: Callable[[], BinaryIO]) -> None:
        self.opened = opened
        self.idle: list[_Window] = []

    def open(self, offset: int = 0) -> BinaryIO:  # noqa: D102
        window = self._nearest(offset)
        window.seek(offset)
        return buffered(_WindowStream(self, window))

    def _nearest(self, offset: int) -> "_Window":
        able = [window for window in self.idle if window.start <= offset]
        if not able:
            return _Window(self.opened())
        nearest = max(able, key=lambda window: window.end)
        self.idle.remove(nearest)
        return nearest

    def take_back(self, window: "_Window") -> None:
        """Let a stream wait for whoever reads next."""
        self.idle.append(window)
        if len(self.idle) > IDLE_STREAMS:
            last = min(self.idle, key=lambda one: one.end)
            self.idle.remove(last)
            last.stream.close()


class _WindowStream(RawStream):
    def __init__(self, whole: ForwardBytes, window: "_Window") -> None:
        self.whole, self.window, self.failed = whole, window, False

    def pull(self, size: int) -> bytes:
        try:
            return self.window.read(size)
        except BaseException:
            self.failed = True
            raise

    def close(self) -> None:
        if not self.closed and not self.failed:
            self.whole.take_back(self.window)
        super().close()


class _Window:
    """A forward stream and the last bytes that it gave."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.kept = bytearray()
        self.position = self.end = 0

    @property
    def start(self) -> int:
        return self.end - len(self.kept)

    def seek(self, offset: int) -> None:
        """Go to an offset that is not before the window's first byte, or to the end if that is nearer."""
        while self.end < offset and self._advance(min(offset - self.end, PIECE_BYTES)):
            pass
        self.position = min(offset, self.end)

    def read(self, size: int) -> bytes:
        if self.position == self.end and not self._advance(min(size, WINDOW_BYTES)):
            return b""
        first = self.position - self.start
        piece = bytes(self.kept[first : first + size])
        self.position += len(piece)
        return piece

    def _advance(self, size: int) -> int:
        piece = self.stream.read(size)
        self.kept += piece
        self.end += len(piece)
        del self.kept[: max(0, len(self.kept) - WINDOW_BYTES)]
        return len(piece)
