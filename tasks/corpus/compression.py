"""Compressed streams: told by their first bytes, unpacked piece by piece with bounded memory."""

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol

import zstandard

from tasks.corpus.errors import CorpusError
from tasks.corpus.streams import WrappingStream, buffered

MAGIC_BYTES = 13
INPUT_BYTES = 1 << 16
LZMA_BYTES = 256 << 20
ZSTD_WINDOW_BYTES = 128 << 20
ZSTD_INPUT_BYTES = 1 << 9  # A block of four bytes may stand for 128 KiB, and all that come of one input come at once.
ZSTD_SKIPPABLE = range(0x184D2A50, 0x184D2A60)
UNKNOWN_SIZE, LARGEST_LZMA_ALONE = (1 << 64) - 1, 1 << 38

DAMAGED = (EOFError, OSError, ValueError, lzma.LZMAError, zlib.error, zstandard.ZstdError)


class Decoder(Protocol):
    """What unpacks one stream of a format, as the standard library's decompressors do."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """What the data unpack to, and no more than about so much of it; the rest comes with later calls."""

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing comes without more data."""

    @property
    def unused_data(self) -> bytes:
        """What came after the stream's end."""


class Inflate:
    """A decoder of zlib's formats."""

    needs_input = True

    def __init__(self, window_bits: int) -> None:
        self._decoder = zlib.decompressobj(window_bits)

    def decompress(self, data: bytes, max_length: int) -> bytes:  # noqa: D102
        piece = self._decoder.decompress(self._decoder.unconsumed_tail + data, max_length)
        self.needs_input = len(piece) < max_length
        return piece

    @property
    def eof(self) -> bool:  # noqa: D102
        return self._decoder.eof

    @property
    def unused_data(self) -> bytes:  # noqa: D102
        return self._decoder.unused_data


class Zstandard:
    """A decoder of one frame; it may give more than it is asked for, up to 16 MiB for 512 bytes of input."""

    def __init__(self) -> None:
        self._decoder = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW_BYTES).decompressobj()
        self._rest = memoryview(b"")

    def decompress(self, data: bytes, max_length: int) -> bytes:  # noqa: D102
        self._rest = memoryview(bytes(self._rest) + data) if self._rest else memoryview(data)
        pieces, size = list[bytes](), 0
        while self._rest and not self.eof and size < max_length:
            pieces.append(self._decoder.decompress(self._rest[:ZSTD_INPUT_BYTES]))
            self._rest = self._rest[ZSTD_INPUT_BYTES:]
            size += len(pieces[-1])
        return b"".join(pieces)

    @property
    def eof(self) -> bool:  # noqa: D102
        return self._decoder.eof

    @property
    def needs_input(self) -> bool:  # noqa: D102
        return not self._rest

    @property
    def unused_data(self) -> bytes:  # noqa: D102
        return self._decoder.unused_data + bytes(self._rest)


def gzip_decoder() -> Decoder:
    """A decoder of one member of a gzip file."""
    return Inflate(16 + zlib.MAX_WBITS)


def deflate_decoder() -> Decoder:
    """A decoder of bare deflate, as in zip archives."""
    return Inflate(-zlib.MAX_WBITS)


def xz_decoder() -> Decoder:
    """A decoder of one stream of xz."""
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, LZMA_BYTES)


def lzma_decoder() -> Decoder:
    """A decoder of what came before xz."""
    return lzma.LZMADecompressor(lzma.FORMAT_ALONE, LZMA_BYTES)


def decoder_of(head: bytes) -> Callable[[], Decoder] | None:
    """What unpacks the compressed stream that begins with these bytes; None if they begin none.

    Args:
        head: the first 13 bytes, or more, or all that there are.
    """
    if head[:3] == b"\x1f\x8b\x08" and len(head) > 3 and not head[3] & 0xE0:
        return gzip_decoder
    if head[:3] == b"BZh" and head[4:10] in (b"1AY&SY", b"\x17rE8P\x90") and head[3:4] in b"123456789":
        return bz2.BZ2Decompressor
    if head[:6] == b"\xfd7zXZ\0" and head[8:12] == zlib.crc32(head[6:8]).to_bytes(4, "little"):
        return xz_decoder
    if _is_lzma_alone(head):
        return lzma_decoder
    magic = int.from_bytes(head[:4], "little")
    return Zstandard if magic == zstandard.MAGIC_NUMBER or magic in ZSTD_SKIPPABLE else None


