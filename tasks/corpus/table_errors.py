"""What the refusals of a table say: that it is damaged, and which fields it has."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from tasks.corpus.errors import CorpusError

SHOWN_NAMES, SHOWN_CHARACTERS = 20, 40


@contextmanager
def damage_told(what: str, *faults: type[Exception]) -> Iterator[None]:
    """Say of such faults in the block that the table, which is of this kind, is damaged."""
    try:
        yield
    except CorpusError:
        raise
    except faults as error:
        told = " ".join(str(error).split())[:200]
        raise CorpusError(f"the table is {what}, but damaged: {told}; fetch or write it again") from None


def named(names: Iterable[str], introduced: str = "fields with text are") -> str:
    """The names of fields, of many the first, behind some words."""
    found = [*names]
    shown = ", ".join(map(quoted, found[:SHOWN_NAMES]))
    more = f" and {len(found) - SHOWN_NAMES:,} more" if len(found) > SHOWN_NAMES else ""
    return f"{introduced} {shown}{more}" if found else "there is no field with text"


def quoted(name: str) -> str:
    """The name of a field in quotes, of a long one its beginning."""
    return repr(name if len(name) <= SHOWN_CHARACTERS else f"{name[: SHOWN_CHARACTERS - 1]}…")
