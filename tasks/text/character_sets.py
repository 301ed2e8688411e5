"""The names of character sets: labels, aliases, supersets."""

import codecs
import re

import webencodings

ALIASES = {
    "utf8mb3": "utf-8",
    "utf8mb4": "utf-8",
    "cp65001": "utf-8",
    "utf-8-sig": "utf-8",
    "unicode": "utf-16",
    "hz-gb-2312": "hz",
    "x-mac-roman": "macintosh",
}
# What the label means on the web: the set that contains the one named.
SUPERSETS = {
    "ascii": "windows-1252",
    "us-ascii": "windows-1252",
    "iso-8859-1": "windows-1252",
    "iso-8859-9": "windows-1254",
    "iso-8859-11": "windows-874",
    "iso8859-1": "windows-1252",
    "iso8859-9": "windows-1254",
    "iso8859-11": "windows-874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "euc-kr": "cp949",
    "koi8-r": "koi8-u",
    "iso2022_jp": "iso2022_jp_ext",
    "iso-2022-jp": "iso2022_jp_ext",
}
# What to try where Python's codec lacks some of what is met under the name.
ALTERNATIVES = {"big5hkscs": "cp950", "cp932": "shift_jis_2004", "euc-jp": "euc_jis_2004"}
# Python's codecs for sets that it knows under no name of the web's.
CODECS = {
    "windows-874": "cp874",
    "x-mac-cyrillic": "mac_cyrillic",
    "iso-8859-8-i": "iso8859_8",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
}
# Text encodings by Python's reckoning that no text comes in.
NO_CHARACTER_SETS = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}


def codec_of(name: str) -> str:
    """The name of Python's codec for a character set of this module's naming."""
    return CODECS.get(name, name)


def typed(name: str) -> str | None:
    """The character set that a user means, exactly as named; None if there is none of the name."""
    label = ALIASES.get(_label(name), _label(name))
    return label if _is_set(codec_of(label)) else _web_name(label)


def declared(name: str) -> str | None:
    """The character set that a server means, by the web's labels and supersets; None if nobody knows it.

    Of a list the first that is known counts.
    """
    for part in re.split(r"[,;\s]+", name.strip().strip("\"'")):
        label = ALIASES.get(_label(part), _label(part))
        label = re.sub(r"^(iso)-?8559", r"\1-8859", label)
        known = _web_name(label) or (label if label and _is_set(codec_of(label)) else None)
        if known:
            return SUPERSETS.get(known, known) if known != "koi8-r" else known
    return None


def superset(name: str) -> str | None:
    """The character set that contains the one named and that the web reads it as; None if that is itself."""
    return SUPERSETS.get(name) or SUPERSETS.get(codecs.lookup(codec_of(name)).name)


def is_unicode(name: str) -> bool:
    """Whether it is one of the forms of Unicode, in which any text can be written."""
    return codecs.lookup(codec_of(name)).name.startswith("utf-")


def keeps_ascii(name: str) -> bool:
    """Whether bytes below 0x80 that stand alone are ASCII's characters, whatever came before them."""
    if codecs.lookup(codec_of(name)).name.startswith(("iso2022", "hz", "utf-7")):
        return False
    every = bytes(range(128))
    try:
        return every.decode(codec_of(name)) == every.decode("ascii")
    except UnicodeDecodeError:
        return False


def is_multibyte(name: str) -> bool:
    """Whether some of its characters take more than one byte."""
    return len(bytes(range(256)).decode(codec_of(name), "replace")) != 256 or not keeps_ascii(name)


def _label(name: str) -> str:
    return name.strip().strip("\"'").lower().replace(" ", "")


def _web_name(label: str) -> str | None:
    found = webencodings.lookup(label)
    if found is None or found.name in ("replacement", "x-user-defined"):
        return None
    return {"utf-16le": "utf-16-le", "utf-16be": "utf-16-be"}.get(found.name, found.name)


def _is_set(name: str) -> bool:
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):  # A name with a NUL is a ValueError.
        return False
    return found._is_text_encoding and found.name not in NO_CHARACTER_SETS
