"""Canonical JSON and SHA-256 digests: equal content gives equal hex, in every process."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

READ_BYTES = 1 << 20


def canonical_json(value: Any) -> str:
    """JSON with sorted keys, no spaces and ASCII only.

    Raises:
        TypeError: a value is not JSON (a set, a path, a NumPy scalar).
        ValueError: a number is NaN or infinite.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def digest_of_json(value: Any) -> str:
    """SHA-256 hex of the value's canonical JSON."""
    return hashlib.sha256(canonical_json(value).encode("ascii")).hexdigest()


def digest_of_file(path: Path) -> str:
    """SHA-256 hex of the file's bytes, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def digest_of_files(digests: Mapping[str, str]) -> str:
    """SHA-256 hex over names and contents of a folder's files, by name the SHA-256 of each."""
    return digest_of_json(dict(digests))
