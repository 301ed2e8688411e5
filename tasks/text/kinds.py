"""Kinds of files that hold no text as it is, told by their first bytes."""

import re
from dataclasses import dataclass

from tasks.text.characters import shortened

HEAD_BYTES = 4096
CONTROLS = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")
JUNK_BYTES = 1024  # that may stand before a PDF
PDF = re.compile(rb"^%PDF-\d\.\d", re.MULTILINE)
PDF_OBJECT = re.compile(rb"^[ \t\r]*\d+ \d+ obj\b", re.MULTILINE)

AS_PLAIN_TEXT = "save it as plain text in UTF-8"
BY_PANDOC = "make plain text of it (pandoc -t plain)"
BY_OCR = "read the text out of it (tesseract) and give that, or train on its bytes (--level byte)"
UNPACK = "unpack it and give the text"
EXPORT = "write its text to a file (one document a line, or JSON Lines) and give that"
GIVE_TEXT = "give a text"


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        what: it in words, with its article.
        advice: how to come to a text.
        is_text: whether it is text all the same, in some language of marks that may be meant.
        is_page: whether it is an HTML page, with a main text that can be extracted.
    """

    what: str
    advice: str
    is_text: bool = False
    is_page: bool = False


IMAGE, AUDIO = Kind("an image", BY_OCR), Kind("sound", "write down what is said (whisper) and give that")
VIDEO, FONT = Kind("a video", "give its subtitles"), Kind("a font", GIVE_TEXT)
PROGRAM = Kind("a program", GIVE_TEXT)
PDF_DOCUMENT = Kind("a PDF document", "make plain text of it (pdftotext)")
POSTSCRIPT = Kind("PostScript", "make plain text of it (ps2ascii)", is_text=True)
RTF = Kind("RTF", f"{AS_PLAIN_TEXT}, or {BY_PANDOC}", is_text=True)
OLE = Kind("a document of an old Microsoft Office (DOC, XLS, PPT)", AS_PLAIN_TEXT)
CPIO = Kind("a cpio archive", UNPACK)
ARRAYS = Kind("an array of NumPy", EXPORT)

# The first bytes, and what they are of. All but marks that are text count only where a control character, which no text
# has, is near: any of the others could be letters of an 8-bit character set.
MAGICS: dict[bytes, Kind] = {
    rb"{\rtf": RTF,
    b"%!PS": POSTSCRIPT,
    b"\x04%!PS": POSTSCRIPT,
    b"\xc5\xd0\xd3\xc6": POSTSCRIPT,
    b"\x1b%-12345X": Kind("a print job", AS_PLAIN_TEXT),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": OLE,
    b"ITSF\x03\0": Kind("compiled HTML help (CHM)", BY_PANDOC),
    b"AT&TFORM": Kind("a DjVu document", "make plain text of it (djvutxt)"),
    b"\x89PNG\r\n\x1a\n": IMAGE,
    b"\xff\xd8\xff": IMAGE,
    b"GIF87a": IMAGE,
    b"GIF89a": IMAGE,
    b"II*\0": IMAGE,
    b"MM\0*": IMAGE,
    b"\0\0\1\0": IMAGE,
    b"8BPS\0": IMAGE,
    b"\0\0\0\x0cjP  ": IMAGE,
    b"\xff\x0a": IMAGE,
    b"\0\0\0\x0cJXL ": IMAGE,
    b"gimp xcf": IMAGE,
    b"ID3\2": AUDIO,
    b"ID3\3": AUDIO,
    b"ID3\4": AUDIO,
    b"OggS\0": AUDIO,
    b"fLaC\0": AUDIO,
    b"MThd\0": AUDIO,
    b"FORM\0": AUDIO,
    b"\x1aE\xdf\xa3": VIDEO,
    b"\0\0\1\xba": VIDEO,
    b"\0\0\1\xb3": VIDEO,
    b"FLV\1": VIDEO,
    b"0&\xb2u\x8ef\xcf\x11": VIDEO,
    b"OTTO\0": FONT,
    b"\0\1\0\0\0": FONT,
    b"true\0": FONT,
    b"ttcf\0": FONT,
    b"wOFF\0": FONT,
    b"wOF2\0": FONT,
    b"\x7fELF": PROGRAM,
    b"\0asm": PROGRAM,
    b"\xca\xfe\xba\xbe": PROGRAM,
    b"\xfe\xed\xfa\xce": PROGRAM,
    b"\xfe\xed\xfa\xcf": PROGRAM,
    b"\xce\xfa\xed\xfe": PROGRAM,
    b"\xcf\xfa\xed\xfe": PROGRAM,
    b"dex\n03": PROGRAM,
    b"SQLite format 3\0": Kind("an SQLite database", EXPORT),
    b"PAR1": Kind("Parquet", "name the column that has the text by --field"),
    b"ARROW1\0\0": Kind("an Arrow file", EXPORT),
    b"FEA1": Kind("a Feather file", EXPORT),
    b"Obj\1": Kind("an Avro file", EXPORT),
    b"\x93NUMPY": ARRAYS,
    b"\x89HDF\r\n\x1a\n": Kind("an HDF5 file", EXPORT),
    b"MATLAB 5.0 MAT-file": Kind("a MATLAB file", EXPORT),
    b"RDX2\nX\n": Kind("an R file", EXPORT),
    b"RDX3\nX\n": Kind("an R file", EXPORT),
    b"GGUF": Kind("a language model", GIVE_TEXT),
    b"7z\xbc\xaf\x27\x1c": Kind("a 7z archive", UNPACK),
    b"Rar!\x1a\x07": Kind("a RAR archive", UNPACK),
    b"\x1f\x9d": Kind("packed by compress (.Z)", "unpack it (gzip -d) and give the text"),
    b"\x1f\xa0": Kind("packed by compress (.Z)", "unpack it (gzip -d) and give the text"),
    b"\x1f\x1e": Kind("packed by pack (.z)", "unpack it (gzip -d) and give the text"),
    b"LZIP\1": Kind("packed by lzip", "unpack it (lzip -d) and give the text"),
    b"\x04\x22M\x18": Kind("packed by lz4", "unpack it (lz4 -d) and give the text"),
    b"\x89LZO\0\r\n\x1a\n": Kind("packed by lzop", "unpack it (lzop -d) and give the text"),
    b"\xff\x06\0\0sNaPpY": Kind("packed by snappy", UNPACK),
    b"MSCF\0\0\0\0": Kind("a cabinet archive", UNPACK),
    b"!<arch>\n": Kind("an ar archive or Debian package", UNPACK),
    b"\xed\xab\xee\xdb": Kind("an RPM package", UNPACK),
    b"hsqs": Kind("a squashfs image", UNPACK),
    b"d8:announce": Kind("a torrent", "download what it leads to, and give the text"),
}


def kind_of_bytes(head: bytes) -> Kind | None:
    """What the file is that begins with these bytes; None if they may begin a text, as far as bytes tell.

    Args:
        head: the first 4,096 bytes, or all that there are.
    """
    is_binary = CONTROLS.search(head.rstrip(b"\x1a")) is not None  # DOS ends a text with one.
    for magic, kind in MAGICS.items():
        if head.startswith(magic) and (is_binary or (kind.is_text and magic.isascii())):
            return kind
    return _by_structure(head)


def refusal(kind: Kind, name: str) -> str:
    """What is said of a file of this kind where a text is wanted.

    Args:
        kind: what it is.
        name: its name in the archive or folder; empty if it is the corpus itself.
    """
    said = f"{shortened(name) or 'the corpus'} is {kind.what}, not text; {kind.advice}"
    if kind.is_text:
        said += "; or pass --markup keep, if it is to be learnt as it is"
    return f"{said}; or choose the corpus's texts with --member" if name else said


def _by_structure(head: bytes) -> Kind | None:
    """What it is by more than its first bytes, for those could be a text's."""
    box = head[4:8], head[8:12]
    if head[:4] == b"RIFF" and box[1] in (b"WAVE", b"WEBP", b"AVI "):
        return {b"WAVE": AUDIO, b"WEBP": IMAGE, b"AVI ": VIDEO}[box[1]]
    if box[0] == b"ftyp" and head[:1] == b"\0":
        return IMAGE if box[1] in (b"heic", b"heix", b"mif1", b"avif") else VIDEO
    if head[60:68] in (b"BOOKMOBI", b"TEXtREAd"):
        return Kind("an e-book of Mobipocket or Kindle", "convert it to plain text (ebook-convert)")
    pdf = PDF.search(head[:JUNK_BYTES])
    if pdf and (pdf.start() == 0 or PDF_OBJECT.search(head, pdf.end())):
        return PDF_DOCUMENT
    if re.match(rb"..-l[hz][0-9sd]-", head, re.DOTALL):
        return Kind("an LHA archive", UNPACK)
    if re.match(rb"07070[127][0-9A-Fa-f]{70}", head):
        return CPIO
    if b"\0" in head:
        return _with_zeros(head)
    return None


def _with_zeros(head: bytes) -> Kind | None:
    """What it is, given that it holds a zero byte, which no text in an 8-bit character set does."""
    if head[:2] == b"MZ":
        return PROGRAM
    if head[:2] == b"\xc7\x71":
        return CPIO
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        return IMAGE
    if head[:1] == b"\xff" and head[1:2] in (b"\xfb", b"\xf3", b"\xf2", b"\xfa"):
        return AUDIO
    if head[:1] == b"\x80" and head[1:2] in (b"\2", b"\3", b"\4", b"\5"):
        return Kind("a pickle of Python", EXPORT)
    if head[8:10] == b'{"' and int.from_bytes(head[:8], "little") < 100 << 20:
        return Kind("a model's weights (safetensors)", GIVE_TEXT)
    return None
