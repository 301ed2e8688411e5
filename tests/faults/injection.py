"""Faults that happen at a process's n-th file operation below a folder: it is killed there, or the disk is full.

Python tells audit hooks of every file operation before it happens, whoever asks for it; only fsync needs a wrapper.
So nothing that is tested knows of this, and no operation can be forgotten.
"""

import errno
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

CREATING = {"open", "os.mkdir", "os.rename", "os.link", "os.symlink", "os.fsync"}
OPERATIONS = CREATING | {"os.remove", "os.rmdir", "os.chmod", "os.truncate", "os.utime"}
LINKING = {"os.link", "os.symlink"}  # told of with what they lead to before the name that is made
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass
class Fault:
    """What is to happen, and where; `at` 0: nothing, the operations are only counted."""

    kind: str
    at: int
    root: Path
    seen: int = 0

    def operation(self, event: str, place: str, flags: int = 0) -> None:
        """Told of an operation that is about to happen."""
        if event not in (CREATING if self.kind == "full" else OPERATIONS):
            return
        if not place.startswith(str(self.root)) or (event == "open" and not flags & WRITING):
            return
        self.seen += 1
        if self.seen != self.at:
            return
        if event == "open" and not os.path.isdir(place):
            # What a write that is cut short leaves, which is more than if the file were not there.
            with open(place, "ab" if flags & os.O_APPEND else "wb") as torn:
                torn.write(b"torn")
        if self.kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), place)


_armed: list[Fault] = []
_fsync = os.fsync


def arm(kind: str, at: int, root: Path) -> Fault:
    """Have it happen in this process from now on."""
    fault = Fault(kind, at, root.resolve())
    if not _armed:
        sys.addaudithook(_hook)
        os.fsync = _told_of_fsync
    _armed[:] = [fault]
    return fault


def disarm() -> None:
    """No more faults."""
    _armed[:] = [Fault("count", 0, Path("/nowhere"))]


def _hook(event: str, arguments: tuple) -> None:
    if not _armed or event not in OPERATIONS:
        return
    place = arguments[1 if event in LINKING else 0]
    if isinstance(place, str | bytes | os.PathLike):
        folder = next((a for a in arguments[1:] if isinstance(a, int) and a >= 0), None) if event != "open" else None
        _told(event, os.fsdecode(place), folder, arguments[2] if event == "open" else 0)


def _told(event: str, name: str, folder: int | None, flags: int = 0) -> None:
    if not os.path.isabs(name):
        base = os.readlink(f"/proc/self/fd/{folder}") if folder is not None else os.getcwd()
        name = os.path.join(base, name)
    fault = _armed[0]
    if fault.at == 0 or fault.seen < fault.at:
        fault.operation(event, name, flags or 0)


def _told_of_fsync(descriptor: int) -> None:
    _told("os.fsync", os.readlink(f"/proc/self/fd/{descriptor}"), None)
    _fsync(descriptor)
