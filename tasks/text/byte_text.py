"""Bytes as a model's text, each the character of Latin-1 of its number, and as the text that people read."""

import codecs
import re

import numpy as np

from tasks.text.points import code_points

CONTINUATIONS = "".join(map(chr, range(0x80, 0xC0)))  # Of a character of UTF-8 all bytes but the first.
MOST_CONTINUATIONS = 3
NO_CHARACTER = "\ufffd"
WIDER = np.array([0x80, 0x800, 0x10000])  # From where on a character takes one more byte.
ESCAPED = (0xDC80, 0xDCFF)  # What Python has for bytes that are of no character.
ESCAPES = re.compile("[\udc80-\udcff]")


def bytes_of(text: str) -> str:
    """The bytes of a text in UTF-8, each as a character; bytes that Python escaped in it come out as they were.

    Raises:
        UnicodeEncodeError: it has other halves of surrogate pairs.
    """
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def text_of(content: str, *, cut: bool = False) -> str:
    """The text that bytes are in UTF-8, with U+FFFD for each byte that is of no character.

    Args:
        content: the bytes, each as a character.
        cut: they are out of others: parts of characters at both ends are left out.
    """
    if cut:
        within = content.lstrip(CONTINUATIONS)
        content = within if len(content) - len(within) <= MOST_CONTINUATIONS else content
    return _shown(_decoded(content, final=not cut)[0])


def begun(content: str) -> tuple[str, str]:
    """The text of the bytes that have come so far, and those of a character that is not complete yet."""
    text, used = _decoded(content, final=False)
    return _shown(text), content[used:]


def aligned(content: str) -> tuple[str, np.ndarray]:
    """The text of bytes, and where each of its characters ends in them: `(len(text),)` int64, ascending."""
    text, _ = _decoded(content, final=True)
    points = code_points(text)
    widths = 1 + np.searchsorted(WIDER, points, side="right")
    widths[(points >= ESCAPED[0]) & (points <= ESCAPED[1])] = 1
    return _shown(text), np.cumsum(widths)


def _decoded(content: str, *, final: bool) -> tuple[str, int]:
    """The text with what is of no character escaped, and how many bytes it is of; all, if they are the last."""
    return codecs.utf_8_decode(content.encode("latin-1"), "surrogateescape", final)


def _shown(text: str) -> str:
    return text if text.isascii() else ESCAPES.sub(NO_CHARACTER, text)
