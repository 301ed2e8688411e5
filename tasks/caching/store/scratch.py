"""The private folder of a stage that runs, and what becomes of those that killed runs left.

work/STAGE-KEY/out-...      the files of the run that holds the key's lock
work/STAGE-KEY/publishing   digests of the files that are on their way into the store
work/STAGE-KEY/kept/        what lets a killed run of this key resume
work/STAGE-KEY/lasting      leads to what the family of the key shares
"""

import contextlib
import re
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks.caching.store.locks import locked_if_free

INTERRUPTED_LIMIT = 4
FAMILIES_LIMIT = 4


def kept_folder(out: Path) -> Path:
    """The folder beside a stage's work folder that outlives a killed run of the same key.

    It is emptied when the stage succeeds. A stage puts there what lets it resume.
    """
    folder = out.parent / "kept"
    folder.mkdir(exist_ok=True)
    return folder


def lasting_folder(out: Path) -> Path:
    """The folder that a stage shares with calls that only go on longer, or less long; it outlives success.

    Others read and write it at the same time: what is put there must be whole at once, and may be gone any time.
    """
    folder = (out.parent / "lasting").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def note_publishing(out: Path, digests: Iterable[str]) -> None:
    """Note what the run is about to publish, so that it is withdrawn if the run dies before it is all there."""
    (out.parent / "publishing").write_text("\n".join(digests), encoding="ascii")


def newest_first(paths: Iterable[Path]) -> list[Path]:
    """By the time of their last change; what another process removes meanwhile comes last."""

    def changed(path: Path) -> int:
        with contextlib.suppress(FileNotFoundError):
            return path.stat().st_mtime_ns
        return 0

    return sorted(paths, key=changed, reverse=True)


@dataclass(frozen=True)
class WorkFolders:
    """The work folders of the store at a root.

    Attributes:
        root: of the store.
        withdraw: removes files from the store, by digest, unless a manifest names them.
    """

    root: Path
    withdraw: Callable[[Iterable[str]], None]

    @contextlib.contextmanager
    def opened(self, name: str, family: str | None) -> Iterator[Path]:
        """A private, empty folder for the holder of the lock of this name; `kept` beside it goes only after success.

        Its own name is unique: on a file system where locks do nothing, two that make the same never share it.
        """
        self.sweep()
        place = self.root / "work" / name
        out = place / f"out-{uuid.uuid4().hex}"
        self._clear(place)
        out.mkdir(parents=True)
        if family:
            (place / "lasting").symlink_to(self.root / "lasting" / family)
        try:
            yield out
        except BaseException:
            self._clear(place)
            raise
        shutil.rmtree(place, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what killed runs left, except the newest few that can be resumed, and the oldest families."""
        for number, place in enumerate(newest_first((self.root / "work").glob("*"))):
            stage, _, key = place.name.rpartition("-")
            done = (self.root / "manifests" / stage / f"{key}.json").exists()
            with locked_if_free(self.root / "locks" / place.name) as free:
                if free and (done or number >= INTERRUPTED_LIMIT or not any(place.glob("kept/*"))):
                    self._clear(place)
                    shutil.rmtree(place, ignore_errors=True)
        for lock in (self.root / "locks").glob("*"):
            with locked_if_free(lock):
                pass  # what a killed holder left goes when it is released
        for family in newest_first((self.root / "lasting").glob("*"))[FAMILIES_LIMIT:]:
            shutil.rmtree(family, ignore_errors=True)

    def _clear(self, place: Path) -> None:
        """Withdraw what is not wholly published, and remove all but what was kept to resume."""
        with contextlib.suppress(FileNotFoundError):
            self.withdraw(re.findall(r"\b[0-9a-f]{64}\b", (place / "publishing").read_text(encoding="ascii")))
        for path in place.glob("*"):
            if path.name != "kept":
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
        for folder in (place / "kept", place):
            with contextlib.suppress(OSError):
                folder.rmdir()
