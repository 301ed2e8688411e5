"""The data files that a module's strings name, each read once and kept from then on."""

import os
import re
from pathlib import Path
from typing import Any

from tasks.caching.keys.digests import digest_of_file, digest_of_json

BYTECODE = "__pycache__"
LONGEST_NAME = 200


class DataFiles:
    """Files below a root folder and the folders that they lie in, as they were when they were first asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._entries: dict[Path, dict[str, bool]] = {}
        self._digests: dict[Path, str | None] = {}
        self._named_folders: dict[Path, dict[Path, frozenset[str]]] = {}

    def named(self, module: Path, content: bytes, text: str) -> dict[Path, str]:
        """The data files that a string in a module's content names, each with its SHA-256 in hex.

        They are named from the module's folder, or from a folder below it that a string of the module names.
        """
        first, *rest = text.split("/") if len(text) < LONGEST_NAME else [""]
        if not first.isprintable() or ".." in rest:
            return {}
        paths = [folder / text for folder, entries in self._folders(module, content).items() if first in entries]
        return {path: sha256 for path in paths if (sha256 := self._digest(path))}

    def read(self) -> dict[str, Any]:
        """All that was read so far, as JSON with paths below the root."""
        return {
            "folders": {self._below(path): digest_of_json(found) for path, found in self._entries.items()},
            "files": {self._below(path): sha256 for path, sha256 in self._digests.items()},
        }

    def holds(self, read: dict[str, Any]) -> bool:
        """Whether all that was read then would be read in the same way now."""
        listings = ((self._listing(self.root / path), digest) for path, digest in read["folders"].items())
        files = ((self._digest(self.root / path), digest) for path, digest in read["files"].items())
        return all(digest_of_json(found) == digest for found, digest in listings) and all(a == b for a, b in files)

    def _below(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _folders(self, module: Path, content: bytes) -> dict[Path, frozenset[str]]:
        """The names in the module's folder, and in each below whose name stands in it as part of a string."""
        if module not in self._named_folders:
            waiting, found = [module.parent], {}
            while waiting:
                folder = waiting.pop()
                entries = self._listing(folder)
                found[folder] = frozenset(entries)
                for name in (name for name, is_folder in entries.items() if is_folder):
                    if re.search(rb"""["'/]%b["'/]""" % re.escape(os.fsencode(name)), content):
                        waiting.append(folder / name)
            self._named_folders[module] = found
        return self._named_folders[module]

    def _listing(self, folder: Path) -> dict[str, bool]:
        """The names in a folder, sorted, and whether each is a folder; without Python's bytecode."""
        if folder not in self._entries:
            try:
                entries = {entry.name: entry.is_dir(follow_symlinks=False) for entry in os.scandir(folder)}
            except OSError:
                entries = {}
            entries.pop(BYTECODE, None)
            self._entries[folder] = dict(sorted(entries.items()))
        return self._entries[folder]

    def _digest(self, path: Path) -> str | None:
        """SHA-256 hex of the file; None if there is none."""
        if path not in self._digests:
            try:
                self._digests[path] = digest_of_file(path) if path.is_file() else None
            except OSError:
                self._digests[path] = None
        return self._digests[path]
