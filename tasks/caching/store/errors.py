"""What can be wrong with a store."""

import errno
import os
from pathlib import Path


class StoreError(Exception):
    """The store cannot be used; the message says why, and what to do."""


class DamagedError(Exception):
    """A manifest or a blob does not hold what it should; `path` is the one at fault."""

    def __init__(self, message: str, path: Path) -> None:
        super().__init__(message)
        self.path = path


def cause_of(error: Exception) -> str:
    """What went wrong in words, with what to do where a full disk is all of it."""
    # Libraries that write for themselves put the system's words, but not its number, into errors of their own.
    full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or os.strerror(errno.ENOSPC) in str(error)
    if not full:
        return str(error)
    where = f" ({path})" if (path := getattr(error, "filename", None)) else ""
    return f"the disk is full{where}; free some space: nothing is lost, and the same command goes on from here"
