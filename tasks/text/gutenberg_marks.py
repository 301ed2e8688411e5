"""Project Gutenberg's marks: the lines by which its books begin and end, found in a file of any length."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tasks.progress import progressing

WINDOW = 1 << 20
MARGIN = 8192  # of a window, on either side, for a mark that it cuts
LONGEST_BEGINNING = 64
NAMES = (b"GUTENBERG", b"Gutenberg", b"gutenberg", b"SMALL PRINT")

_BOOK = r"(?:(?:the|this|dieses|du|de[ ]ce|del)[ ])?(?:proje[ck]?t|proyecto|progetto)[ ]gutenberg"
_START = r"(?:start[ ]of|d(?:e|é|É)but|inicio|inizio|beginn)"
_END = r"(?:ende?(?:[ ]of)?|fine?)"
_LINE = r"[^\n]{0,999}"
_CLOSED = r"(?:\*\*\*|\*end\*)[ \t]*$"
# A title that its own line does not close goes on for up to three lines, if one of them closes it.
_TITLE = rf"(?:{_LINE}{_CLOSED}|{_LINE}(?:\n(?![\n*]){_LINE}){{1,3}}?{_CLOSED}|{_LINE})"
MARK = re.compile(
    rf"""[ \t]*(?:
    (?P<start> (?:\*{{1,5}}[ ]?{_START}[ ]{_BOOK} | start[ ]of[ ]{_BOOK}[ ]e-?(?:book|text)){_TITLE})
    | (?P<small> \*[ ]?end[ ]?\*?[ ]?the[ ]small[ ]print{_TITLE})
    | (?P<end> (?:\*{{1,5}}[ ]?{_END}[ ]{_BOOK} |
        (?:the[ ])?{_END}[ ]{_BOOK}(?:'s|[ ]e-?(?:book|text)|[ ]d[eiu]'?[ ])){_TITLE})
    | (?P<seen> \*{_LINE}(?:gutenberg|small[ ]print){_LINE} |
        (?:an?[ ])?{_BOOK}(?:'s|[ ]of[ ]\w+|[ ]\w+)?[ ]e-?(?:book|text){_LINE})
    )(?:[ \t]*(?:\n|\Z)){{1,99}}""".encode(),
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
SURE = re.compile(rb"[ \t]*(?:\*|[^\n]{0,99}?\be-?(?:book|text)[ ]of[ ])", re.IGNORECASE)


@dataclass(frozen=True)
class Mark:
    """A line of Project Gutenberg's.

    Attributes:
        kind: "start" of a book; "small", the end of the small print before an old one; "end" of a book; "seen", one
            that tells neither.
        begin: offset in bytes; of an end without the blank lines before it.
        end: offset in bytes, after the blank lines that follow.
        is_sure: whether it can be nothing else; any other counts only with its counterpart.
    """

    kind: str
    begin: int
    end: int
    is_sure: bool


def marks_of(file: BinaryIO, begin: int, window: int = WINDOW) -> Iterator[Mark]:
    """Project Gutenberg's lines from `begin` on, in order; no more than a window is held in memory."""
    size = file.seek(0, 2)
    passed = begin
    places = range(begin, size, window)
    for at in progressing(
        "look for Project Gutenberg", places, size - begin, "bytes", lambda at: min(window, size - at)
    ):
        first = max(begin, at - MARGIN)
        file.seek(first)
        content = file.read(at - first + window + MARGIN)
        for start in _line_beginnings(content, first == begin):
            found = MARK.match(content, start)
            if found and max(passed, at) <= first + start < at + window:
                passed = first + found.end()
                yield _mark(content, found, first)


def _line_beginnings(content: bytes, from_the_first: bool) -> list[int]:
    """Where lines begin that have one of the names near their beginning."""
    beginnings = set()
    for name in NAMES:
        at = content.find(name)
        while at >= 0:
            start = content.rfind(b"\n", max(0, at - LONGEST_BEGINNING), at) + 1
            if start or (from_the_first and at < LONGEST_BEGINNING):
                beginnings.add(start)
            at = content.find(name, at + 1)
    return sorted(beginnings)


def _mark(content: bytes, found: re.Match[bytes], first: int) -> Mark:
    kind, begin = str(found.lastgroup), found.start()
    while kind == "end" and content[begin - 2 : begin] == b"\n\n":
        begin -= 1
    return Mark(kind, first + begin, first + found.end(), SURE.match(content, found.start()) is not None)
