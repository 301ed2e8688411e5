"""What was computed of a function's code, kept in a folder for as long as the source stays as it is.

Reading a project is fast, following all its names is not. Beside each result stands what had been read until then;
the result is used again where reading it once more gives the same. The folder may be removed at any time.
"""

import contextlib
import contextvars
import functools
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks.caching.keys.digests import canonical_json, digest_of_file, digest_of_files
from tasks.caching.keys.source import Source

_folder: contextvars.ContextVar[Path | None] = contextvars.ContextVar("folder of memos", default=None)


@contextlib.contextmanager
def memos_in(folder: Path) -> Iterator[None]:
    """Keep results in a folder inside the block. It is made if the folder that it lies in exists."""
    token = _folder.set(folder)
    try:
        yield
    finally:
        _folder.reset(token)


def remembered(name: str, source: Source) -> dict[str, Any] | None:
    """The result of that name, if it was made by this engine from what the source reads now."""
    folder = _folder.get()
    if folder is None:
        return None
    try:
        digest, content = (folder / name).read_bytes().split(b"\n", 1)
        if hashlib.sha256(content).hexdigest().encode() != digest:
            return None
        memo = json.loads(content)
    except (OSError, ValueError):
        return None
    result: dict[str, Any] = memo["result"]
    return result if memo["engine"] == _engine() and source.holds(memo["read"]) else None


def remember(name: str, source: Source, result: dict[str, Any]) -> None:
    """Keep a result for as long as the source reads what it has read; not at all where nothing can be written."""
    folder = _folder.get()
    if folder is None:
        return
    content = canonical_json({"engine": _engine(), "read": source.read(), "result": result}).encode("ascii")
    with contextlib.suppress(OSError):
        folder.mkdir(exist_ok=True)
        # Written in place: half of it does not have the digest, and is as good as none.
        (folder / name).write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)


@functools.cache
def _engine() -> str:
    """Digest of the modules that compute results, and of the Python that they run on."""
    files = {path.name: digest_of_file(path) for path in sorted(Path(__file__).parent.glob("*.py"))}
    return digest_of_files({**files, "python": sys.version})
