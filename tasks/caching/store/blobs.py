"""Blobs: files by the SHA-256 of their bytes, read-only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks.caching.keys.digests import digest_of_file
from tasks.caching.manifest import StoredFile
from tasks.durable import move_into_place

NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Blobs:
    """The blobs below a folder: `ab/ab12...`."""

    root: Path

    def path(self, sha256: str) -> Path:
        """Where the blob of this digest lies, if it is there."""
        return self.root / sha256[:2] / sha256

    def add(self, path: Path, sha256: str) -> None:
        """Move a file of this digest in; also over one that is there already, which heals one that was damaged."""
        path.chmod(0o444)
        move_into_place(path, self.path(sha256))

    def damage(self, file: StoredFile, *, hashed: bool = True) -> str | None:
        """What is wrong with a blob, in words; None if it holds what it should, or, unhashed, has the right size."""
        path = self.path(file.sha256)
        try:
            length = path.stat().st_size
            if length != file.bytes:
                return f"has {length:,} bytes instead of {file.bytes:,}"
            found = digest_of_file(path) if hashed else file.sha256
        except FileNotFoundError:
            return "is missing"
        return None if found == file.sha256 else f"has SHA-256 {found[:12]} instead of {file.sha256[:12]}"

    def __iter__(self) -> Iterator[Path]:
        """Every blob; whatever else others have put there is passed over."""
        return (path for path in self.root.glob("??/*") if NAME.fullmatch(path.name) and path.is_file())
