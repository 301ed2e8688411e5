"""Zip archives: the directory by the standard library, the files by decoders whose memory is bounded."""

import bz2
import io
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import BinaryIO

from tasks.corpus.archive_entries import ArchiveEntry
from tasks.corpus.compression import LZMA_BYTES, Decoder, Zstandard, decompressed, deflate_decoder
from tasks.corpus.errors import CorpusError
from tasks.corpus.ranges import Bytes, Part, StreamBytes
from tasks.corpus.streams import WrappingStream, buffered
from tasks.text.character_sets import codec_of
from tasks.text.characters import shortened, visible
from tasks.text.detection import guess_of

FILE, EMPTY = b"PK\x03\x04", b"PK\x05\x06"
SPANNED = (b"PK\x07\x08", b"PK00")  # Stands before the first file where an archive was, or might have been, split.
DIRECTORY_END_BYTES = 22
LATEST_VERSION, LARGEST_METHOD = 99, 99  # Far beyond what there is, and few of other bytes.
LARGEST_DIRECTORY = 64 << 20
ENCRYPTED, PATCHED, STRONGLY_ENCRYPTED, IN_UTF_8 = 0x1, 0x20, 0x40, 0x800
STORED, DEFLATED, BZIP2, LZMA, ZSTANDARD = 0, 8, 12, 14, 93
LOCAL_HEADER = struct.Struct("<4sBxxxH16xHH")
UNREADABLE = (ArithmeticError, EOFError, LookupError, NotImplementedError, OSError, struct.error, zipfile.BadZipFile)


def is_zip(head: bytes) -> bool:
    """Whether these bytes begin a zip archive: with a whole header of a file, or that of a directory of none."""
    if head.startswith(EMPTY):
        return len(head) >= DIRECTORY_END_BYTES
    first = next((len(mark) for mark in SPANNED if head.startswith(mark)), 0)
    header = head[first : first + LOCAL_HEADER.size]
    if len(header) < LOCAL_HEADER.size:
        return False
    beginning, version, method, *_ = LOCAL_HEADER.unpack(header)
    return bool(beginning == FILE and version <= LATEST_VERSION and method <= LARGEST_METHOD)


def entries(archive: Bytes) -> Iterator[ArchiveEntry]:
    """The archive's files in the order of its directory, empty ones too; folders and links are passed over.

    Args:
        archive: must be seekable.

    Raises:
        CorpusError: it has no whole directory. What is wrong with a file itself shows when that is read.
    """
    infos = _directory(archive)
    encoding = _encoding_of_names(infos)
    for info in infos:
        if not info.filename.endswith("/") and not stat.S_ISLNK(info.external_attr >> 16):
            yield ArchiveEntry(_name(info, encoding), StreamBytes(partial(_opened, archive, info)))


def _directory(archive: Bytes) -> list[zipfile.ZipInfo]:
    try:
        with _Guarded(archive.open()) as file, zipfile.ZipFile(file) as directory:
            return directory.infolist()
    except CorpusError:
        raise
    except UnicodeDecodeError as error:
        name = shortened(visible(_decoded(error.object)))
        raise CorpusError(
            f"the name of its member {name} is marked as UTF-8 and is in another character set; unpack it by other "
            "means (unar, 7z) and give the folder"
        ) from None
    except (*UNREADABLE, ValueError) as error:
        raise CorpusError(f"it is a zip archive and damaged: {error}; fetch it again") from None


