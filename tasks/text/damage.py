"""Damage that text may hold: counted with its first place, and repaired."""

import re
import unicodedata
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from tasks.corpus.choices import OnDamage
from tasks.text.byte_escapes import ESCAPES, EscapingDecoder, escaped_bytes, texts
from tasks.text.mojibake import Mojibake
from tasks.text.points import narrow_points

ENOUGH = 100_000  # So many bytes that do not fit, and most of those beyond ASCII, need no further reading.
KINDS = ("nul", "control", "replacement", "mark", "private", "unassigned", "escaped")
NUL, CONTROL, REPLACEMENT, MARK, PRIVATE, UNASSIGNED, ESCAPED = range(1, 8)


@dataclass
class Damage:
    """What one reading of a text in one character set has found.

    Attributes:
        characters, lines, beyond_ascii: how many of each; escapes are among the characters.
        counts: how many there are of each of `KINDS`.
        first_lines: the line of the first of each, counted from 1.
        pairs: surrogate pairs in UTF-8's form (CESU-8) that became their character.
        first_error: the offset of the first byte that does not fit.
        tail: the bytes of a last character that was cut off.
        is_plain: whether the bytes are the text's UTF-8, after a byte order mark, and normal but for carriage returns.
    """

    characters: int = 0
    lines: int = 0
    beyond_ascii: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    first_lines: dict[str, int] = field(default_factory=dict)
    pairs: int = 0
    first_error: int | None = None
    tail: bytes = b""
    is_plain: bool = False
    mojibake: Mojibake = field(default_factory=Mojibake)

    @property
    def fits(self) -> bool:
        """Whether every byte is part of a character, but for a last one that was cut off."""
        return not self.counts["escaped"] and not self.pairs

    @property
    def is_there(self) -> bool:
        """Whether there is anything of which `repaired` does one thing or another, as it is told."""
        return bool(self.tail or any(self.counts[kind] for kind in ("escaped", "nul", "replacement")))

    def add(self, text: str) -> None:
        """Count the next piece of the text."""
        if text.isascii():
            lines = text.count("\n")
            if "\0" in text:
                self._add_kind("nul", text.count("\0"), text, text.index("\0"))
        else:
            points = narrow_points(text)
            lines = int(np.count_nonzero(points == 10))
            self.beyond_ascii += int(np.count_nonzero(points > 127))
            suspects, kinds = _suspects(points)
            for number in np.unique(kinds[kinds > 0]):
                where = suspects[kinds == number]
                self._add_kind(KINDS[number - 1], len(where), text, int(where[0]))
        self.mojibake.add(text)
        self.characters += len(text)
        self.lines += lines

    def _add_kind(self, kind: str, count: int, text: str, first: int) -> None:
        self.counts[kind] += count
        self.first_lines.setdefault(kind, self.lines + text.count("\n", 0, first) + 1)


def survey(pieces: Iterable[bytes], codec: str, *, ascii_alone: bool) -> Damage:
    """Read all of a text in one character set and count its damage; less than all if it is clearly of another."""
    damage, decoder = Damage(), EscapingDecoder(codec)
    for number, (text, _, pairs) in enumerate(texts(pieces, decoder, ascii_alone=ascii_alone)):
        damage.add(text.removeprefix("\ufeff") if number == 0 else text)
        damage.pairs += pairs
        if damage.counts["escaped"] > ENOUGH and damage.counts["escaped"] * 2 > damage.beyond_ascii:
            break
    damage.first_error, damage.tail = decoder.first_error, decoder.tail
    damage.mojibake.finish()
    return damage


def repaired(pieces: Iterable[bytes], codec: str, on_damage: OnDamage, *, ascii_alone: bool) -> Generator[str]:
    """The text in pieces, without a mark at its start, its damage dropped or kept."""
    decoder, number = EscapingDecoder(codec), -1
    for number, (piece, escaped, _) in enumerate(texts(pieces, decoder, ascii_alone=ascii_alone)):
        text = piece.removeprefix("\ufeff") if number == 0 else piece
        if escaped:
            text = re.sub(f"{ESCAPES}+", lambda run: _replaced(run.group(), codec, on_damage), text)
        if on_damage != "keep":
            text = text.replace("\0", "")
        if on_damage == "drop":
            text = text.replace("\ufffd", "")
        if text:
            yield text
    if decoder.tail and on_damage == "keep":
        yield "\ufffd"


def _replaced(escapes: str, codec: str, on_damage: OnDamage) -> str:
    if on_damage != "keep":
        return ""
    # Of UTF-8 a character that was begun and broken off is one.
    return escaped_bytes(escapes).decode("utf-8", "replace") if codec == "utf-8" else "\ufffd" * len(escapes)


def is_undamaged(points: np.ndarray) -> bool:
    """Whether none of these code points is damage."""
    return not _suspects(points)[1].any()


def _suspects(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where there may be damage, and of which kind; looking each one up takes ten times as long as finding these."""
    suspect = points - 0x80 < 0x20
    if points.max(initial=0) >= 0xD800:
        suspect |= points >= 0xD800
    if points.min(initial=1) == 0:
        suspect |= points == 0
    where = np.flatnonzero(suspect)
    return where, _kinds()[points[where]] if len(where) else np.zeros(0, np.uint8)


@cache
def _kinds() -> np.ndarray:
    """For every code point its kind of damage; 0 for what is fine. Unassigned ones are told from U+D800 on."""
    kinds = np.zeros(0x110000, dtype=np.uint8)
    assigned = [*range(0xD800, 0x40000), *range(0xE0000, 0xE1000)]
    kinds[0x40000:0xE0000] = kinds[0xE1000:] = UNASSIGNED
    kinds[[point for point in assigned if unicodedata.category(chr(point)) == "Cn"]] = UNASSIGNED
    kinds[0xE000:0xF900] = kinds[0xF0000:0xFFFFE] = kinds[0x100000:0x10FFFE] = PRIVATE
    kinds[0x80:0xA0] = CONTROL
    kinds[0xD800:0xE000] = ESCAPED
    kinds[[0, 0xFEFF, 0xFFFD]] = NUL, MARK, REPLACEMENT
    return kinds
