"""From a member's bytes to text in pieces."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace

from tasks.corpus.choices import OnDamage
from tasks.corpus.errors import CorpusError
from tasks.corpus.members import Member
from tasks.text.asked_set import asked
from tasks.text.byte_pieces import BytePieces
from tasks.text.character_sets import codec_of, is_unicode, keeps_ascii
from tasks.text.damage import repaired
from tasks.text.damage_policy import judged
from tasks.text.found_set import found
from tasks.text.plain import without_mark
from tasks.text.reading import Reading
from tasks.text.seams import SPLIT, seam


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """A text.

    Attributes:
        reading: how its bytes are read.
        texts: it in pieces of about 1 MiB, once.
        is_damaged: whether what was to be done with damage counts.
        plain: it in UTF-8, in such pieces cut anywhere, where it is that already and normal but for carriage returns.
    """

    reading: Reading
    texts: Generator[str]
    is_damaged: bool
    plain: Iterable[bytes] | None


def decode(member: Member, *, encoding: str | None, declared: str | None, on_damage: OnDamage = "refuse") -> Decoded:
    """Find out how a member's bytes are to be read, and read them.

    The character set is the one asked for, else that of a byte order mark, else UTF-8 where the bytes are that,
    else the one declared if they fit it, else a guess that has evidence. The member is opened anew for each of the
    readings, unless it is small enough to be held.

    Args:
        member: the bytes.
        encoding: the character set that the user names.
        declared: the one that the server named.
        on_damage: what to do with bytes that do not fit and with NULs: refuse more than a trace of them
            (1 in 10,000 characters), drop them, or keep them (the former as U+FFFD).

    Raises:
        CorpusError: it is binary, not of the character set, of two, or damaged.
    """
    pieces = BytePieces(member)
    reading, damage = asked(pieces, encoding) if encoding else found(pieces, declared)
    seams = () if encoding else _seams(pieces, reading.encoding, on_damage)
    try:
        notes = (*reading.notes, *seams, *judged(damage, reading.encoding, on_damage))
    except CorpusError as error:
        why = f" ({reading.encoding} is a guess: {', '.join(reading.evidence)})" if reading.evidence else ""
        raise CorpusError(f"{error}{why}") from None
    codec = codec_of(reading.encoding)
    return Decoded(
        reading=replace(reading, notes=notes),
        texts=repaired(pieces, codec, on_damage, ascii_alone=keeps_ascii(codec)),
        is_damaged=damage.is_there or bool(seams),
        plain=without_mark(pieces) if damage.is_plain else None,
    )


def _seams(pieces: BytePieces, encoding: str, on_damage: OnDamage) -> tuple[str, ...]:
    """A note that part of the bytes is in another set than the one that they are read in.

    Raises:
        CorpusError: it is, and damage is to be refused.
    """
    if is_unicode(encoding) or not keeps_ascii(encoding) or not (found := seam(pieces, encoding)):
        return ()
    if on_damage == "refuse":
        raise CorpusError(f"{found}; {SPLIT}; --on-damage drop or keep reads all as {encoding}")
    return (f"{found}: all is read as {encoding}",)
