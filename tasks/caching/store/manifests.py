"""Manifests by stage and key: the one place that says which results there are."""

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks.caching.manifest import Manifest
from tasks.caching.store.errors import DamagedError
from tasks.durable import write_durably

NEWEST = 64


@dataclass(frozen=True)
class Manifests:
    """The manifests below a folder: `STAGE/KEY.json`."""

    root: Path

    def path(self, stage: str, key: str) -> Path:
        """Where the manifest of this key lies, if it is there."""
        return self.root / stage / f"{key}.json"

    def find(self, stage: str, key: str) -> Manifest | None:
        """The manifest of this key, or None if there is none.

        Raises:
            DamagedError: there is one, but it does not hold what was written.
        """
        path = self.path(stage, key)
        try:
            return _read(path)
        except FileNotFoundError:
            return None

    def save(self, manifest: Manifest, drafts: Path) -> None:
        """Write a manifest whose blobs are there already, whole or not at all.

        Args:
            manifest: with its key.
            drafts: a folder on the same file system, for the file while it is being written.
        """
        write_durably(self.path(manifest.stage, str(manifest.key)), manifest.to_json(), drafts)

    def newest(self, stage: str) -> list[Manifest]:
        """The newest manifests of a stage, newest first; unreadable ones are left out."""
        paths = newest_first((self.root / stage).glob("[0-9a-f]*.json"))[:NEWEST]
        return [manifest for _, manifest in _readable(paths)]

    def __iter__(self) -> Iterator[tuple[Path, Manifest]]:
        """Every manifest that can be read, with its path."""
        return _readable(sorted(self.paths()))

    def paths(self) -> Iterable[Path]:
        """The path of every manifest, readable or not."""
        return (path for path in self.root.glob("*/[0-9a-f]*.json") if path.is_file())


def newest_first(paths: Iterable[Path]) -> list[Path]:
    """By the time of their last change; what another process removes meanwhile comes last."""
    return sorted(paths, key=changed_ns, reverse=True)


def changed_ns(path: Path) -> int:
    """When the file was last changed, in nanoseconds; 0 if it is gone."""
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_mtime_ns
    return 0


def _readable(paths: Iterable[Path]) -> Iterator[tuple[Path, Manifest]]:
    for path in paths:
        with contextlib.suppress(DamagedError, OSError):
            yield path, _read(path)


def _read(path: Path) -> Manifest:
    try:
        manifest = Manifest.from_json(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DamagedError(str(error), path) from error
    if (manifest.stage, manifest.key) != (path.parent.name, path.stem):
        raise DamagedError("manifest belongs to another key", path)
    return manifest