def _is_lzma_alone(head: bytes) -> bool:
    """Whether a header without magic is one: only sizes of the dictionary that encoders write are taken for one."""
    if len(head) < MAGIC_BYTES or head[0] >= 9 * 5 * 5:
        return False
    dictionary, size = struct.unpack_from("<IQ", head, 1)
    lowest_bit = dictionary & -dictionary
    is_usual = dictionary >= 4096 and dictionary in (lowest_bit, 3 * lowest_bit)
    return is_usual and (size == UNKNOWN_SIZE or size < LARGEST_LZMA_ALONE)


def decompressed(
    packed: BinaryIO,
    opened: Callable[[], Decoder],
    *,
    alone: bool = False,
    note: Callable[[str], None] = lambda said: None,
) -> BinaryIO:
    """A stream of what the packed one unpacks to.

    Args:
        packed: one stream of the format or several after each other, with zeros between and after them at most; what
            else follows streams of gzip and bzip2 is passed over, as their own commands do.
        opened: makes a decoder.
        alone: there is one stream, and the caller knows how many bytes are to come.
        note: is told what was passed over.

    Raises:
        CorpusError: while it is read, where it is damaged, or would take more memory than is granted.
    """
    return buffered(_Decompressed(packed, opened, alone, note))


class _Decompressed(WrappingStream):
    def __init__(
        self, packed: BinaryIO, opened: Callable[[], Decoder], alone: bool, note: Callable[[str], None]
    ) -> None:
        super().__init__(packed)
        self.opened, self.alone, self.note = opened, alone, note
        self.decoder: Decoder | None = opened()
        self.ready = memoryview(b"")

    def pull(self, size: int) -> bytes:
        while not self.ready and self.decoder:
            self.ready = memoryview(self._unpack(self.decoder, size))
        piece, self.ready = bytes(self.ready[:size]), self.ready[size:]
        return piece

    def _unpack(self, decoder: Decoder, size: int) -> bytes:
        if decoder.eof:
            self.decoder, rest = (None, b"") if self.alone else self._next(decoder.unused_data)
            return self._decoded(self.decoder, rest, size) if self.decoder else b""
        data = self.stream.read(INPUT_BYTES) if decoder.needs_input else b""
        if decoder.needs_input and not data and not self.alone:
            raise CorpusError("it is compressed and ends too early: it was cut off; fetch it again")
        if decoder.needs_input and not data:
            self.decoder = None
            return b""
        return self._decoded(decoder, data, size)

    def _next(self, rest: bytes) -> tuple[Decoder | None, bytes]:
        """The decoder of the stream after the one that has ended, and its first bytes; None if there is no more."""
        rest = rest.lstrip(b"\0")
        while len(rest) < MAGIC_BYTES and (more := self.stream.read(INPUT_BYTES)):
            rest = (rest + more).lstrip(b"\0")
        if rest and self.opened in (gzip_decoder, bz2.BZ2Decompressor) and decoder_of(rest) is not self.opened:
            self._pass_over(rest)
            return None, b""
        return (self.opened(), rest) if rest else (None, b"")

    def _pass_over(self, rest: bytes) -> None:
        count = len(rest)
        while piece := self.stream.read(INPUT_BYTES):
            count += len(piece)
        said = f"{count:,} byte{' ' if count == 1 else 's '}after its compressed text {'is' if count == 1 else 'are'}"
        self.note(f"{said} none of it, and passed over")

    def _decoded(self, decoder: Decoder, data: bytes, size: int) -> bytes:
        try:
            return decoder.decompress(data, size)
        except DAMAGED as error:
            if "emory" in str(error):
                raise CorpusError(
                    "it was compressed with so large a window that unpacking it would take more memory than is granted "
                    "(256 MiB); unpack it and give the text"
                ) from None
            if "ictionary" in str(error):
                raise CorpusError("it is packed with a dictionary; unpack it (zstd -D) and give the text") from None
            raise CorpusError(f"it is compressed and damaged: {error}; fetch it again") from None
