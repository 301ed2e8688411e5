"""From a corpus's bytes to text: compression, character set, and refusal of what is no text."""

import bz2
import gzip
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import IO, Any

from charset_normalizer import from_bytes

from tasks.corpus.errors import CorpusError

MAXIMUM_BYTES = 20 << 30
SNIFFED_CHARACTERS = 1024
SAMPLE_BYTES = 1 << 20
HTML = re.compile(r"\s*(?:(?:<\?xml[^>]*>|<!--.*?-->)\s*)*<(?:!doctype\s+html|html|head)\b", re.IGNORECASE | re.DOTALL)
MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
OPENERS: dict[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
    b"PK\x03\x04": lambda file: _only_member(zipfile.ZipFile(file)),
}

DAMAGED = (EOFError, OSError, ValueError, lzma.LZMAError, struct.error, zipfile.BadZipFile, zlib.error)
UNSUPPORTED = (NotImplementedError, RuntimeError)  # An unknown method, a password.


def decode(content: bytes, *, encoding: str | None, declared: str | None) -> tuple[str, str]:
    """The text of a corpus and the name of its character set.

    The character set is the one asked for, else that of a byte order mark, else the one a server
    declared, else UTF-8, else the likeliest. Nothing is ever replaced silently.

    Args:
        content: the bytes; gzip, bzip2, xz and zip with one member are unpacked.
        encoding: the character set that the user names.
        declared: the one that the server named.

    Raises:
        CorpusError: it is HTML or binary, or not of the character set.
    """
    plain = _unpacked(content)
    mark = next((name for start, name in MARKS.items() if plain.startswith(start)), None)
    chosen = encoding or mark or declared or _detected(plain)
    try:
        text = plain.decode(chosen)
    except LookupError:
        raise CorpusError(f"there is no character set {chosen!r}; pass --encoding with another") from None
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"the corpus is not {chosen}: byte {plain[error.start]:#04x} at offset {error.start:,} does not fit; "
            "pass --encoding with the right one"
        ) from None
    except UnicodeError:  # Of a server that declares what is no character set of texts.
        raise CorpusError(f"the corpus is not {chosen}; pass --encoding with the right one") from None
    _refuse_what_is_no_text(text)
    return text, chosen.removesuffix("-sig")


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


def _detected(plain: bytes) -> str:
    try:
        plain.decode("utf-8")
    except UnicodeDecodeError as error:
        first = max(0, error.start - SAMPLE_BYTES // 2)
        return _likeliest(plain[first : first + SAMPLE_BYTES])
    return "utf-8"


def _likeliest(sample: bytes) -> str:
    """The likeliest character set of bytes that are not valid UTF-8.

    Text in another character set hardly ever has valid UTF-8 sequences beyond ASCII, so that more of them than
    of invalid ones is the mark of damaged UTF-8, of which any guess would make nonsense.
    """
    replaced = sample.decode("utf-8", "replace")
    invalid = replaced.count("\ufffd")
    if sum(character > "\x7f" for character in replaced) > 2 * invalid:
        return "utf-8"
    best = from_bytes(sample).best()
    if best is None:
        raise CorpusError("the corpus is in no character set that can be told; pass --encoding")
    return best.encoding


def _refuse_what_is_no_text(text: str) -> None:
    if HTML.match(text[:SNIFFED_CHARACTERS].removeprefix("\ufeff")):
        raise CorpusError("the corpus is an HTML page, not text; give the address of the raw text")
    if "\0" in text:
        raise CorpusError(
            f"the corpus is binary, or in another character set: a NUL at character {text.index(chr(0)):,}; "
            "give a text, or pass --encoding (utf-16-le, for one)"
        )
