"""From decoded pieces of a text to normal ones: line feeds, no byte order marks, Unicode's form NFC.

Every step is a stream: its memory is that of a piece, and any cut of the text into pieces gives the same text.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import AnyStr

MARK = "\ufeff"
MARKS_OF_A_LINE = re.compile(f"\n{MARK}+")
ASCII = bytes(range(128))
FEW = 100  # characters for each one that composing may change, from which on those are looked for one by one
LONGEST_SEQUENCE = 256  # characters; to sort marks takes the square of their number


@dataclass(kw_only=True)
class Changes:
    """What was changed, in characters, counted over all texts that were normalised with it."""

    carriage_returns: int = 0
    marks: int = 0
    marks_within_lines: int = 0
    before: int = 0
    after: int = 0
    recomposed: bool = False

    def notes(self) -> list[str]:
        """A phrase for each kind of change."""
        said = {
            f"carriage returns became line feeds ({self.carriage_returns:,})": self.carriage_returns,
            f"dropped {self.marks:,} byte order mark{'s' * (self.marks > 1)} that began a line": self.marks,
            f"kept {self.marks_within_lines:,} U+FEFF within lines, where they join words": self.marks_within_lines,
            f"composed to Unicode form NFC ({self.before:,} characters became {self.after:,})": self.recomposed,
        }
        return [phrase for phrase, happened in said.items() if happened]


def normalised(pieces: Iterable[str], changes: Changes) -> Iterator[str]:
    """The pieces of one text with LF line ends, in NFC, without byte order marks at the beginnings of lines.

    A mark within a line stays: there it is a joiner, and what it joins cannot be told. A run of more than 256
    combining characters is composed in parts.

    Args:
        pieces: as decoded, cut anywhere.
        changes: what is changed is added to it, all of it once the last piece was taken.
    """
    return _composed(_without_marks(with_line_feeds(pieces, changes, "\r", "\n"), changes), changes)


def normal(text: str, changes: Changes | None = None) -> str:
    """A short text as a corpus would be: a prompt, for one, or a row; what is changed is added to the changes."""
    changes = changes or Changes()
    if "\r" in text or MARK in text or not unicodedata.is_normalized("NFC", text):
        return "".join(normalised([text], changes))
    changes.before += len(text)
    changes.after += len(text)
    return text


def with_line_feeds(
    pieces: Iterable[AnyStr], changes: Changes, carriage_return: AnyStr, line_feed: AnyStr
) -> Iterator[AnyStr]:
    """The pieces with line feeds for carriage returns, also for those that line feeds follow; `changes` counts them."""
    held = carriage_return[:0]  # A carriage return, whose line feed may come with the next piece.
    for piece in pieces:
        text = held + piece if held else piece
        held = carriage_return if text.endswith(carriage_return) else carriage_return[:0]
        if carriage_return in text:
            text = text.removesuffix(carriage_return)
            changes.carriage_returns += text.count(carriage_return)
            text = text.replace(carriage_return + line_feed, line_feed).replace(carriage_return, line_feed)
        yield text
    if held:
        changes.carriage_returns += 1
        yield line_feed


def _without_marks(pieces: Iterable[str], changes: Changes) -> Iterator[str]:
    starts_line, first = True, True
    for piece in pieces:
        text = piece
        if MARK in piece:
            text = MARKS_OF_A_LINE.sub("\n", piece.lstrip(MARK) if starts_line else piece)
            changes.marks += len(piece) - len(text) - (first and piece.startswith(MARK))
            changes.marks_within_lines += text.count(MARK)
        first = first and not piece
        starts_line = text.endswith("\n") if text else starts_line
        yield text


def _composed(pieces: Iterable[str], changes: Changes) -> Iterator[str]:
    held = ""
    for piece in pieces:
        if piece and _begins(piece[0]):
            yield from _composed_whole(held, changes)
            held = piece
        else:
            *sequences, held = _sequences(held + piece)
            yield from _composed_whole("".join(sequences), changes)
    yield from _composed_whole(held, changes)


def _composed_whole(text: str, changes: Changes) -> Iterator[str]:
    """Sequences composed, of which none goes on after the last one."""
    unstable = [] if text.isascii() else [character for character in _beyond_ascii(text) if not is_stable(character)]
    if not unstable:
        yield from _counted(text, text, changes)
    elif sum(map(text.count, unstable)) * FEW < len(text):
        yield from _counted(text, _composed_at(_places(text, unstable), text), changes)
    else:
        yield from _counted(text, "".join(unicodedata.normalize("NFC", one) for one in _sequences(text)), changes)


def _beyond_ascii(text: str) -> set[str]:
    """The characters beyond ASCII that a text has; to ask whether all of it is composed takes ten times as long."""
    return set(text.encode().translate(None, ASCII).decode())


def _places(text: str, characters: Iterable[str]) -> list[int]:
    """Where the characters stand in a text, ascending."""
    places = (match.start() for one in characters for match in re.finditer(re.escape(one), text))
    return sorted(places)


def _composed_at(places: Sequence[int], text: str) -> str:
    """The text with what stands before each place and the unstable characters from there on composed."""
    parts, done = [], 0
    for place in places:
        if place < done:
            continue
        start = end = place
        while start > done and not is_stable(text[start]):
            start -= 1
        while end < len(text) and not is_stable(text[end]):
            end += 1
        parts += [text[done:start], *(unicodedata.normalize("NFC", one) for one in _sequences(text[start:end]))]
        done = end
    return "".join([*parts, text[done:]])


def _counted(text: str, composed: str, changes: Changes) -> Iterator[str]:
    changes.before += len(text)
    changes.after += len(composed)
    changes.recomposed |= composed is not text and composed != text
    if composed:
        yield composed


def _sequences(text: str) -> Iterator[str]:
    """The text in parts that can be composed each by itself; a last one of up to 256 characters may go on.

    Where 256 characters have no beginning among them the cut is forced, always at the same distance from the last one.
    """
    start = 0
    while len(text) - start > LONGEST_SEQUENCE:
        longest = start + LONGEST_SEQUENCE
        end = next((offset for offset in range(longest, start, -1) if _begins(text[offset])), longest)
        yield text[start:end]
        start = end
    yield text[start:]


@lru_cache(1 << 16)
def is_stable(character: str) -> bool:
    """Whether composing leaves the character as it is, whatever stands around it."""
    return _begins(character) and unicodedata.is_normalized("NFC", character)


def _begins(character: str) -> bool:
    """Whether nothing before the character can be composed or sorted with it or what follows it.

    Those that can are marks, vowels and final consonants of Hangul, and vowels of Kirat Rai.
    """
    if character < "\u0300":
        return True
    joins = "\u1160" <= character <= "\u11ff" or "\U00016d63" <= character <= "\U00016d6a"
    return not joins and unicodedata.category(character)[0] != "M"
