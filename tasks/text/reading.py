"""How bytes are read: the character set, what told it, and the reading in a set if the bytes fit it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

from tasks.text import character_sets, plain
from tasks.text.advice import doubt
from tasks.text.byte_pieces import BytePieces, beginning
from tasks.text.character_sets import codec_of
from tasks.text.damage import Damage, repaired, survey
from tasks.text.plausibility import BEYOND_ASCII, evidence

KnownBy = Literal["--encoding", "byte order mark", "its bytes", "the server", "the text", "a guess"]
WORDS_CHARACTERS = 1 << 16
WORD_CHARACTERS = 24


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


def surveyed(pieces: BytePieces, name: str) -> Damage:
    """What does not fit of the bytes in a character set."""
    codec = codec_of(name)
    found = plain.surveyed(pieces) if codec == "utf-8" else None
    return found or survey(pieces, codec, ascii_alone=character_sets.keeps_ascii(codec))


def told_by_server(pieces: BytePieces, server: str) -> tuple[Reading, Damage] | None:
    """The reading in the set that a server names, or in another of its kind; None if the bytes fit neither."""
    for name in filter(None, (server, character_sets.ALTERNATIVES.get(server))):
        damage = surveyed(pieces, name)
        if damage.fits and not damage.counts["unassigned"] * 100 > damage.characters:
            note = None if character_sets.is_multibyte(name) else doubt(pieces, name)
            return Reading(encoding=name, known_by="the server", notes=(note,) if note else ()), damage
    return None


def guess_that_fits(pieces: BytePieces, names: list[str]) -> tuple[Reading, Damage] | None:
    """The reading in the first of the sets that the bytes fit, as a guess; None if they fit none."""
    for name in names:
        damage = surveyed(pieces, name)
        doubtful = damage.counts["unassigned"] + damage.counts["private"] + damage.counts["control"]
        if damage.fits and not doubtful * 100 > damage.characters:
            texts = partial(repaired, pieces, codec_of(name), "keep", ascii_alone=False)
            text = beginning(_from_word_beyond_ascii(texts()), WORDS_CHARACTERS)
            words = evidence(text) or tuple(beginning(texts(), 10 * WORD_CHARACTERS).split()[:5])
            return Reading(encoding=name, known_by="a guess", evidence=words), damage
    return None


def _from_word_beyond_ascii(texts: Iterator[str]) -> Iterator[str]:
    """The texts from about the word on that has the first character beyond ASCII."""
    before = ""
    for text in texts:
        before += text
        if found := BEYOND_ASCII.search(before):
            yield before[max(0, found.start() - WORD_CHARACTERS) :]
            yield from texts
        before = before[-WORD_CHARACTERS:]
