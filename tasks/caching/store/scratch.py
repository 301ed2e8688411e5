"""Scratch: the private folder of a stage that runs, and what lets one that was killed resume.

scratch/STAGE-KEY/out-...   the files of the run that holds the key's lock
scratch/STAGE-KEY/resume/   what lets a killed run of this key resume
scratch/STAGE-KEY/family    the name of the family of the key
families/STAGE-FAMILY/      what runs that differ only in how long they go on take over from one another
"""

import contextlib
import shutil
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tasks.caching.store.locks import locked_if_free
from tasks.caching.store.manifests import changed_ns

RESUMABLE_BYTES = 20 << 30
RESUMABLE_DAYS = 30.0


def resume_folder(out: Path) -> Path:
    """The folder beside a stage's own that outlives a killed run of the same key.

    It is emptied when the stage succeeds. A stage puts there what lets it resume.
    """
    folder = out.parent / "resume"
    folder.mkdir(exist_ok=True)
    return folder


def family_folder(out: Path) -> Path:
    """The folder that a stage shares with calls that only go on longer, or less long; it outlives success.

    Others read and write it at the same time: what is put there must be whole at once, and may be gone any time.
    """
    named = out.parent / "family"
    folder = out.parents[2] / "families" / named.read_text(encoding="ascii") if named.is_file() else named
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Resumable(NamedTuple):
    """What a killed run, or a family, left: its folder, bytes, and the time of its newest file."""

    path: Path
    bytes: int
    newest_ns: int


@dataclass(frozen=True)
class Scratch:
    """The scratch folders of the store at a root."""

    root: Path

    @contextlib.contextmanager
    def opened(self, name: str, family: str | None) -> Iterator[Path]:
        """A private, empty folder for the holder of the lock of this name; `resume` beside it goes only by `done`.

        Its own name is unique: if locks fail, two that make the same never share it.
        """
        folder = self.root / "scratch" / name
        _clear(folder)
        out = folder / f"out-{uuid.uuid4().hex}"
        out.mkdir(parents=True)
        if family:
            (folder / "family").write_text(family, encoding="ascii")
        try:
            yield out
        finally:
            _clear(folder)

    def done(self, name: str) -> None:
        """Drop what let the key of this name resume: it is made."""
        shutil.rmtree(self.root / "scratch" / name, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what killed runs left and none will resume from, within the bounds above."""
        for folder in (self.root / "scratch").glob("*"):
            with locked_if_free(self._lock(folder)) as free:
                if free:
                    _clear(folder)
        for lock in (self.root / "locks").glob("*"):
            with locked_if_free(lock):
                pass  # what a killed holder left goes when it is released
        for one in self.excess():
            self.remove(one.path)

    def excess(self, days: float = RESUMABLE_DAYS, most_bytes: int = RESUMABLE_BYTES) -> list[Resumable]:
        """What goes beyond so many days and bytes; live work does not count.

        What has the newest checkpoints stays, up to so many bytes; the very newest whatever its bytes.

        Args:
            days: since the newest file was written.
            most_bytes: of all that stays.
        """
        oldest = time.time_ns() - days * 86400e9
        total, excess = 0, []
        for number, one in enumerate(self.resumable()):
            total += one.bytes
            if one.newest_ns < oldest or (number and total > most_bytes):
                excess.append(one)
        return excess

    def resumable(self) -> list[Resumable]:
        """What can be resumed or taken over and is not in use, the newest first."""
        folders = [*(self.root / "scratch").glob("*/resume"), *(self.root / "families").glob("*")]
        live = {self.root / "families" / _text(named) for named in (self.root / "scratch").glob("*/family")}
        found = [_measured(folder) for folder in folders if folder not in live and not self._is_live(folder.parent)]
        return sorted((one for one in found if one.bytes), key=lambda one: one.newest_ns, reverse=True)

    def remove(self, folder: Path) -> None:
        """Remove what lets a killed run resume, unless a run has begun to use it; or what a family shares."""
        if folder.parent.name == "families":
            shutil.rmtree(folder, ignore_errors=True)
            return
        with locked_if_free(self._lock(folder.parent)) as free:
            if free:
                shutil.rmtree(folder.parent, ignore_errors=True)

    def _is_live(self, folder: Path) -> bool:
        if folder.parent.name != "scratch":
            return False
        with locked_if_free(self._lock(folder)) as free:
            return not free

    def _lock(self, folder: Path) -> Path:
        return self.root / "locks" / folder.name


def _measured(folder: Path) -> Resumable:
    sizes, newest = 0, changed_ns(folder)
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            status = path.lstat()
            sizes, newest = sizes + status.st_size, max(newest, status.st_mtime_ns)
    return Resumable(folder, sizes, newest)


def _text(path: Path) -> str:
    with contextlib.suppress(OSError):
        return path.read_text(encoding="ascii", errors="replace")
    return ""


def _clear(folder: Path) -> None:
    """Remove all but what lets a run resume, and the folder itself where there is no such thing."""
    for path in folder.glob("*"):
        if path.name != "resume":
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
    for empty in (folder / "resume", folder):
        with contextlib.suppress(OSError):
            empty.rmdir()
