"""Beginnings of passages in a text, and which of them a reader would rather begin with: prose before lines of words."""

import re
from collections.abc import Collection
from enum import IntEnum
from typing import NamedTuple

from tasks.corpus.choices import END_OF_TEXT
from tasks.text.byte_text import NO_CHARACTER

JUDGED, OPENING = 600, 240  # characters of a passage, and of its beginning, that say what it is
SHORTEST_PARAGRAPH = 200
PROMPT_CHARACTERS, SHORTEST_LINE = 40, 8

LEAST_LETTERS, MOST_SYMBOLS, MOST_CAPITALS = 0.75, 0.06, 0.5
SYMBOL = re.compile(r"[=<>{}\[\]|_#\\/+*^~`@$%&]")
# Rows of a table, rules, boxes, and leaders such as those of a table of contents.
DRAWN = re.compile(r"\S(?: {3,}|\t+)\S|([^\w\s.!?])\1\1|\.{4}|[\u2500-\u259f]")
LINE = re.compile(rf"(?<=[\n{END_OF_TEXT}])[^\S\n]*(?=\S)")
SENTENCE = re.compile(r"(?<=[.!?…][ \"'”’)]) *(?=\w)|(?<=[。！？])(?=\w)")
WORD = re.compile(r"(?<=\s)(?=\S)")
PARAGRAPH_END = re.compile(rf"\n[^\S\n]*\n|{END_OF_TEXT}")


class Kind(IntEnum):
    """What begins at a place; the greater, the rather a sample goes on from it."""

    CHARACTERS = 0
    WORDS = 1
    LINE = 2
    PROSE = 3
    PARAGRAPH = 4


class Beginning(NamedTuple):
    """Where a passage begins in a text, what it is, and its first characters."""

    start: int
    kind: Kind
    text: str


def beginnings(text: str, start: int, end: int, documents: Collection[int] = ()) -> list[Beginning]:
    """The passages that begin from one place of a text to another, the first of the best kind first.

    Args:
        text: with what stands before the first place, and after the last one.
        start: the first place.
        end: the place after the last one.
        documents: the places at which documents begin, which none that begins before goes beyond.
    """
    lines = [0] if start == 0 and 0 in documents and not text[:1].isspace() else []
    lines += _places(LINE, text, start, end)
    found = [_beginning(text, place, Kind.PARAGRAPH, documents) for place in lines]
    if not any(one.kind >= Kind.PROSE for one in found):
        sentences = _places(SENTENCE, text, start, end)
        found += [_beginning(text, place, Kind.PROSE, documents) for place in sentences if place not in lines]
    if not found:
        found = [_beginning(text, place, Kind.WORDS, documents) for place in _places(WORD, text, start, end)]
    if not found:
        near = range(start, min(end, start + PROMPT_CHARACTERS))
        found = [_beginning(text, place, Kind.CHARACTERS, documents) for place in near if not text[place].isspace()]
    whole = [one for one in found if not {NO_CHARACTER, END_OF_TEXT} & set(one.text)]
    return sorted(whole, key=lambda one: (-one.kind, one.start))


def _places(what: re.Pattern[str], text: str, start: int, end: int) -> list[int]:
    return [match.end() for match in what.finditer(text, 0, end) if start <= match.end() < end]


def _beginning(text: str, place: int, best: Kind, documents: Collection[int]) -> Beginning:
    """What begins at a place, of no better kind than this."""
    end = min((one for one in documents if place < one <= place + PROMPT_CHARACTERS), default=len(text))
    following = text[place : min(end, place + PROMPT_CHARACTERS + 1)]
    if best == Kind.PARAGRAPH and place not in documents and not _is_after_blank(text, place):
        best = Kind.PROSE
    return Beginning(place, min(best, _kind(text[place : place + JUDGED], best)), first_words(following))


def _kind(text: str, best: Kind) -> Kind:
    """What a text is, by as many of its characters as say it; no more is found out than whether it is the best."""
    begins_anew = text[0].isalpha() and not text[0].islower()
    paragraph = PARAGRAPH_END.split(text, maxsplit=1)[0]
    line = text.partition("\n")[0][:PROMPT_CHARACTERS]
    if begins_anew and not paragraph.isupper() and _has_few_symbols("".join(line.split())) and is_prose(text[:OPENING]):
        is_long = best == Kind.PARAGRAPH and len(paragraph) >= SHORTEST_PARAGRAPH
        return Kind.PARAGRAPH if is_long and is_prose(text) else Kind.PROSE
    is_of_words = sum(map(str.isalpha, line)) * 2 > len(line) and not DRAWN.search(line)
    return Kind.LINE if is_of_words else Kind.CHARACTERS


def _is_after_blank(text: str, place: int) -> bool:
    before = text[max(0, place - OPENING) : place].rstrip(" \t")
    return before.endswith(("\n\n", END_OF_TEXT)) or not before.rstrip("\n")


def is_prose(text: str) -> bool:
    """Whether the text is of words in sentences, verses or lists: no table, no rule or box, no heading, no code."""
    solid = "".join(text.split())
    capitals, others = sum(map(str.isupper, solid)), sum(map(str.islower, solid))
    return (
        bool(solid)
        and not DRAWN.search(text)
        and sum(map(str.isalpha, solid)) >= LEAST_LETTERS * len(solid)
        and capitals <= MOST_CAPITALS * (capitals + others)
        and _has_few_symbols(solid)
    )


def _has_few_symbols(solid: str) -> bool:
    return len(SYMBOL.findall(solid)) <= MOST_SYMBOLS * len(solid)


def first_words(text: str) -> str:
    """The words of a text's first line, or lines where that is short, in its first 40 characters.

    Where there are no words apart it is the characters.

    Args:
        text: 41 characters, or all of it.
    """
    line_end = text.find("\n", SHORTEST_LINE, PROMPT_CHARACTERS + 1)
    if line_end >= 0:
        return text[:line_end].rstrip()
    if len(text) <= PROMPT_CHARACTERS or text[PROMPT_CHARACTERS].isspace():
        return text[:PROMPT_CHARACTERS].rstrip()
    words = re.match(r".*\S(?=\s+\S*$)", text, re.DOTALL)
    return words[0] if words and len(words[0]) >= SHORTEST_LINE else text[:PROMPT_CHARACTERS]
