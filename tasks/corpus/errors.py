"""What can be wrong with a corpus."""

import contextlib
import errno
from collections.abc import Iterator

UNREAD = {
    errno.ENOENT: "there is no such file",
    errno.ENOTDIR: "there is no such file",
    errno.EISDIR: "it is a folder",
    errno.EACCES: "it may not be read",
    errno.ENAMETOOLONG: "no file has so long a name",
}


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


def why_unread(error: OSError | UnicodeDecodeError) -> str:
    """Why a file of text cannot be read, in words; its name is not among them."""
    if isinstance(error, UnicodeDecodeError):
        return f"it is no UTF-8, by its byte 0x{error.object[error.start]:02X} at offset {error.start:,}"
    return UNREAD.get(error.errno or 0) or error.strerror or str(error)


@contextlib.contextmanager
def numbered(number: int, count: int) -> Iterator[None]:
    """Say of an error in the block which of several corpora it is of, counted from 1."""
    try:
        yield
    except CorpusError as error:
        if count == 1:
            raise
        raise type(error)(f"corpus {number} of {count}: {error}") from None
