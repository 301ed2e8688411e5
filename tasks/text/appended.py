"""Forms of Unicode in the midst of another: what a shell of one encoding appended to a file of the other."""

import re
from collections.abc import Iterable

from tasks.text.byte_escapes import is_utf_8
from tasks.text.wide_sets import wide_guess

CHARACTERS = 48  # Of which UTF-16 never has so many that are UTF-8 too.
LONGEST = 3 * CHARACTERS
MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
SHORTEST = 32  # Of what stands before and behind: less may be in either.
JUDGED_BYTES = 4096
HIGH_BYTES = 8  # Each second one is a control character as bytes go, but for signs and hanzi.
CONTROL = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")
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


def first_swapped(pieces: Iterable[bytes], encoding: str) -> int | None:
    """The offset of a byte order mark of the other order in UTF-16 of this one; None if there is none."""
    other = next(mark for name, mark in MARKS.items() if name != encoding)
    last, offset = b"", 0
    for piece in pieces:
        both = last + piece
        at = both.find(other)
        while at >= 0:
            if (offset - len(last) + at) % 2 == 0:
                return offset - len(last) + at
            at = both.find(other, at + 1)
        last, offset = piece[-1:], offset + len(piece)
    return None


def first_utf_16(content: bytes) -> tuple[int, str] | None:
    """About the offset from which text in UTF-8 goes on in UTF-16, and in which order; None if it nowhere does.

    Args:
        content: the text, or as much of its beginning as there is.
    """
    high = CONTROL.search(content)  # The high byte of a letter of most scripts, or a space's.
    if not high:
        return None
    starts = [(name, start) for start in (high.start() - 1, high.start()) for name in MARKS]
    # A line feed before may look like one in the other order, which then ends within a character.
    for name, start in sorted(starts, key=lambda one: (len(content) - one[1]) % 2):
        before, after = content[: max(0, start)].removesuffix(MARKS[name]), content[start : start + JUDGED_BYTES]
        is_wide = len(CONTROL.findall(after)) * HIGH_BYTES > len(after) and wide_guess(after) == name
        if is_wide and min(len(before), len(after)) >= SHORTEST and is_utf_8(before):
            return len(before), name
    return None
