"""Project Gutenberg: what it puts around each of its books, told by its start and end lines and cut out of a file."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from tasks.corpus.errors import CorpusError
from tasks.progress import progressing
from tasks.text.cutting import cut

WINDOW = 1 << 20
MARGIN = 8192  # of a window, on either side, for a mark that it cuts
LONGEST_BEGINNING = 64
HEADER = 30_000  # bytes; the longest licence has 20,000
NAMES = (b"GUTENBERG", b"Gutenberg", b"SMALL PRINT")

_BOOK = r"(?:(?:the|this|dieses)[ ])?proje[ck]t[ ]gutenberg"
_LINE = r"[^\n]{0,999}"
_CLOSED = r"(?:\*\*\*|\*end\*)[ \t]*$"
# A title that its own line does not close goes on for up to three lines, if one of them closes it.
_TITLE = rf"(?:{_LINE}{_CLOSED}|{_LINE}(?:\n(?![\n*]){_LINE}){{1,3}}?{_CLOSED}|{_LINE})"
MARK = re.compile(
    rf"""[ \t]*(?:
    (?P<start> (?:\*{{1,5}}[ ]?start[ ]of[ ]{_BOOK} | start[ ]of[ ]{_BOOK}[ ]e-?(?:book|text)){_TITLE})
    | (?P<small> \*[ ]?end[ ]?\*?[ ]?the[ ]small[ ]print{_TITLE})
    | (?P<end> (?:\*{{1,5}}[ ]?|the[ ])?ende?(?:[ ]of)?[ ]{_BOOK}{_TITLE})
    | (?P<seen> \*{_LINE}(?:gutenberg|small[ ]print){_LINE} |
        (?:an?[ ])?{_BOOK}(?:'s|[ ]of[ ]\w+|[ ]\w+)?[ ]e-?(?:book|text){_LINE})
    )(?:[ \t]*(?:\n|\Z)){{1,99}}""".encode(),
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)


@dataclass(frozen=True)
class Mark:
    """A line of Project Gutenberg's.

    Attributes:
        kind: "start" of a book; "small", the end of the small print before an old one; "end" of a book; "seen", one
            that tells neither.
        begin: offset in bytes; of an end without the blank lines before it.
        end: offset in bytes, after the blank lines that follow.
    """

    kind: str
    begin: int
    end: int


@dataclass(kw_only=True)
class Boilerplate:
    """What was found of Project Gutenberg, counted over all texts that were looked through with it.

    Attributes:
        books: how many begin or end with its lines.
        characters: dropped around them.
        kept: bytes that were kept although they stand outside the lines, being too many for a licence.
        unpaired: start and end lines without a counterpart.
        seen: lines of its own that were not understood and are still in the text.
    """

    books: int = 0
    characters: int = 0
    kept: int = 0
    unpaired: int = 0
    seen: int = 0

    def notes(self) -> list[str]:
        """A phrase for each kind of finding."""
        around = "header and footer" if self.books == 1 else f"headers and footers of {self.books:,} books"
        said = {
            f"dropped Project Gutenberg's {around} ({self.characters:,} characters)": self.characters,
            f"kept {self.kept:,} bytes outside Project Gutenberg's start and end lines, too many for a licence "
            "(--strip-gutenberg drops them)": self.kept,
            f"{self.unpaired:,} of Project Gutenberg's start and end lines have no counterpart": self.unpaired,
            f"Project Gutenberg's marks were seen but not understood ({self.seen:,} lines)": self.seen,
        }
        return [phrase for phrase, happened in said.items() if happened]


@dataclass
class _Outside:
    """What stands outside the books of a text, by its start and end lines."""

    ranges: list[range] = field(default_factory=list)
    starts: int = 0
    ends: int = 0
    unpaired: int = 0


def strip(file: BinaryIO, begin: int, found: Boilerplate, *, asked: bool | None) -> None:
    """Cut out of a text what stands before, between and after Project Gutenberg's books; each book stays.

    A header or footer has up to 30,000 bytes. What is longer is dropped only if it was asked for, and kept if it is at
    most a tenth of the text.

    Args:
        file: normalised, in UTF-8; the text goes from `begin` to its end, where the file is left.
        begin: offset in bytes.
        found: what is found is added to it.
        asked: whether to drop whatever stands outside; None: what is no longer than a licence.

    Raises:
        CorpusError: more than that, and more than a tenth of the text, stands outside.
    """
    size = file.seek(0, 2)
    marks = list(marks_of(file, begin))
    outside = _outside(marks, begin, size)
    if sum(map(len, outside.ranges)) >= size - begin:  # Nothing would be left.
        found.seen += len(marks)
        return
    kept = set() if asked else {part for part in outside.ranges if len(part) > _allowed(part, begin, size)}
    too_long = sum(map(len, kept))
    if too_long * 10 > size - begin:
        raise CorpusError(
            f"{too_long:,} of its {size - begin:,} bytes stand outside the start and end lines of Project Gutenberg, "
            "far more than a licence; pass --strip-gutenberg to drop them, or --no-strip-gutenberg to keep all"
        )
    dropped = [part for part in outside.ranges if part not in kept]
    found.characters += cut(file, dropped)
    found.books += max(outside.starts, outside.ends)
    found.kept += too_long
    found.unpaired += outside.unpaired
    found.seen += sum(mark.kind == "seen" and not _lies_in(dropped, mark.begin) for mark in marks)


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
    return Mark(kind, first + begin, first + found.end())


def _outside(marks: list[Mark], begin: int, size: int) -> _Outside:
    outside = _Outside()
    since: int | None = begin  # where what stands outside began; None within a book
    last: Mark | None = None
    for mark in marks:
        if mark.kind == "seen":
            continue
        if mark.kind == "end":
            follows_end = last is not None and last.kind == "end"
            if follows_end and since is not None and mark.end - since <= HEADER:
                continue  # The same book's second end line.
            outside.unpaired += last is None or follows_end
            outside.ends += 1
            since = mark.begin
        elif since is not None:
            outside.ranges.append(range(since, mark.end))
            outside.starts += 1
            since = None
        elif last is not None and mark.kind == "small" and mark.end - last.begin <= HEADER:
            outside.ranges[-1] = range(outside.ranges[-1].start, mark.end)  # An old header after a new one.
        else:
            outside.unpaired += 1
            outside.starts += 1
        last = mark
    if last is not None and last.kind == "end" and since is not None:
        outside.ranges.append(range(since, size))
    outside.unpaired += last is not None and last.kind != "end"
    return outside


def _lies_in(ranges: list[range], offset: int) -> bool:
    number = bisect_right(ranges, offset, key=lambda part: part.start)
    return number > 0 and offset in ranges[number - 1]


def _allowed(part: range, begin: int, size: int) -> int:
    """How long what stands outside may be: a header or a footer, or both between two books."""
    return HEADER if part.start == begin or part.stop == size else 2 * HEADER
