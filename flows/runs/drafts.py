"""Drafts of run folders: held while their run lives, swept once it is dead, renamed whole over what has the name.

They lie in a folder of their own beside the runs, whose lock orders those who sweep and those who publish. So does the
draft of the index over all runs, which is written while that lock is held. On a file system without locks nothing is
swept, since none can tell a live draft from a dead one.
"""

import contextlib
import ctypes
import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from tasks.durable import flush

FOLDER = ".drafts"
REPLACED = re.compile(r"(?P<name>.+)-[0-9a-f]{8}\.old")
AT_FDCWD, RENAME_EXCHANGE = -100, 2  # of Linux


@contextlib.contextmanager
def draft_of(name: str, drafts: Path) -> Iterator[Path]:
    """A new folder for the draft of the run of this name; gone after the block, unless it was published.

    Raises:
        OSError: it cannot be made.
    """
    with contextlib.ExitStack() as held:
        with locked(drafts):
            _sweep(drafts)
            draft = drafts / f"{name}-{secrets.token_hex(4)}"
            draft.mkdir()
            held.callback(shutil.rmtree, draft, ignore_errors=True)
            held.enter_context(locked(draft))
        yield draft


def publish(draft: Path, final: Path) -> None:
    """Give the draft its final name, whole, in place of what has it; the drafts' lock is held by the caller.

    A process that is killed in here leaves the old run or the new one under the name; or, where the file system cannot
    exchange two names in one step, none, and the next sweep puts the old one back.
    """
    for part in [*draft.rglob("*"), draft]:
        flush(part)
    old = None
    if not (final.exists() or final.is_symlink()):
        draft.rename(final)
    elif _exchange(draft, final):
        old = draft
    else:
        old = draft.with_name(f"{draft.name}.old")
        final.rename(old)
        try:
            draft.rename(final)
        except BaseException:
            old.rename(final)
            raise
    flush(final.parent)
    if old:
        _remove(old)


@contextlib.contextmanager
def locked(folder: Path, wait: bool = True) -> Iterator[bool]:
    """Lock a folder against other processes; tells whether it is, or another holds it or there are no locks."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        had = True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:
            had = False
        yield had
    finally:
        os.close(descriptor)


def _sweep(drafts: Path) -> None:
    """Remove what dead runs left, and give a run back its name that was to be replaced and was not."""
    for left in drafts.iterdir():
        with contextlib.suppress(OSError), locked(left, wait=False) as is_dead:
            if is_dead:
                replaced = REPLACED.fullmatch(left.name)
                final = drafts.parent / replaced["name"] if replaced else left
                if final.exists() or final.is_symlink():
                    _remove(left)
                else:
                    left.rename(final)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False where that cannot be done."""
    try:
        renameat2 = ctypes.CDLL(None).renameat2
    except (OSError, AttributeError):
        return False
    return bool(renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0)


def _remove(path: Path) -> None:
    """Remove what has the name, as far as possible: the next sweep finds the rest."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
