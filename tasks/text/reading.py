"""How bytes are to be read: the character set, what told it, and what was noted on the way."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from tasks.corpus.errors import CorpusError
from tasks.text import character_sets, east_asian, plain
from tasks.text.advice import doubt, refusal
from tasks.text.appended import first_swapped, first_utf_8, first_utf_16
from tasks.text.byte_pieces import BytePieces, beginning
from tasks.text.byte_sample import SAMPLE_BYTES, sample_of
from tasks.text.candidates import WESTERN
from tasks.text.character_sets import codec_of
from tasks.text.damage import Damage, repaired, survey
from tasks.text.declarations import declared_within
from tasks.text.detection import guess
from tasks.text.dos_tables import set_of_tables
from tasks.text.iso_2022 import has_escapes
from tasks.text.mixed_sets import TWO_SETS, UTF_8_AND_ANOTHER, has_lines_of_two_sets
from tasks.text.plausibility import BEYOND_ASCII, evidence
from tasks.text.seams import SPLIT, seam
from tasks.text.seven_bit import seven_bit_guesses
from tasks.text.wide_sets import wide_guess

KnownBy = Literal["--encoding", "byte order mark", "its bytes", "the server", "the text", "a guess"]
WORDS_CHARACTERS = 1 << 16
WORD_CHARACTERS = 24
MIXED_SHARE = 0.02  # Of the characters beyond ASCII; more are no chance.
FEW = 4  # So few valid sequences of UTF-8 may be chance.
BRING = "split the file and bring its parts to one, or pass --encoding with the one"
MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe\x00\x00": "utf-32-le",
    b"\x00\x00\xfe\xff": "utf-32-be",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
ORDERS = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How bytes were read.

    Attributes:
        encoding: the character set.
        known_by: what told it.
        evidence: of a guess, up to five of the words that it decided on, as decoded.
        notes: damage with its place, what was done about it, and what was passed over.
    """

    encoding: str
    known_by: KnownBy
    evidence: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def asked(pieces: BytePieces, encoding: str) -> tuple[Reading, Damage]:
    """How bytes are read in the character set that a user names.

    Raises:
        CorpusError: there is none of the name, or the bytes are of two.
    """
    name = character_sets.typed(encoding)
    if name is None:
        raise CorpusError(f"there is no character set {encoding!r}; pass --encoding with another")
    mark = _mark(pieces)
    if name in ("utf-16", "utf-32"):  # Both come in two orders.
        order = mark or wide_guess(pieces.head) or ""
        name = order if order.startswith(name) else codec_of(name)
    _refuse_other_order(encoding, codecs.lookup(codec_of(name)).name, mark)
    _refuse_appended(pieces, name)
    damage = _surveyed(pieces, name)
    wider = character_sets.superset(name)
    if wider and (not damage.fits or (damage.counts["control"] and not character_sets.is_multibyte(name))):
        more = _surveyed(pieces, wider)
        if more.fits and more.counts["control"] < max(1, damage.counts["control"]):
            note = f"read as {wider}, which contains {encoding}: not all bytes are {encoding}"
            return Reading(encoding=wider, known_by="--encoding", notes=(note,)), more
    return Reading(encoding=name, known_by="--encoding"), damage


def found(pieces: BytePieces, declared: str | None) -> tuple[Reading, Damage]:
    """How bytes are read that nobody named a character set for, but for a server.

    Raises:
        CorpusError: they are in none that can be told, or in two.
    """
    if mark := _mark(pieces):
        _refuse_appended(pieces, mark)
        return Reading(encoding=mark, known_by="byte order mark"), _surveyed(pieces, mark)
    damage = _surveyed(pieces, "utf-8")
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
        or (server and _told_by_server(pieces, server))
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
        if told := _told_by_server(pieces, order):
            return told
    if joined := first_utf_16(pieces.head):
        raise CorpusError(
            f"from about byte {joined[0]:,} on it is no UTF-8 but {joined[1]}: two texts were joined; {BRING}"
        )
    return _guess_that_fits(pieces, [name]) if name else None


def _told_by_escapes(pieces: BytePieces, utf_8: Damage, server: str | None) -> tuple[Reading, Damage] | None:
    if utf_8.beyond_ascii or utf_8.tail:
        return None
    if server and not character_sets.keeps_ascii(server) and (told := _told_by_server(pieces, server)):
        return told
    names, doubtful = seven_bit_guesses(pieces)
    told = _guess_that_fits(pieces, names)
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
        if _guess_that_fits(pieces, [name])
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
        told = _told_by_server(pieces, server)
        if told:
            return told
    other = server and server != "utf-8"
    notes = (f"the server says {declared}, but the bytes are UTF-8",) if other else ()
    return Reading(encoding="utf-8", known_by="its bytes", notes=notes), utf_8


