"""Durable writing: a file is on the disk, whole, before it has its final name."""

import os
import uuid
from pathlib import Path


def flush_file(path: Path) -> None:
    """Force the file's bytes to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_folder(folder: Path) -> None:
    """Force the folder's entries (new names, renames) to the disk."""
    flush_file(folder)


def move_into_place(path: Path, final: Path) -> None:
    """Give a finished file its final name on the same file system; the last writer of a name wins."""
    final.parent.mkdir(parents=True, exist_ok=True)
    flush_file(path)
    path.replace(final)
    flush_folder(final.parent)


def write_durably(final: Path, text: str) -> None:
    """Write a small text file whole or not at all.

    The temporary name is unique, so that two writers never share one: a lost lock costs work, not content.
    """
    final.parent.mkdir(parents=True, exist_ok=True)
    draft = final.with_name(f".{final.name}.{os.getpid()}.{uuid.uuid4().hex}")
    try:
        draft.write_text(text, encoding="utf-8")
        move_into_place(draft, final)
    finally:
        draft.unlink(missing_ok=True)
