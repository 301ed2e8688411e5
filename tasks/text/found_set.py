"""The reading of bytes that nobody named a character set for: by what tells it best, or else by a guess."""

from dataclasses import replace

from tasks.corpus.errors import CorpusError
from tasks.text import character_sets, east_asian
from tasks.text.advice import refusal
from tasks.text.appended import first_utf_16
from tasks.text.byte_order import BRING, mark_of, refuse_appended
from tasks.text.byte_pieces import BytePieces
from tasks.text.byte_sample import SAMPLE_BYTES, sample_of
from tasks.text.candidates import WESTERN
from tasks.text.damage import Damage
from tasks.text.declarations import declared_within
from tasks.text.detection import guess
from tasks.text.dos_tables import set_of_tables
from tasks.text.iso_2022 import has_escapes
from tasks.text.mixed_sets import TWO_SETS, UTF_8_AND_ANOTHER, has_lines_of_two_sets
from tasks.text.reading import Reading, guess_that_fits, surveyed, told_by_server
from tasks.text.seams import SPLIT, seam
from tasks.text.seven_bit import seven_bit_guesses
from tasks.text.wide_sets import wide_guess

MIXED_SHARE = 0.02  # Of the characters beyond ASCII; more are no chance.
FEW = 4  # So few valid sequences of UTF-8 may be chance.


def found(pieces: BytePieces, declared: str | None) -> tuple[Reading, Damage]:
    """How bytes are read that nobody named a character set for, but for a server.

    Raises:
        CorpusError: they are in none that can be told, or in two.
    """
    if mark := mark_of(pieces):
        refuse_appended(pieces, mark)
        return Reading(encoding=mark, known_by="byte order mark"), surveyed(pieces, mark)
    damage = surveyed(pieces, "utf-8")
    server = character_sets.declared(declared) if declared else None
    notes = () if server or not declared else (f"the server's character set {declared!r} is unknown: passed over",)
    unfit = (f"the server says {declared}, which the bytes do not fit: passed over",)
    if server and server.startswith(("utf-16", "utf-32")) and not damage.counts["nul"]:
        server, notes = None, unfit  # Half of any bytes would pass, but no line of a text ends without a NUL there.
    if (damage.beyond_ascii or damage.counts["escaped"]) and not damage.counts["nul"] and has_escapes(pieces.head):
        raise CorpusError(f"bytes of two character sets, ISO-2022 and another; {BRING}")
    told = (
        _told_by_nuls(pieces, damage, server)
        or _told_by_escapes(pieces, damage, server)
        or _told_by_utf_8(pieces, damage, server, declared)
        or (server and told_by_server(pieces, server))
    )
    if not told:
        if server:
            notes = unfit
        told = _told_by_text(pieces, damage) or _guessed(pieces, damage)
    reading, damage = told
    return replace(reading, notes=(*notes, *reading.notes)), damage


def _told_by_nuls(pieces: BytePieces, utf_8: Damage, server: str | None) -> tuple[Reading, Damage] | None:
    if not utf_8.counts["nul"]:
        return None
    name = wide_guess(pieces.head)
    if server and server.startswith(("utf-16", "utf-32")):
        order = name if name and name[:6] == server[:6] else server  # Servers name the form, and seldom the order.
        if told := told_by_server(pieces, order):
            return told
    if joined := first_utf_16(pieces.head):
        raise CorpusError(
            f"from about byte {joined[0]:,} on it is no UTF-8 but {joined[1]}: two texts were joined; {BRING}"
        )
    return guess_that_fits(pieces, [name]) if name else None


def _told_by_escapes(pieces: BytePieces, utf_8: Damage, server: str | None) -> tuple[Reading, Damage] | None:
    if utf_8.beyond_ascii or utf_8.tail:
        return None
    if server and not character_sets.keeps_ascii(server) and (told := told_by_server(pieces, server)):
        return told
    names, doubtful = seven_bit_guesses(pieces)
    told = guess_that_fits(pieces, names)
    if not told and any(name.startswith("iso2022") for name in names):
        raise CorpusError(
            "escapes as of ISO-2022, but of none that can be told; "
            "pass --encoding (iso2022_jp, for one, or utf-8 to keep them as they are)"
        )
    if told:
        return told
    notes = tuple(
        f"read as ASCII, but it may be {name}: try --encoding {name}"
        for name in doubtful
        if guess_that_fits(pieces, [name])
    )
    return Reading(encoding="utf-8", known_by="its bytes", notes=notes), utf_8


def _told_by_utf_8(
    pieces: BytePieces, utf_8: Damage, server: str | None, declared: str | None
) -> tuple[Reading, Damage] | None:
    """UTF-8 where the bytes are that, or are it for the most part.

    Text in another character set hardly ever has valid sequences beyond ASCII, so that more of them than of bytes
    that do not fit is the mark of damaged UTF-8, of which any guess would make nonsense.
    """
    escaped = utf_8.counts["escaped"]
    valid = utf_8.beyond_ascii - escaped
    if not valid or valid <= 2 * escaped:
        return None
    if server and valid <= FEW and character_sets.is_multibyte(server) and not character_sets.is_unicode(server):
        told = told_by_server(pieces, server)
        if told:
            return told
    other = server and server != "utf-8"
    notes = (f"the server says {declared}, but the bytes are UTF-8",) if other else ()
    return Reading(encoding="utf-8", known_by="its bytes", notes=notes), utf_8


def _told_by_text(pieces: BytePieces, utf_8: Damage) -> tuple[Reading, Damage] | None:
    """The set that the text names, if its bytes fit that and read no better in another."""
    name = character_sets.declared(declared_within(pieces.head) or "")
    if not name or utf_8.counts["nul"] or character_sets.is_unicode(name) or not character_sets.keeps_ascii(name):
        return None
    told = told_by_server(pieces, name)
    return (replace(told[0], known_by="the text"), told[1]) if told and not told[0].notes else None


def _guessed(pieces: BytePieces, utf_8: Damage) -> tuple[Reading, Damage]:
    if (drawn := set_of_tables(sample_of(pieces))) and (told := guess_that_fits(pieces, [drawn])):
        return told
    only_tail = bool(utf_8.tail) and not utf_8.counts["escaped"]
    # One byte that is left may be the last letter of a Western word.
    best = None if only_tail and len(utf_8.tail) > 1 else guess(pieces)
    if only_tail and best is None:
        return Reading(encoding="utf-8", known_by="its bytes"), utf_8
    offset, line = utf_8.first_error, utf_8.first_lines.get("escaped", utf_8.lines + 1)
    place = f"in line {line:,}" + ("" if offset is None else f", offset {offset:,}")
    if best is None:
        if (wide := east_asian.wide_guess(pieces.head[:SAMPLE_BYTES])) and (told := guess_that_fits(pieces, [wide])):
            return told
        if found := seam(pieces, None):
            raise CorpusError(f"no UTF-8 {place}: {found}; {SPLIT}")
        raise CorpusError(f"no UTF-8 {place}, and no character set that can be told: {refusal(pieces)}")
    if best.encoding != WESTERN and has_lines_of_two_sets(pieces):
        raise CorpusError(f"no UTF-8 {place}: {UTF_8_AND_ANOTHER}; or pass --encoding with the one")
    damage = surveyed(pieces, best.encoding)
    if best.encoding == WESTERN and damage.mojibake.share(damage.beyond_ascii) > MIXED_SHARE:
        raise CorpusError(f"no UTF-8 {place}: {TWO_SETS}")
    return Reading(encoding=best.encoding, known_by="a guess", evidence=best.words), damage
