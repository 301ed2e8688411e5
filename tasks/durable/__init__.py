"""Durable writing: a file or folder is on the disk, whole, before it has its final name.

Drafts lie where the caller says: in a folder that is its own, and is emptied when it begins anew, so that a killed
process leaves nothing that nobody would remove.
"""

import contextlib
import fcntl
import os
import uuid
from pathlib import Path


def flush(path: Path) -> None:
    """Force a file's bytes, or a folder's entries (new names, renames), to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        _sync(descriptor)
    finally:
        os.close(descriptor)


def _sync(descriptor: int) -> None:
    """Also past the disk's own cache, where the system leaves that to another call than fsync: on macOS."""
    past_the_cache = getattr(fcntl, "F_FULLFSYNC", None)
    if past_the_cache is not None:
        with contextlib.suppress(OSError):  # Not every file system knows it.
            fcntl.fcntl(descriptor, past_the_cache)
            return
    os.fsync(descriptor)


def make_folder(folder: Path) -> None:
    """Make the folder and those above it, so that a power cut does not take it away with what is put there."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        flush(folder.parent)


def move_into_place(path: Path, final: Path) -> None:
    """Give a finished file or folder its final name on the same file system; a file replaces one of that name."""
    make_folder(final.parent)
    for part in path.rglob("*") if path.is_dir() else []:
        flush(part)
    flush(path)
    path.replace(final)
    flush(final.parent)


def write_durably(final: Path, text: str, drafts: Path) -> None:
    """Write a small text file whole or not at all.

    The draft's name is unique, so that two writers never share one: a lost lock costs work, not content.

    Args:
        final: the file's name.
        text: its content.
        drafts: a folder on the same file system, for the file while it is being written.
    """
    draft = drafts / f".{final.name}.{os.getpid()}.{uuid.uuid4().hex}"
    try:
        draft.write_text(text, encoding="utf-8")
        move_into_place(draft, final)
    finally:
        draft.unlink(missing_ok=True)
