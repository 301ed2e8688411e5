"""Differences of two texts: what stands in one and not in the other, word by word."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
LONG_WORD = 12
COMPARED_CHARACTERS = 2_000
RELATED = 0.5


class Piece(NamedTuple):
    """A stretch of a text, and whether the other text has it too."""

    text: str
    shared: bool


class Difference(NamedTuple):
    """Two texts in pieces.

    Attributes:
        before: the pieces of the first.
        after: the pieces of the second.
        alike: how many characters they begin with alike.
        related: whether they share enough for the pieces to tell something.
    """

    before: list[Piece]
    after: list[Piece]
    alike: int
    related: bool


def difference(before: str, after: str) -> Difference:
    """What of each text the other has not; of longer ones the first 2,000 characters are compared."""
    before, after = before[:COMPARED_CHARACTERS], after[:COMPARED_CHARACTERS]
    old, new = tokens(before), tokens(after)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left += [Piece("".join(old[i:j]), kind == "equal")] if j > i else []
        right += [Piece("".join(new[k:m]), kind == "equal")] if m > k else []
    shared = sum(len(piece.text) for piece in left if piece.shared)
    related = shared >= RELATED * max(len(before), len(after))
    return Difference(left, right, common_prefix(before, after), related)


def tokens(text: str) -> Sequence[str]:
    """Words, blanks and marks; single characters where words are not set apart by blanks."""
    words = WORDS.findall(text)
    return words if len(text) <= LONG_WORD * max(1, len(words)) else list(text)


def common_prefix(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