def _told_by_server(pieces: BytePieces, server: str) -> tuple[Reading, Damage] | None:
    for name in filter(None, (server, character_sets.ALTERNATIVES.get(server))):
        damage = _surveyed(pieces, name)
        if damage.fits and not damage.counts["unassigned"] * 100 > damage.characters:
            note = None if character_sets.is_multibyte(name) else doubt(pieces, name)
            return Reading(encoding=name, known_by="the server", notes=(note,) if note else ()), damage
    return None


def _told_by_text(pieces: BytePieces, utf_8: Damage) -> tuple[Reading, Damage] | None:
    """The set that the text names, if its bytes fit that and read no better in another."""
    name = character_sets.declared(declared_within(pieces.head) or "")
    if not name or utf_8.counts["nul"] or character_sets.is_unicode(name) or not character_sets.keeps_ascii(name):
        return None
    told = _told_by_server(pieces, name)
    return (replace(told[0], known_by="the text"), told[1]) if told and not told[0].notes else None


def _guess_that_fits(pieces: BytePieces, names: list[str]) -> tuple[Reading, Damage] | None:
    for name in names:
        damage = _surveyed(pieces, name)
        doubtful = damage.counts["unassigned"] + damage.counts["private"] + damage.counts["control"]
        if damage.fits and not doubtful * 100 > damage.characters:
            texts = partial(repaired, pieces, codec_of(name), "keep", ascii_alone=False)
            text = beginning(_from_word_beyond_ascii(texts()), WORDS_CHARACTERS)
            words = evidence(text) or tuple(beginning(texts(), 10 * WORD_CHARACTERS).split()[:5])
            return Reading(encoding=name, known_by="a guess", evidence=words), damage
    return None


def _guessed(pieces: BytePieces, utf_8: Damage) -> tuple[Reading, Damage]:
    if (drawn := set_of_tables(sample_of(pieces))) and (told := _guess_that_fits(pieces, [drawn])):
        return told
    only_tail = bool(utf_8.tail) and not utf_8.counts["escaped"]
    # One byte that is left may be the last letter of a Western word.
    best = None if only_tail and len(utf_8.tail) > 1 else guess(pieces)
    if only_tail and best is None:
        return Reading(encoding="utf-8", known_by="its bytes"), utf_8
    offset, line = utf_8.first_error, utf_8.first_lines.get("escaped", utf_8.lines + 1)
    place = f"in line {line:,}" + ("" if offset is None else f", offset {offset:,}")
    if best is None:
        if (wide := east_asian.wide_guess(pieces.head[:SAMPLE_BYTES])) and (told := _guess_that_fits(pieces, [wide])):
            return told
        if found := seam(pieces, None):
            raise CorpusError(f"no UTF-8 {place}: {found}; {SPLIT}")
        raise CorpusError(f"no UTF-8 {place}, and no character set that can be told: {refusal(pieces)}")
    if best.encoding != WESTERN and has_lines_of_two_sets(pieces):
        raise CorpusError(f"no UTF-8 {place}: {UTF_8_AND_ANOTHER}; or pass --encoding with the one")
    damage = _surveyed(pieces, best.encoding)
    if best.encoding == WESTERN and damage.mojibake.share(damage.beyond_ascii) > MIXED_SHARE:
        raise CorpusError(f"no UTF-8 {place}: {TWO_SETS}")
    return Reading(encoding=best.encoding, known_by="a guess", evidence=best.words), damage


def _from_word_beyond_ascii(texts: Iterator[str]) -> Iterator[str]:
    """The texts from about the word on that has the first character beyond ASCII."""
    before = ""
    for text in texts:
        before += text
        if found := BEYOND_ASCII.search(before):
            yield before[max(0, found.start() - WORD_CHARACTERS) :]
            yield from texts
        before = before[-WORD_CHARACTERS:]


def _mark(pieces: BytePieces) -> str | None:
    return next((name for mark, name in MARKS.items() if pieces.head.startswith(mark)), None)


def _refuse_other_order(encoding: str, name: str, mark: str | None) -> None:
    if mark and name != mark and name in ORDERS and name[:6] == mark[:6]:
        raise CorpusError(
            f"it begins with the byte order mark of {mark}, which is not {encoding}; pass --encoding {mark}"
        )


def _refuse_appended(pieces: BytePieces, name: str) -> None:
    if name in ("utf-16-le", "utf-16-be") and (swapped := first_swapped(pieces, name)):
        raise CorpusError(f"from byte {swapped:,} on it is UTF-16 of the other order: two texts were joined; {BRING}")
    if name.startswith("utf-16") and (offset := first_utf_8(pieces)) is not None:
        raise CorpusError(
            f"from byte {offset:,} on it is no UTF-16 but UTF-8: two texts were joined; "
            f"split them (head -c {offset}, tail -c +{offset + 1}) and name both"
        )


def _surveyed(pieces: BytePieces, name: str) -> Damage:
    codec = codec_of(name)
    found = plain.surveyed(pieces) if codec == "utf-8" else None
    return found or survey(pieces, codec, ascii_alone=character_sets.keeps_ascii(codec))
