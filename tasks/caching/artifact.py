"""What a stage leaves, and what the next one is given: files by name, a digest, a few facts."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tasks.caching.keys.digests import digest_of_file, digest_of_files
from tasks.caching.manifest import Manifest, Origin, StoredFile


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a stage says of the files that it wrote.

    Attributes:
        digest: SHA-256 hex of the logical content, where the file bytes are not deterministic;
            None: the names and bytes of the files are the content.
        facts: small JSON that later stages may read; it counts in the digest.
        notes: small JSON for people, such as seconds and rates: no stage is shown it, and it counts nowhere.
        indifferent: names of parameters of which any value, beside the others as they are, gives the same.
        resumed_from: where an interrupted run was taken up ("step 1200"); None for a fresh run.
    """

    digest: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    indifferent: Sequence[str] = ()
    resumed_from: str | None = None


@dataclass(frozen=True, kw_only=True)
class Unchanged:
    """What a source says when its stored result from the last time is still right."""

    why: str


class Artifact:
    """The files of one stage, read-only.

    Not a dataclass, so that Prefect passes it on as one value instead of looking into it.
    """

    def __init__(self, manifest: Manifest, paths: Mapping[str, Path]) -> None:
        self.manifest = manifest
        self._paths = dict(paths)

    @classmethod
    def of_folder(
        cls, folder: Path, facts: Mapping[str, Any] | None = None, notes: Mapping[str, Any] | None = None
    ) -> "Artifact":
        """An artifact made of a folder's files, stored nowhere."""
        paths = {str(p.relative_to(folder)): p for p in sorted(folder.rglob("*")) if p.is_file()}
        files = {name: StoredFile(digest_of_file(p), p.stat().st_size) for name, p in paths.items()}
        digest = digest_of_files({name: file.sha256 for name, file in files.items()})
        manifest = Manifest(
            stage="", name="", digest=digest, files=files, facts=dict(facts or {}), notes=dict(notes or {})
        )
        return cls(manifest, paths)

    @classmethod
    def pending(cls, stage: str) -> "Artifact":
        """Stands, in a plan, for what a stage would make: nothing is known of it but who makes it."""
        return cls(Manifest(stage=stage, name=stage, digest=None), {})

    @property
    def is_pending(self) -> bool:
        """Whether this only stands for what a stage would make."""
        return self.manifest.digest is None

    @property
    def digest(self) -> str:
        """SHA-256 hex of the content: what the keys of the stages that read it are made of."""
        return str(self.manifest.digest)

    @property
    def facts(self) -> dict[str, Any]:
        """What the stage said of its files and stands by: part of the digest."""
        return dict(self.manifest.facts)

    @property
    def notes(self) -> dict[str, Any]:
        """What the stage said beside that, for people alone."""
        return dict(self.manifest.notes)

    @property
    def names(self) -> list[str]:
        """The names of the files, sorted."""
        return sorted(self._paths)

    @property
    def origin(self) -> Origin:
        """Where it came from, for the manifests of what is made of it."""
        return Origin(self.manifest.stage, self.manifest.key or "", self.digest)

    def path(self, name: str) -> Path:
        """Where the file of this name lies; the path has no suffix of its own.

        Raises:
            KeyError: the stage left no file of that name.
        """
        if name not in self._paths:
            raise KeyError(f"artifact has no file {name!r}; it has {', '.join(self.names)}")
        return self._paths[name]

    def only(self, *names: str) -> "Artifact":
        """These files alone, with their bytes as the digest: for a stage that reads what the digest leaves out."""
        if self.is_pending:
            return self
        files = {name: self.manifest.files[name] for name in names}
        digest = digest_of_files({name: file.sha256 for name, file in files.items()})
        manifest = dataclasses.replace(self.manifest, files=files, facts={}, notes={}, digest=digest)
        return Artifact(manifest, {name: self._paths[name] for name in names})

    def without_notes(self) -> "Artifact":
        """As the stages that read it see it."""
        return Artifact(dataclasses.replace(self.manifest, notes={}), self._paths)