class _Guarded(io.BufferedReader):
    """A file of which no more is read at once than a directory may take: each of its bytes takes ten in memory."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)  # type: ignore[arg-type]

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > LARGEST_DIRECTORY:
            raise CorpusError("it is a zip archive of too many files; unpack it and give the texts")
        return super().read(size)


def _encoding_of_names(infos: Sequence[zipfile.ZipInfo]) -> str:
    """The character set of the names of which no flag says that they are UTF-8; most archivers write that all the same.

    Others write the set of the machine that they ran on, for which the standard library takes DOS's.
    """
    names = b"\n".join(info.filename.encode("cp437", "replace") for info in infos if not info.flag_bits & IN_UTF_8)
    try:
        names.decode()
    except UnicodeDecodeError:
        return _guessed_encoding(names) or "cp437"
    return "utf-8"


def _guessed_encoding(names: bytes) -> str | None:
    found = guess_of(names)
    return codec_of(found.encoding) if found and found.fits else None


def _decoded(name: bytes) -> str:
    """A name as far as it can be told, with the bytes written out that cannot."""
    return name.decode(_guessed_encoding(name) or "ascii", "backslashreplace")


def _name(info: zipfile.ZipInfo, encoding: str) -> str:
    try:
        return info.filename if info.flag_bits & IN_UTF_8 else info.filename.encode("cp437").decode(encoding)
    except UnicodeError:
        return info.filename


def _opened(archive: Bytes, info: zipfile.ZipInfo) -> BinaryIO:
    if info.flag_bits & (ENCRYPTED | STRONGLY_ENCRYPTED):
        raise CorpusError("it is encrypted; unpack it with its password and give the text")
    if info.flag_bits & PATCHED:
        raise CorpusError("it is stored as a patch of another file; unpack it and give the text")
    header = archive.at(info.header_offset, LOCAL_HEADER.size) if info.header_offset >= 0 else b""
    if len(header) < LOCAL_HEADER.size or header[:4] != FILE:
        raise CorpusError("the zip archive is damaged where it begins; fetch it again")
    *_, name_length, extra_length = LOCAL_HEADER.unpack(header)
    start = info.header_offset + LOCAL_HEADER.size + name_length + extra_length
    return buffered(_Checked(_unpacked(archive, info, start), info))


def _unpacked(archive: Bytes, info: zipfile.ZipInfo, start: int) -> BinaryIO:
    stored = Part(archive, start, info.compress_size)
    if info.compress_type == STORED:
        return stored.open()
    if info.compress_type == LZMA:
        length = int.from_bytes(stored.at(2, 2), "little")
        properties = stored.at(4, length)
        return decompressed(stored.open(4 + length), partial(_lzma_decoder, properties), alone=True)
    opened: Callable[[], Decoder] | None = {
        DEFLATED: deflate_decoder,
        BZIP2: bz2.BZ2Decompressor,
        ZSTANDARD: Zstandard,
    }.get(info.compress_type)
    if not opened:
        raise CorpusError(f"it is packed by method {info.compress_type}, not known here; unpack it and give the text")
    return decompressed(stored.open(), opened, alone=True)


def _lzma_decoder(properties: bytes) -> Decoder:
    if len(properties) != 5 or properties[0] >= 9 * 5 * 5:
        raise CorpusError("it is compressed and damaged: its header is none of LZMA; fetch it again")
    first, dictionary = struct.unpack("<BI", properties)
    if dictionary > LZMA_BYTES:
        raise CorpusError("unpacking it would take more memory than is granted; unpack it and give the text")
    lc, rest = first % 9, first // 9
    if lc + rest % 5 > 4:
        raise CorpusError("it is compressed and damaged: its header is none of LZMA; fetch it again")
    chain = [{"id": lzma.FILTER_LZMA1, "lc": lc, "lp": rest % 5, "pb": rest // 5, "dict_size": max(dictionary, 4096)}]
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain)


class _Checked(WrappingStream):
    """A file of the archive, whose length and CRC must be those that the directory has."""

    def __init__(self, stream: BinaryIO, info: zipfile.ZipInfo) -> None:
        super().__init__(stream)
        self.info = info
        self.count = self.crc = 0

    def pull(self, size: int) -> bytes:
        piece = self.stream.read(size)
        self.count += len(piece)
        self.crc = zlib.crc32(piece, self.crc)
        is_whole = (self.count, self.crc) == (self.info.file_size, self.info.CRC)
        if self.count > self.info.file_size or (not piece and not is_whole):
            raise CorpusError("it is damaged: its length or checksum is not what the archive says; fetch it again")
        return piece
