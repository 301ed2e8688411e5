"""Locks between processes that the kernel drops when their holder dies."""

import contextlib
import errno
import fcntl
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

from tasks.caching.store.errors import StoreError

logger = logging.getLogger("charflow.store")

POLL_SECONDS = 0.1
REMIND_SECONDS = 30.0
NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS}


@contextlib.contextmanager
def locked(path: Path, what: str) -> Iterator[None]:
    """Hold the lock at `path` while the block runs; wait, and say so, while another process has it.

    A lock saves doing the same work twice. Nothing depends on it for being correct: files are published
    under unique names and moved into place whole, also on file systems where flock does nothing.
    """
    reminded = -REMIND_SECONDS
    while (descriptor := _acquire(path)) is None:
        if time.monotonic() - reminded >= REMIND_SECONDS:
            reminded = time.monotonic()
            logger.info("%s: waiting for process %s, which is making the same", what, _holder(path))
        time.sleep(POLL_SECONDS)
    with _held(path, descriptor):
        yield


@contextlib.contextmanager
def locked_if_free(path: Path) -> Iterator[bool]:
    """Hold the lock if nobody has it, else do not wait; gives whether it is held."""
    descriptor = _acquire(path)
    if descriptor is None:
        yield False
    else:
        with _held(path, descriptor):
            yield True


@contextlib.contextmanager
def guarded(path: Path, *, alone: bool) -> Iterator[None]:
    """Hold the guard at `path` while the block runs: with others, or alone. Short: those who wait stand still."""
    descriptor = _open(path)
    try:
        _flock(descriptor, fcntl.LOCK_EX if alone else fcntl.LOCK_SH, path)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _held(path: Path, descriptor: int) -> Iterator[None]:
    try:
        yield
    finally:
        # Removed while still held: a waiter that then gets this file sees that its name is gone, and retries.
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _acquire(path: Path) -> int | None:
    """The open and locked file, or None if another has it."""
    while True:
        descriptor = _open(path)
        try:
            _flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, path)
            if _is_at(descriptor, path):
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, str(os.getpid()).encode("ascii"), 0)
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            return None
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise StoreError(
                f"cannot write to the store: {path} may not be written; name another with --store"
            ) from error
        raise


def _flock(descriptor: int, how: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, how)
    except OSError as error:
        if error.errno in NO_LOCKS:
            raise StoreError(f"the file system of {path.parent} has no locks; name a store elsewhere") from error
        raise


def _holder(path: Path) -> str:
    with contextlib.suppress(OSError):
        return path.read_text(encoding="ascii", errors="replace") or "unknown"
    return "unknown"


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether the open file still has its name: a holder that went removed it."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
