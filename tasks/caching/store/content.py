"""The content-addressed store: files by their SHA-256, and a manifest for each key that names them.

    objects/ab/ab12...      a file, by the digest of its bytes, read-only
    manifests/STAGE/KEY.json    what a stage made: its ingredients, digest, files and facts
    work/STAGE-KEY/         private folder of a stage that is running, or was killed
    lasting/STAGE-FAMILY/   what runs that differ only in how long they go on take over from one another
    locks/STAGE-KEY         held while that key is being made
    damaged/                the newest files that no longer held what they should, set aside

Publishing goes files first, manifest last, each flushed and renamed: what has its final name is whole. Every
byte is hashed whenever it is reused: a bit that flips on the disk changes neither the size nor the time of a file.
"""

import contextlib
import json
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tasks.caching.artifact import Artifact
from tasks.caching.keys.digests import digest_of_file, digest_of_json
from tasks.caching.store.locks import locked
from tasks.caching.store.scratch import WorkFolders, newest_first, note_publishing
from tasks.durable import move_into_place, write_durably

logger = logging.getLogger("charflow.store")

FORMAT = 1
NEAREST_LIMIT = 64
DAMAGED_LIMIT = 16


class DamagedError(Exception):
    """A manifest or a file that it names does not hold what it should; `path` is the one at fault."""

    def __init__(self, message: str, path: Path) -> None:
        super().__init__(message)
        self.path = path


class Store:
    """A store at a folder, made when first written to."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    def lock(self, stage: str, key: str) -> contextlib.AbstractContextManager[None]:
        """Hold the right to make this key."""
        return locked(self.root / "locks" / f"{stage}-{key}", what=stage)

    def work_folder(self, stage: str, key: str, family: str | None = None) -> contextlib.AbstractContextManager[Path]:
        """A private, empty folder for the files of a stage whose lock is held; see `WorkFolders.opened`."""
        return WorkFolders(self.root, self._withdraw).opened(f"{stage}-{key}", family and f"{stage}-{family}")

    def add_files(self, folder: Path) -> dict[str, dict[str, Any]]:
        """Move every file below a work folder into the store: `{name: {"sha256", "bytes"}}`."""
        paths = sorted(p for p in folder.rglob("*") if p.is_file())
        digests = {path: digest_of_file(path) for path in paths}
        note_publishing(folder, digests.values())
        files = {}
        for path, sha256 in digests.items():
            files[path.relative_to(folder).as_posix()] = {"sha256": sha256, "bytes": path.stat().st_size}
            path.chmod(0o444)
            # Also over a file that is there already: it heals one that was damaged.
            move_into_place(path, self._object_path(sha256))
        return files

    def save(self, manifest: Mapping[str, Any], drafts: Path) -> Artifact:
        """Publish a manifest whose files are in the store, and give the artifact it describes.

        Args:
            manifest: without format and checksum.
            drafts: the work folder.
        """
        body = {"format": FORMAT, **manifest}
        sealed = {**body, "checksum": digest_of_json(body)}
        final = self._manifest_path(manifest["stage"], manifest["key"])
        write_durably(final, json.dumps(sealed, indent=1, sort_keys=True), drafts)
        return self.artifact(sealed)

    def find(self, stage: str, key: str) -> Artifact | None:
        """The verified artifact of this key, or None if there is none.

        Raises:
            DamagedError: there is one, but it is not what it should be.
        """
        path = self._manifest_path(stage, key)
        try:
            manifest = _read_manifest(path, key)
        except FileNotFoundError:
            return None
        for name, file in manifest["files"].items():
            place = self._object_path(file["sha256"])
            wrong = _damage(place, file["sha256"], file["bytes"])
            if wrong:
                raise DamagedError(f"stored file {name!r} {wrong}", place)
        return self.artifact(manifest)

    def set_aside(self, stage: str, key: str, path: Path) -> None:
        """Move a damaged file out of use, and the manifest that led to it, so that the stage runs again."""
        for damaged in {path, self._manifest_path(stage, key)}:
            if damaged.exists():
                aside = self.root / "damaged" / damaged.name
                aside.parent.mkdir(parents=True, exist_ok=True)
                damaged.replace(aside)
                logger.warning("%s: set aside damaged file %s", stage, aside)
                for old in newest_first(aside.parent.iterdir())[DAMAGED_LIMIT:]:
                    old.unlink(missing_ok=True)

    def artifact(self, manifest: Mapping[str, Any]) -> Artifact:
        """The artifact that a manifest describes, unverified."""
        return Artifact(manifest, {name: self._object_path(file["sha256"]) for name, file in manifest["files"].items()})

    def recent(self, stage: str) -> list[Mapping[str, Any]]:
        """The newest manifests of a stage, newest first; unreadable ones are left out."""
        paths = (self.root / "manifests" / stage).glob("[0-9a-f]*.json")
        manifests = []
        for path in newest_first(paths)[:NEAREST_LIMIT]:
            with contextlib.suppress(DamagedError, FileNotFoundError):
                manifests.append(_read_manifest(path, path.stem))
        return manifests

    def _withdraw(self, digests: Iterable[str]) -> None:
        """Remove those of these files that no manifest names: they were being published when their maker died."""
        named: set[str] = set()
        for path in self.root.glob("manifests/*/[0-9a-f]*.json"):
            with contextlib.suppress(DamagedError, FileNotFoundError):
                named |= {file["sha256"] for file in _read_manifest(path, path.stem)["files"].values()}
        for sha256 in set(digests) - named:
            self._object_path(sha256).unlink(missing_ok=True)

    def _object_path(self, sha256: str) -> Path:
        return self.root / "objects" / sha256[:2] / sha256

    def _manifest_path(self, stage: str, key: str) -> Path:
        return self.root / "manifests" / stage / f"{key}.json"


def _damage(path: Path, sha256: str, size: int) -> str | None:
    """What is wrong with a stored file, in words; None if it holds what it should."""
    try:
        length = path.stat().st_size
        if length != size:
            return f"has {length:,} bytes instead of {size:,}"
        found = digest_of_file(path)
    except FileNotFoundError:
        return "is missing"
    return None if found == sha256 else f"has SHA-256 {found[:12]} instead of {sha256[:12]}"


def _read_manifest(path: Path, key: str) -> Mapping[str, Any]:
    """Read and check one manifest.

    Raises:
        DamagedError: it is not JSON, its checksum is wrong, or it belongs to another key.
    """
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        body = {name: value for name, value in manifest.items() if name != "checksum"}
        whole = digest_of_json(body) == manifest["checksum"] and manifest["format"] == FORMAT
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise DamagedError("manifest is unreadable", path) from error
    if not whole or manifest["key"] != key:
        raise DamagedError("manifest does not hold what was written", path)
    return manifest
