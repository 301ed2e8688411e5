"""The content-addressed store: files by their SHA-256, and a manifest for each key that names them.

    objects/ab/ab12...      a file, by the digest of its bytes, read-only
    manifests/STAGE/KEY.json    what a stage made: its ingredients, digest, files and facts
    work/STAGE-KEY/         private folder of a stage that is running, or was killed
    locks/STAGE-KEY         held while that key is being made
    damaged/                files that no longer held what they should, set aside

Publishing goes files first, manifest last, each flushed and renamed: what has its final name is whole.
"""

import contextlib
import json
import logging
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tasks.caching.artifact import Artifact
from tasks.caching.digests import digest_of_file, digest_of_json
from tasks.caching.durable import move_into_place, write_durably
from tasks.caching.locks import locked
from tasks.caching.seal import damage, seal

logger = logging.getLogger("charflow.store")

FORMAT = 1
NEAREST_LIMIT = 64


class DamagedError(Exception):
    """A manifest or a file that it names does not hold what it should; `path` is the one at fault."""

    def __init__(self, message: str, path: Path) -> None:
        super().__init__(message)
        self.path = path


def kept_folder(out: Path) -> Path:
    """The folder beside a stage's work folder that outlives a killed run of the same key.

    It is emptied when the stage succeeds. A stage puts there what lets it resume.
    """
    folder = out.parent / "kept"
    folder.mkdir(exist_ok=True)
    return folder


class Store:
    """A store at a folder, made when first written to."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    def lock(self, stage: str, key: str) -> contextlib.AbstractContextManager[None]:
        """Hold the right to make this key."""
        return locked(self.root / "locks" / f"{stage}-{key}", what=stage)

    @contextlib.contextmanager
    def work_folder(self, stage: str, key: str) -> Iterator[Path]:
        """A private, empty folder for a stage's files; what was kept beside it goes only after success."""
        place = self.root / "work" / f"{stage}-{key}"
        out = place / "out"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        try:
            yield out
        except BaseException:
            shutil.rmtree(out, ignore_errors=True)
            with contextlib.suppress(OSError):
                place.rmdir()
            raise
        shutil.rmtree(place, ignore_errors=True)

    def add_files(self, folder: Path) -> dict[str, dict[str, Any]]:
        """Move every file below the folder into the store: `{name: {"sha256", "bytes"}}`."""
        files = {}
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            sha256, size = digest_of_file(path), path.stat().st_size
            files[path.relative_to(folder).as_posix()] = {"sha256": sha256, "bytes": size}
            seal(path, sha256)
            path.chmod(0o444)
            # Also over a file that is there already: it heals one that was damaged.
            move_into_place(path, self._object_path(sha256))
        return files

    def save(self, manifest: Mapping[str, Any]) -> Artifact:
        """Publish a manifest whose files are in the store, and give the artifact it describes."""
        body = {"format": FORMAT, **manifest}
        sealed = {**body, "checksum": digest_of_json(body)}
        write_durably(
            self._manifest_path(manifest["stage"], manifest["key"]),
            json.dumps(sealed, indent=1, sort_keys=True),
        )
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
            wrong = damage(place, file["sha256"], file["bytes"])
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

    def artifact(self, manifest: Mapping[str, Any]) -> Artifact:
        """The artifact that a manifest describes, unverified."""
        return Artifact(manifest, {name: self._object_path(file["sha256"]) for name, file in manifest["files"].items()})

    def recent(self, stage: str) -> list[Mapping[str, Any]]:
        """The newest manifests of a stage, newest first; unreadable ones are left out."""
        paths = list((self.root / "manifests" / stage).glob("[0-9a-f]*.json"))
        paths.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
        manifests = []
        for path in paths[:NEAREST_LIMIT]:
            with contextlib.suppress(DamagedError, FileNotFoundError):
                manifests.append(_read_manifest(path, path.stem))
        return manifests

    def _object_path(self, sha256: str) -> Path:
        return self.root / "objects" / sha256[:2] / sha256

    def _manifest_path(self, stage: str, key: str) -> Path:
        return self.root / "manifests" / stage / f"{key}.json"


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
