"""UTF-8 that was read as a set of single bytes, windows-1252 for one, and written as UTF-8 again."""

import re
from collections.abc import Iterable, Iterator

CONTEXT = 16


def _of_bytes(first: int, last: int, sets: Iterable[str] = ("cp1252",)) -> str:
    points = range(first, last + 1)
    decoded = (bytes([point]).decode(name, "ignore") for name in sets for point in points)
    c1 = map(chr, points) if "cp1252" in sets else ()
    return "[" + re.escape("".join(dict.fromkeys([*decoded, *c1]))) + "]"


_MORE = _of_bytes(0x80, 0xBF)
_SECONDS = "€‚„\x80\x82\x84"
# The bytes of what is met most: quotes and dashes; Latin-1's letters and signs, Greek, Cyrillic.
_DECISIVE = re.compile(f"â[{_SECONDS}]{_MORE}")
# The sets, by what the first bytes of Latin-1's letters, Cyrillic or Greek become in each.
_SETS = {"ÂÃÎÏÐÑ": ("cp1252",), "РС": ("cp1251",), "¬√": ("mac_roman",), "┬├╬╨╤": ("cp437", "cp850")}
LEADS = "".join(_SETS) + "ï"  # That of a byte order mark.
_LETTERS = re.compile("|".join([*(f"[{leads}]{_of_bytes(0x80, 0xBF, sets)}" for leads, sets in _SETS.items()), "ï»¿"]))
_SEQUENCE = re.compile(f"{_DECISIVE.pattern}|{_LETTERS.pattern}")
_WORD = re.compile(rf"(?:{_SEQUENCE.pattern}|[^\W\d_])+")


class Mojibake:
    """Looks for it in a text that comes in pieces.

    Attributes:
        decisive: how many sequences there are that are nothing else.
        letters: how many that may be letters and signs of some language.
    """

    def __init__(self) -> None:
        self.decisive = 0
        self.letters = 0
        self._examples: dict[str, tuple[str, str]] = {}
        self._text = ""
        self._done = 0

    @property
    def example(self) -> tuple[str, str] | None:
        """A word as it stands, and as it was meant."""
        return self._examples.get("decisive") or self._examples.get("letters")

    def add(self, piece: str) -> None:
        """Look through the next piece, but for its end, whose context is still to come."""
        if len(piece) > 2 * CONTEXT and piece.isascii():
            self._look_at(piece[: 2 * CONTEXT])
            self._text = piece[-CONTEXT:]
            self._done = CONTEXT
        else:
            self._look_at(piece)

    def finish(self) -> None:
        """Look through what is left."""
        self._look(len(self._text))

    def share(self, beyond_ascii: int) -> float:
        """How many of so many characters beyond ASCII belong to it, about."""
        return (3 * self.decisive + 2 * self.letters) / max(1, beyond_ascii)

    def is_there(self, beyond_ascii: int) -> bool:
        """Whether it is told for certain, among so many characters beyond ASCII."""
        return self.decisive > 0 or self.letters * 4 > beyond_ascii

    def _look_at(self, piece: str) -> None:
        self._text += piece
        self._look(max(self._done, len(self._text) - CONTEXT))
        kept = max(0, self._done - CONTEXT)
        self._text, self._done = self._text[kept:], self._done - kept

    def _look(self, end: int) -> None:
        text, first = self._text, self._done
        if begins_decisively("", text):
            self.decisive += self._count("decisive", _DECISIVE, ["â"], first, end)
        self.letters += self._count("letters", _LETTERS, LEADS, first, end)
        self._done = end

    def _count(self, kind: str, pattern: re.Pattern[str], leads: Iterable[str], first: int, end: int) -> int:
        places = [place for lead in leads for place in _places(pattern, lead, self._text, first, end)]
        if places and kind not in self._examples:
            self._examples[kind] = _example(self._text, pattern.match(self._text, min(places)))
        return len(places)


def begins_decisively(last: str, text: str) -> bool:
    """Whether the text, after the last character of what stands before it, may have a decisive sequence."""
    across = last == "â" and text.startswith(tuple(_SECONDS))
    return across or any(second in text and f"â{second}" in text for second in _SECONDS)


def _places(pattern: re.Pattern[str], lead: str, text: str, first: int, end: int) -> Iterator[int]:
    """Where the pattern matches that the lead begins: most texts have few, and to find one character is fast."""
    at = text.find(lead, first, end)
    while at >= 0:
        if pattern.match(text, at):
            yield at
        at = text.find(lead, at + 1, end)


def _example(text: str, found: re.Match[str] | None) -> tuple[str, str]:
    assert found
    start = max(0, found.start() - 12)
    words = _WORD.finditer(text[start : found.end() + 12])
    word = next(one.group() for one in words if one.end() > found.start() - start)
    return word, _SEQUENCE.sub(_meant, word)


def _meant(sequence: re.Match[str]) -> str:
    sets = next((sets for leads, sets in _SETS.items() if sequence[0][0] in leads), ("cp1252",))
    return next(filter(None, (_decoded(sequence[0], name) for name in sets)), "\ufffd")


def _decoded(sequence: str, name: str) -> str:
    """What the bytes are in UTF-8 that the characters have in a set; those that it lacks are their numbers."""
    found = (one.encode(name, "ignore") or one.encode("latin-1", "ignore") for one in sequence)
    return b"".join(found).decode("utf-8", "ignore")
