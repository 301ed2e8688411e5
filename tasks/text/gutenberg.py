"""Project Gutenberg: what it puts around each of its books, told by its start and end lines and cut out of a file."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import BinaryIO

from tasks.corpus.errors import CorpusError
from tasks.text.file_ranges import cut
from tasks.text.gutenberg_marks import Mark, marks_of
from tasks.text.licence import reads_like_licence

HEADER = 30_000  # bytes; the longest licence has 20,000


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
    most a tenth of the text; so much may be dropped, too, that does not read like a licence.

    Args:
        file: normalised, in UTF-8; the text goes from `begin` to its end, where the file is left.
        begin: offset in bytes.
        found: what is found is added to it.
        asked: whether to drop whatever stands outside; None: what is no longer than a licence.

    Raises:
        CorpusError: more than a tenth of the text stands outside, and is no licence by its length or its words.
    """
    size = file.seek(0, 2)
    marks = list(marks_of(file, begin))
    trusted = _trusted(marks)
    outside = _outside(trusted, begin, size)
    if sum(map(len, outside.ranges)) >= size - begin:  # Nothing would be left.
        found.seen += len(marks)
        return
    kept = set() if asked else {part for part in outside.ranges if len(part) > _allowed(part, begin, size)}
    too_long = sum(map(len, kept))
    doubtful = too_long + (0 if asked else sum(_own(file, part, marks) for part in outside.ranges if part not in kept))
    if doubtful * 10 > size - begin:
        raise CorpusError(
            f"{doubtful:,} of its {size - begin:,} bytes stand outside the start and end lines of Project Gutenberg, "
            "and are not its licence; pass --strip-gutenberg to drop them, or --no-strip-gutenberg to keep all"
        )
    dropped = [part for part in outside.ranges if part not in kept]
    found.characters += cut(file, dropped)
    found.books += max(outside.starts, outside.ends)
    found.kept += too_long
    found.unpaired += outside.unpaired
    found.seen += sum(not _lies_in(dropped, mark.begin) for mark in set(marks).difference(trusted))


def _trusted(marks: list[Mark]) -> list[Mark]:
    """The starts and ends that are sure, or have their counterpart next to them."""
    told = [mark for mark in marks if mark.kind != "seen"]
    neighbours = zip([None, *told], told, [*told[1:], None], strict=False)
    counterparts = [(mark, before if mark.kind == "end" else after) for before, mark, after in neighbours]
    return [
        mark
        for mark, other in counterparts
        if mark.is_sure or (other and (mark.kind == "end") != (other.kind == "end"))
    ]


def _own(file: BinaryIO, part: range, marks: list[Mark]) -> int:
    """How many bytes of what stands outside may be somebody's own text."""
    file.seek(part.start)
    text, own, at = file.read(len(part)), b"", 0
    for mark in marks[bisect_left(marks, part.start, key=lambda mark: mark.begin) :]:
        if mark.begin >= part.stop:
            break
        own += text[at : mark.begin - part.start]
        at = mark.end - part.start
    own += text[at:]
    return 0 if reads_like_licence(own) else len(own)


def _outside(marks: list[Mark], begin: int, size: int) -> _Outside:
    outside = _Outside()
    since: int | None = begin  # where what stands outside began; None within a book
    last: Mark | None = None
    for mark in marks:
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
