"""The source of a project as bytes, each top-level package read once and kept from then on."""

import functools
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.caching.keys.data_files import BYTECODE, DataFiles
from tasks.caching.keys.digests import digest_of_json


@dataclass(frozen=True)
class SourceFile:
    """A module's bytes as they were when its top-level package was read.

    Attributes:
        name: the module's dotted name.
        path: its file; None for a package without `__init__.py`.
        content: the file's bytes.
        is_package: whether other modules can lie below it.
    """

    name: str
    path: Path | None
    content: bytes
    is_package: bool

    @functools.cached_property
    def sha256(self) -> str:
        """SHA-256 hex of the content."""
        return hashlib.sha256(self.content).hexdigest()


class Source:
    """The modules below a root folder, read by top-level package on first reference, and the data files they name."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = DataFiles(root)
        self._packages: dict[str, dict[str, SourceFile]] = {}
        self._surely: dict[str, bool] = {}

    def find(self, module: str) -> SourceFile | None:
        """The module of that dotted name; None if it is not the project's."""
        return self.package(module.partition(".")[0]).get(module)

    def package(self, top: str) -> dict[str, SourceFile]:
        """All modules of a top-level package or module, by dotted name; none if the project has no such package."""
        if top not in self._packages:
            self._packages[top] = {file.name: file for file in self._read(top)}
        return self._packages[top]

    def has_package(self, top: str) -> bool:
        """Whether it is surely a package of the project, asked without reading a folder that is none."""
        if top not in self._surely:
            paths = (self.root / top / "__init__.py", self.root / f"{top}.py")
            self._surely[top] = any(path.is_file() for path in paths)
        return self._surely[top]

    def submodules(self, package: str) -> list[str]:
        """Dotted names of the modules directly below a package, sorted."""
        found = self.package(package.partition(".")[0])
        return sorted(name for name in found if name.rpartition(".")[0] == package)

    def read(self) -> dict[str, Any]:
        """All that was read so far, as JSON: whatever is made of the source alone holds for as long as this does."""
        return {
            "packages": {top: _digest_of_package(found) for top, found in self._packages.items()},
            "surely": dict(self._surely),
            "data": self.data.read(),
        }

    def holds(self, read: dict[str, Any]) -> bool:
        """Whether all that was read then, by this root or by a copy of it, would be read in the same way."""
        return (
            all(_digest_of_package(self.package(top)) == digest for top, digest in read["packages"].items())
            and all(self.has_package(top) == surely for top, surely in read["surely"].items())
            and self.data.holds(read["data"])
        )

    def _read(self, top: str) -> Iterator[SourceFile]:
        path = self.root / f"{top}.py"
        if not top.isidentifier():
            return
        if (self.root / top / "__init__.py").is_file() or not path.is_file():
            yield from _read_package(self.root / top, top)
        elif (content := bytes_of(path)) is not None:
            yield SourceFile(top, path, content, is_package=False)


@functools.cache
def source_below(root: Path) -> Source:
    """The one source of that root folder in this process."""
    return Source(root)


def source_of(function: Callable[..., object]) -> Source:
    """The source of the function's project: all below the folder that holds its top-level package."""
    path = Path(function.__code__.co_filename).absolute()
    levels = function.__module__.count(".") + (path.name == "__init__.py")
    return source_below(path.parents[levels])


def module_of(function: Callable[..., object]) -> str:
    """Dotted name of the module that defines the function, also where it runs as `__main__`."""
    return Path(function.__code__.co_filename).stem if function.__module__ == "__main__" else function.__module__


def bytes_of(path: Path) -> bytes | None:
    """The file's bytes; None if it is none, or is gone."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def _digest_of_package(found: dict[str, SourceFile]) -> str:
    return digest_of_json({name: [file.sha256, file.is_package, file.path is None] for name, file in found.items()})


def _read_package(folder: Path, name: str) -> Iterator[SourceFile]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    below: list[SourceFile] = []
    own: SourceFile | None = None
    for entry in entries:
        stem, suffix = os.path.splitext(entry.name)  # noqa: PTH122 - a path object for each entry costs more than reading it
        if suffix == ".py" and stem.isidentifier():
            content = bytes_of(path := folder / entry.name)
            if content is None:
                continue
            if stem == "__init__":
                own = SourceFile(name, path, content, is_package=True)
            else:
                below.append(SourceFile(f"{name}.{stem}", path, content, is_package=False))
        elif entry.name.isidentifier() and entry.name != BYTECODE and entry.is_dir(follow_symlinks=False):
            below += _read_package(folder / entry.name, f"{name}.{entry.name}")
    if own or below:
        yield own or SourceFile(name, None, b"", is_package=True)
    yield from below
