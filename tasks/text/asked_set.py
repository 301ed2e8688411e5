"""The reading of bytes in the character set that a user names."""

import codecs

from tasks.corpus.errors import CorpusError
from tasks.text import character_sets
from tasks.text.byte_order import mark_of, refuse_appended, refuse_other_order
from tasks.text.byte_pieces import BytePieces
from tasks.text.character_sets import codec_of
from tasks.text.damage import Damage
from tasks.text.reading import Reading, surveyed
from tasks.text.wide_sets import wide_guess


def asked(pieces: BytePieces, encoding: str) -> tuple[Reading, Damage]:
    """How bytes are read in the character set that a user names.

    Raises:
        CorpusError: there is none of the name, or the bytes are of two.
    """
    name = character_sets.typed(encoding)
    if name is None:
        raise CorpusError(f"there is no character set {encoding!r}; pass --encoding with another")
    mark = mark_of(pieces)
    if name in ("utf-16", "utf-32"):  # Both come in two orders.
        order = mark or wide_guess(pieces.head) or ""
        name = order if order.startswith(name) else codec_of(name)
    refuse_other_order(encoding, codecs.lookup(codec_of(name)).name, mark)
    refuse_appended(pieces, name)
    damage = surveyed(pieces, name)
    wider = character_sets.superset(name)
    if wider and (not damage.fits or (damage.counts["control"] and not character_sets.is_multibyte(name))):
        more = surveyed(pieces, wider)
        if more.fits and more.counts["control"] < max(1, damage.counts["control"]):
            note = f"read as {wider}, which contains {encoding}: not all bytes are {encoding}"
            return Reading(encoding=wider, known_by="--encoding", notes=(note,)), more
    return Reading(encoding=name, known_by="--encoding"), damage
