"""A corpus in a file on this machine: whether it changed, and a copy of its bytes."""

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tasks.corpus.errors import CorpusError
from tasks.corpus.redaction import redacted


def sha256_of(path: Path) -> str:
    """The SHA-256 of the file's bytes in hexadecimal, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_change(path: Path, known: Mapping[str, Any]) -> str | None:
    """Why the file may hold other bytes than when it was fetched, by its size and times alone; None if nothing says so.

    Raises:
        CorpusError: there is no such file.
    """
    check_file(path)
    return None if stamp_of(path) == known.get("stamp") else "the file was written to"


def check_file(path: Path) -> None:
    """Refuse a path that leads to no file.

    Raises:
        CorpusError: it does not.
    """
    if not path.exists():
        raise CorpusError(f"there is no file {redacted(str(path))}; check the path")
    if not path.is_file():
        raise CorpusError(f"{path} is not a regular file; give a text file")


def copy_if_changed(path: Path, destination: Path, sha256: str | None) -> bool:
    """Copy the file, unless its bytes are those with this SHA-256; its size and times are not believed.

    Raises:
        CorpusError: it may not be read.
    """
    try:
        if sha256 and sha256_of(path) == sha256:
            return False
        shutil.copyfile(path, destination)
    except PermissionError:
        raise CorpusError(f"{path} may not be read; change its permissions") from None
    return True


def stamp_of(path: Path) -> list[int]:
    """What the file system says of the file without reading it; JSON."""
    status = path.stat()
    return [status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev]
