"""The seal of a stored file: a modification time that tells whether it was written to since it was verified.

Hashing every reused byte on every run would cost seconds for a large corpus. So a file that was
verified gets a modification time whose nanoseconds are derived from its SHA-256. Whoever writes to the
file afterwards, by accident or by a repair of the file system, breaks the seal, and the file
is hashed again before it is used. It needs no memo beside the file and survives a copy that keeps times.
"""

import os
from pathlib import Path

from tasks.caching.digests import digest_of_file

SECOND = 1_000_000_000


def seal(path: Path, sha256: str) -> None:
    """Mark the file as verified to have this digest; its date stays, to the second."""
    seconds = path.stat().st_mtime_ns // SECOND
    modified = seconds * SECOND + _nanoseconds(sha256)
    os.utime(path, ns=(modified, modified))


def damage(path: Path, sha256: str, size: int) -> str | None:
    """What is wrong with a stored file, in words; None if it holds what it should.

    Args:
        path: the stored file.
        sha256: the digest it should have.
        size: its length in bytes.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        return "is missing"
    if status.st_size != size:
        return f"has {status.st_size:,} bytes instead of {size:,}"
    if status.st_mtime_ns % SECOND == _nanoseconds(sha256):
        return None
    found = digest_of_file(path)
    if found != sha256:
        return f"has SHA-256 {found[:12]} instead of {sha256[:12]}"
    seal(path, sha256)
    return None


def _nanoseconds(sha256: str) -> int:
    return int(sha256[:15], 16) % SECOND
