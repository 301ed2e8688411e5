"""UTF-8 in the midst of UTF-16: what a shell of one encoding appended to a file of the other."""

import re
from collections.abc import Iterable

CHARACTERS = 48  # Of which UTF-16 never has so many that are UTF-8 too.
LONGEST = 3 * CHARACTERS
RUN = re.compile(rb"(?:[\t\n\r\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}){%d}" % CHARACTERS, re.DOTALL)


def first_utf_8(pieces: Iterable[bytes]) -> int | None:
    """The offset from which bytes of UTF-16 are UTF-8 instead, an even one; None if they nowhere are."""
    before, offset = b"", 0
    for piece in pieces:
        both = before + piece
        if found := RUN.search(both):
            first = offset - len(before) + found.start()
            return first + first % 2  # The low byte of the last big-endian character may look like UTF-8.
        before, offset = both[-LONGEST:], offset + len(piece)
    return None
