"""Characters in words: by name, for a message, for a terminal."""

import unicodedata

SHOWN_CHARACTERS = 200


def name_of(character: str) -> str:
    """The character's Unicode name; control characters by their usual one."""
    usual = {"\n": "LINE FEED", "\t": "TAB", "\r": "CARRIAGE RETURN", "\0": "NULL", "\x1b": "ESCAPE"}
    return usual.get(character) or str(unicodedata.name(character, "CONTROL" if ord(character) < 160 else "UNNAMED"))


def shown(character: str) -> str:
    """The character for a message: quoted, with its code point, safe for a terminal; an escaped byte by its number."""
    if "\udc80" <= character <= "\udcff":
        return f"the byte 0x{ord(character) - 0xDC00:02X}"
    return f"{ascii(character) if not character.isprintable() else repr(character)} (U+{ord(character):04X})"


def visible(text: str, kept: str = "") -> str:
    """The text with control and direction characters written out, so that a terminal or a log obeys none.

    Args:
        text: any.
        kept: those that may stay as they are, such as a new line.
    """
    return "".join(c if c.isprintable() or c in kept else "↵" if c == "\n" else ascii(c)[1:-1] for c in text)


def shortened(name: str) -> str:
    """The name of a file for a message, of a long one its beginning."""
    return name if len(name) <= SHOWN_CHARACTERS else f"{name[: SHOWN_CHARACTERS - 1]}…"
