"""A corpus in a file on this machine: whether it changed, and a copy of its bytes."""

import hashlib
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from tasks.corpus.errors import CorpusError
from tasks.corpus.folders import is_pattern, listed
from tasks.corpus.redaction import redacted

LIKE_AN_ADDRESS = re.compile(r"(?:www\.[\w.-]+|(?:[\w-]+\.)+(?:com|org|net|edu|io|co|info|[a-z]{2})(?::\d+)?)/")
LocalKind = Literal["file", "files", "pipe"]


def sha256_of(path: Path) -> str:
    """The SHA-256 of the file's bytes in hexadecimal, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_change(path: Path, known: Mapping[str, Any]) -> str | None:
    """Why the path may lead to other bytes than when it was fetched, by sizes and times alone; None if nothing says so.

    Raises:
        CorpusError: it leads to nothing.
    """
    kind = local_kind(path)
    if kind == "pipe":
        return "a pipe is read every time"
    if kind == "file":
        return None if stamp_of(path) == known.get("stamp") else "the file was written to"
    same = listed(path).digest == known.get("files")
    return None if same else "a file there was written to, added or removed"


def local_kind(path: Path) -> LocalKind:
    """What the path leads to; one that exists as it is written is no pattern.

    Raises:
        CorpusError: it leads to nothing that can be read.
    """
    if is_pattern(path):
        return "files"
    if not path.exists():
        or_web = ", or write https:// before an address of the web" if LIKE_AN_ADDRESS.match(str(path)) else ""
        raise CorpusError(f"there is no file {redacted(str(path))}; check the path{or_web}")
    if path.is_dir():
        return "files"
    if path.is_fifo():
        return "pipe"
    if not path.is_file():
        raise CorpusError(f"{path} is neither a regular file nor a folder or a pipe; give one of these")
    return "file"


def copy_if_changed(path: Path, destination: Path, sha256: str | None) -> bool:
    """Copy the file, unless its bytes are those with this SHA-256; its size and times are not believed."""
    if sha256 and sha256_of(path) == sha256:
        return False
    shutil.copyfile(path, destination)
    return True


def stamp_of(path: Path) -> list[int]:
    """What the file system says of the file without reading it; JSON."""
    status = path.stat()
    return [status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev]
