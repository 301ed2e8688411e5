"""Screening of what a corpus consists of: whether each member is text, before it is decoded and after."""

from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from tasks.corpus.choices import Markup
from tasks.corpus.errors import CorpusError
from tasks.text.hints import hints
from tasks.text.html import MAXIMUM_CHARACTERS, main_text
from tasks.text.kinds import HEAD_BYTES, kind_of_bytes, refusal
from tasks.text.markup import HEAD_CHARACTERS, kind_of_text, share_of_markup
from tasks.text.pointers import kind_of_pointer
from tasks.text.wrappings import kind_of_wrapping


def check_bytes(stream: BinaryIO, *, name: str, markup: Markup = "refuse") -> None:
    """Refuse what is no text by its first bytes.

    Args:
        stream: of a member, from its first byte.
        name: of the member; empty if it is the corpus itself.
        markup: RTF and PostScript pass where markup is kept.

    Raises:
        CorpusError: it is no text.
    """
    head = stream.read(HEAD_BYTES)
    kind = kind_of_pointer(head) or kind_of_bytes(head)
    if kind and not (kind.is_text and markup == "keep"):
        raise CorpusError(refusal(kind, name))


def screened(pieces: Iterator[str], *, name: str, markup: Markup = "refuse") -> tuple[Iterator[str], tuple[str, ...]]:
    """The text of a member, and notes on what was found at its beginning and done.

    Args:
        pieces: the decoded text.
        name: of the member; empty if it is the corpus itself.
        markup: whether HTML, XML and the like are refused, kept as they are, or, of HTML, the main text is extracted.

    Raises:
        CorpusError: it is markup or a server's error, and that is not to be kept.
        MissingExtraError: text is to be extracted, and the extra `html` is not installed.
    """
    head, pieces = _peeked(pieces, HEAD_CHARACTERS)
    kind = kind_of_text(head) or kind_of_wrapping(head)
    if not kind:
        return pieces, hints(head)
    if markup == "extract" and kind.is_page:
        page = _peeked(pieces, MAXIMUM_CHARACTERS + 1)[0]
        text = main_text(page)
        return iter([text]), (f"main text of {kind.what}: {len(text):,} of {len(page):,} characters",)
    if markup == "keep":
        return pieces, (f"kept as it is: {kind.what}, {100 * share_of_markup(head):.0f} % of its beginning in tags",)
    raise CorpusError(refusal(kind, name))


def _peeked(pieces: Iterator[str], size: int) -> tuple[str, Iterator[str]]:
    """The first so many characters, and all the pieces."""
    taken, count = [], 0
    for piece in pieces:
        taken.append(piece)
        count += len(piece)
        if count >= size:
            break
    return "".join(taken)[:size], chain(taken, pieces)
