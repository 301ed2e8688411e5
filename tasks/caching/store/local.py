"""The store in a folder: results by key, each verified whenever it is used.

    blobs/ab/ab12...            a file, by the SHA-256 of its bytes, read-only
    manifests/STAGE/KEY.json    what a stage made: its ingredients, digest, files and facts
    scratch/, families/         work that goes on, or can be gone on with
    locks/STAGE-KEY             held while that key is being made
    leases/                     what each run uses, held while it lives, its record afterwards
    damaged/                    the newest files that no longer held what they should, set aside
    code/                       digests of the stages' code, each for as long as the source stays as it is
    guard                       held with others to look up or publish, alone to remove
    format                      of all this

Publishing goes blobs first, manifest last, each flushed and renamed: what has its final name is whole. No key and
no manifest holds a path, so that a store may be moved or copied.
"""

import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tasks.caching.artifact import Artifact
from tasks.caching.keys.digests import digest_of_file
from tasks.caching.manifest import Manifest, StoredFile
from tasks.caching.store.blobs import Blobs
from tasks.caching.store.errors import DamagedError
from tasks.caching.store.leases import note
from tasks.caching.store.locks import guarded, locked
from tasks.caching.store.manifests import Manifests, newest_first
from tasks.caching.store.scratch import Scratch

logger = logging.getLogger("charflow.store")

DAMAGED_LIMIT = 16


@dataclass(frozen=True)
class Store:
    """A store at a folder, made when first written to.

    Attributes:
        root: its folder.
        run: which run uses it.
        lease: the file of the run's lease; None: nothing keeps collecting from taking what it uses.
    """

    root: Path
    run: str = "unnamed"
    lease: Path | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", self.root.absolute())

    @property
    def blobs(self) -> Blobs:
        """Its blobs."""
        return Blobs(self.root / "blobs")

    @property
    def manifests(self) -> Manifests:
        """Its manifests."""
        return Manifests(self.root / "manifests")

    @property
    def scratch(self) -> Scratch:
        """Its scratch folders."""
        return Scratch(self.root)

    def lock(self, stage: str, key: str) -> contextlib.AbstractContextManager[None]:
        """Hold the right to make this key."""
        return locked(self.root / "locks" / f"{stage}-{key}", what=stage)

    def guard(self, *, alone: bool = False) -> contextlib.AbstractContextManager[None]:
        """Held with others to look up or publish, alone to remove."""
        return guarded(self.root / "guard", alone=alone)

    def find(self, stage: str, key: str) -> Artifact | None:
        """The verified artifact of this key, leased to the run, or None if there is none.

        Raises:
            DamagedError: there is one, but it is not what it should be.
        """
        with self.guard():
            manifest = self.manifests.find(stage, key)
            if manifest is None:
                return None
            self._note(manifest)
        return self._whole(manifest, hashed=True)

    def seen(self, stage: str, key: str) -> Artifact | None:
        """The artifact of this key by its manifest and the sizes of its blobs, for a plan: nothing is hashed.

        Raises:
            DamagedError: there is one, but it is not what it should be.
        """
        manifest = self.manifests.find(stage, key)
        return self._whole(manifest, hashed=False) if manifest else None

    def digests(self, out: Path) -> dict[str, StoredFile]:
        """Every file below a folder, by its name in it."""
        paths = sorted(p for p in out.rglob("*") if p.is_file())
        return {p.relative_to(out).as_posix(): StoredFile(digest_of_file(p), p.stat().st_size) for p in paths}

    def publish(self, manifest: Manifest, out: Path) -> Artifact:
        """Move the files of a result in, then its manifest, and give the artifact, leased to the run.

        Args:
            manifest: with its files, as `digests` found them.
            out: the folder that they are in, on the same file system.
        """
        with self.guard():
            self._note(manifest)
            self._move(manifest.files, out)
            self.manifests.save(manifest, drafts=out)
        return self.artifact(manifest)

    def hold(self, manifest: Manifest, out: Path) -> Artifact:
        """Keep the files of a result for this run alone: no manifest is written, so that no other finds it."""
        with self.guard():
            if self.lease:
                note(self.lease, {"blobs": _blobs_of(manifest)})
            self._move(manifest.files, out)
        return self.artifact(manifest)

    def set_aside(self, stage: str, key: str, error: DamagedError) -> None:
        """Move a damaged file out of use, and the manifest that led to it, so that the stage runs again."""
        with self.guard(alone=True):
            if _is_mended(lambda: self.seen(stage, key), error, self.blobs):
                return
            for damaged in {error.path, self.manifests.path(stage, key)}:
                if damaged.exists():
                    aside = self.root / "damaged" / damaged.name
                    aside.parent.mkdir(parents=True, exist_ok=True)
                    damaged.replace(aside)
                    logger.warning("%s: set aside damaged file %s", stage, aside)
            for old in newest_first((self.root / "damaged").glob("*"))[DAMAGED_LIMIT:]:
                old.unlink(missing_ok=True)

    def artifact(self, manifest: Manifest) -> Artifact:
        """The artifact that a manifest describes, unverified."""
        return Artifact(manifest, {name: self.blobs.path(file.sha256) for name, file in manifest.files.items()})

    def _whole(self, manifest: Manifest, *, hashed: bool) -> Artifact:
        for name, file in manifest.files.items():
            wrong = self.blobs.damage(file, hashed=hashed)
            if wrong:
                raise DamagedError(f"stored file {name!r} {wrong}", self.blobs.path(file.sha256))
        return self.artifact(manifest)

    def _move(self, files: Mapping[str, StoredFile], out: Path) -> None:
        for name, file in files.items():
            self.blobs.add(out / name, file.sha256)

    def _note(self, manifest: Manifest) -> None:
        if self.lease:
            # The blobs too: another run may put another result in the place of this manifest.
            used = {"stage": manifest.stage, "key": manifest.key, "name": manifest.name}
            note(self.lease, {**used, "blobs": _blobs_of(manifest)})


def _blobs_of(manifest: Manifest) -> list[str]:
    return [file.sha256 for file in manifest.files.values()]


def _is_mended(look: Callable[[], Artifact | None], error: DamagedError, blobs: Blobs) -> bool:
    """Whether another run put right meanwhile what was damaged."""
    try:
        found = look()
    except DamagedError:
        return False
    files = found.manifest.files.values() if found else ()
    hurt = [file for file in files if blobs.path(file.sha256) == error.path]
    return bool(hurt) and blobs.damage(hurt[0]) is None
