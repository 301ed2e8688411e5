"""Plain text: valid UTF-8 that needs no mending and no composing, told by counting its characters alone."""

import codecs
from collections.abc import Iterable, Iterator

import numpy as np

from tasks.text.damage import Damage, is_undamaged
from tasks.text.mojibake import LEADS, begins_decisively
from tasks.text.normalising import Changes, is_stable, with_line_feeds
from tasks.text.points import leading_bytes
from tasks.text.tally import Tally

MARK = codecs.BOM_UTF8
ASCII = 128
LINE_FEED = ord("\n")


def surveyed(pieces: Iterable[bytes]) -> Damage | None:
    """What a survey in UTF-8 finds in plain text, several times as fast; None if the text is not plain.

    Plain is what has no damage, no mark but for one at its start, nothing that was decoded twice, and no character
    that composing might change. Carriage returns it may have.
    """
    damage, tally, decoder, last = Damage(is_plain=True), Tally(), codecs.getincrementaldecoder("utf-8")(), ""
    for piece in without_mark(pieces):
        if piece.isascii() and not decoder.getstate()[0]:
            if b"\0" in piece:
                return None
            damage.characters += len(piece)
            damage.lines += int(np.count_nonzero(np.frombuffer(piece, np.uint8) == LINE_FEED))
            last = ""
            continue
        try:
            text = decoder.decode(piece)
        except UnicodeDecodeError:
            return None
        if begins_decisively(last, text):
            return None
        tally.add(piece)
        last = text[-1:] or last
    return None if decoder.getstate()[0] else _counted(damage, *tally.result())


def without_mark(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces without the byte order mark that they may begin with, however they are cut."""
    start: bytes | None = b""
    for piece in pieces:
        if start is None:
            yield piece
        elif MARK.startswith(start := start + piece) and start != MARK:
            continue
        else:
            yield start.removeprefix(MARK)
            start = None
    if start:
        yield start


def normalised(pieces: Iterable[bytes], changes: Changes) -> Iterator[bytes]:
    """The pieces of a plain text with LF line ends: as they would be by normalising the text.

    Args:
        pieces: without a mark at the start, cut anywhere.
        changes: what is changed is added to it, all of it once the last piece was taken.
    """
    for piece in with_line_feeds(pieces, changes, b"\r", b"\n"):
        characters = len(piece) if piece.isascii() else int(np.count_nonzero(leading_bytes(piece)))
        changes.before += characters
        changes.after += characters
        yield piece


def _counted(damage: Damage, points: np.ndarray, counts: np.ndarray) -> Damage | None:
    """The damage with these characters added to it; None if they are not those of plain text."""
    occurrences = dict(zip(points.tolist(), counts.tolist(), strict=True))
    damage.beyond_ascii = sum(count for point, count in occurrences.items() if point >= ASCII)
    leads = sum(occurrences.get(ord(lead), 0) for lead in LEADS)
    if leads * 4 > damage.beyond_ascii or not is_undamaged(points):
        return None
    if not all(is_stable(chr(point)) for point in occurrences if point >= ASCII):
        return None
    damage.characters += sum(occurrences.values())
    damage.lines += occurrences.get(LINE_FEED, 0)
    return damage
