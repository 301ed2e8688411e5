"""Byte order marks, and what contradicts the order that one tells or a user names."""

from tasks.corpus.errors import CorpusError
from tasks.text.appended import first_swapped, first_utf_8
from tasks.text.byte_pieces import BytePieces

BRING = "split the file and bring its parts to one, or pass --encoding with the one"
MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe\x00\x00": "utf-32-le",
    b"\x00\x00\xfe\xff": "utf-32-be",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
ORDERS = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


def mark_of(pieces: BytePieces) -> str | None:
    """The character set of the mark that bytes begin with; None if they begin with none."""
    return next((name for mark, name in MARKS.items() if pieces.head.startswith(mark)), None)


def refuse_other_order(encoding: str, name: str, mark: str | None) -> None:
    """Refuse an order that a mark contradicts.

    Args:
        encoding: as the user names it.
        name: of its codec.
        mark: the character set of the mark.

    Raises:
        CorpusError: they are of two orders.
    """
    if mark and name != mark and name in ORDERS and name[:6] == mark[:6]:
        raise CorpusError(
            f"it begins with the byte order mark of {mark}, which is not {encoding}; pass --encoding {mark}"
        )


def refuse_appended(pieces: BytePieces, name: str) -> None:
    """Refuse UTF-16 that goes on in the other order or in UTF-8.

    Raises:
        CorpusError: it does.
    """
    if name in ("utf-16-le", "utf-16-be") and (swapped := first_swapped(pieces, name)):
        raise CorpusError(f"from byte {swapped:,} on it is UTF-16 of the other order: two texts were joined; {BRING}")
    if name.startswith("utf-16") and (offset := first_utf_8(pieces)) is not None:
        raise CorpusError(
            f"from byte {offset:,} on it is no UTF-16 but UTF-8: two texts were joined; "
            f"split them (head -c {offset}, tail -c +{offset + 1}) and name both"
        )
