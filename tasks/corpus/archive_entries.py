"""Entries of an archive: what each is, and which were left by a system beside the files of people."""

from dataclasses import dataclass

from tasks.corpus.patterns import OF_THE_SYSTEM
from tasks.corpus.ranges import Bytes

OF_SYSTEMS = OF_THE_SYSTEM | {"pax_global_header", "system volume information"}


@dataclass(frozen=True)
class ArchiveEntry:
    """A file in an archive.

    Attributes:
        name: as the archive has it. It is a name and no path: nothing is ever opened by it.
        content: its bytes.
    """

    name: str
    content: Bytes


def is_hidden(name: str) -> bool:
    """Whether a file, or a folder above it, is hidden or was left by a file manager, such as `.git` and `Thumbs.db`."""
    return any(_is_hidden(part) for part in name.split("/"))


def _is_hidden(part: str) -> bool:
    return (part.startswith(".") and part not in (".", "..")) or part.lower() in OF_SYSTEMS
