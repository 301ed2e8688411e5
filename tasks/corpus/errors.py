"""What can be wrong with a corpus."""

import contextlib
from collections.abc import Iterator


class CorpusError(ValueError):
    """A corpus cannot be had or cannot be used; the message says what, where and what to do."""


class TransientCorpusError(CorpusError):
    """A corpus could not be had this time; the same request may succeed later.

    Attributes:
        wait: seconds after which the server asked to be tried again; None if it named none.
    """

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class NoMainTextError(CorpusError):
    """A page has no main text."""


class MissingExtraError(RuntimeError):
    """What is asked for needs packages that are not installed."""


@contextlib.contextmanager
def numbered(number: int, count: int) -> Iterator[None]:
    """Say of an error in the block which of several corpora it is of, counted from 1."""
    try:
        yield
    except CorpusError as error:
        if count == 1:
            raise
        raise type(error)(f"corpus {number} of {count}: {error}") from None
