"""Archives made of names and bytes."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile

import zstandard


def tar(files, form=tarfile.PAX_FORMAT):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def zipped(files, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def zipped_by_zstandard(content):
    """A zip archive of one file by method 93, which the standard library of this Python does not write."""
    packed = zstandard.compress(content)
    archive = bytearray(zipped({"a.txt": packed}, zipfile.ZIP_STORED))
    directory = archive.index(b"PK\x01\x02")
    crc = zipfile.crc32(content)
    for start, method in ((0, 8), (directory, 10)):
        struct.pack_into("<H", archive, start + method, 93)
        struct.pack_into("<I", archive, start + method + 6, crc)
        struct.pack_into("<I", archive, start + method + 14, len(content))
    return bytes(archive)


def zstd(content):
    return zstandard.ZstdCompressor(write_checksum=True).compress(content)


COMPRESSIONS = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lambda content: lzma.compress(content, preset=1),
    "lzma": lambda content: lzma.compress(content, lzma.FORMAT_ALONE, preset=1),
    "zstd": zstd,
}
CHECKED = ("gzip", "bzip2", "xz", "zstd")
ZIP_METHODS = {
    "stored": zipfile.ZIP_STORED,
    "deflated": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}
TAR_FORMS = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}

ARCHIVES = (
    {f"{name} tar": lambda files, form=form: tar(files, form) for name, form in TAR_FORMS.items()}
    | {f"zip {name}": lambda files, method=method: zipped(files, method) for name, method in ZIP_METHODS.items()}
    | {f"tar in {name}": lambda files, packed=packed: packed(tar(files)) for name, packed in COMPRESSIONS.items()}
)
