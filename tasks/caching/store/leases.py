"""Leases: what each run uses, noted before it relies on it; held while the run lives, its record afterwards.

A line of JSON each: the run and when it began, the results that it used or made, blobs that no manifest names, and
how it ended. The file is locked while the run lives: the kernel gives the lock up when it dies, however it dies.
"""

import contextlib
import datetime
import errno
import fcntl
import json
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

LONGEST_WHY = 500

End = Literal["done", "failed", "stopped", "killed"]


@dataclass(frozen=True, kw_only=True)
class Lease:
    """A run's lease, read.

    Attributes:
        path: of its file.
        run: the run's name.
        started: when, ISO 8601 in UTC.
        process: its process.
        results: stage and key of each result that it used or made, in order.
        names: the stage's name with its label, for each of these.
        blobs: SHA-256 of the blobs that it uses.
        end: how it ended; None: it lives, or was killed.
        ended: when, like `started`; None: it is not known.
        why: of one that failed, what went wrong, in one line; empty: it is not known.
        swept: whether what it left half-published was removed.
        live: whether a process holds it.
    """

    path: Path
    run: str
    started: str
    process: int
    results: list[tuple[str, str]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    blobs: list[str] = field(default_factory=list)
    end: End | None = None
    ended: str | None = None
    why: str = ""
    swept: bool = False
    live: bool = False


@contextlib.contextmanager
def held_lease(root: Path, run: str, told: Callable[[Exception], str] = str) -> Iterator[Path]:
    """A new lease below a folder, held while the block runs; gives its file, for `note`.

    Args:
        root: the folder.
        run: the run's name.
        told: says of an error what may be written down of it.
    """
    root.mkdir(parents=True, exist_ok=True)
    path = root / f"{uuid.uuid4().hex}.jsonl"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        note(path, {"run": run, "started": _now(), "process": os.getpid()})
        end: End = "stopped"
        why: dict[str, str] = {}
        try:
            yield path
            end = "done"
        except Exception as error:
            end, why = "failed", {"why": " ".join(told(error).split())[:LONGEST_WHY]}
            raise
        finally:
            with contextlib.suppress(OSError):  # The disk may be full; then it counts as killed.
                note(path, {"end": end, "ended": _now(), **why})
    finally:
        os.close(descriptor)


def note(path: Path, line: dict[str, Any]) -> None:
    """Add a line, in one write, from whatever process of the run.

    Raises:
        OSError: the line was not written whole: what it notes may not be relied on.
    """
    text = (json.dumps(line) + "\n").encode("ascii")
    with path.open("a+b", buffering=0) as file:
        if not _ends_a_line(file):
            text = b"\n" + text  # What an earlier write left half-done spoils no other line.
        if file.write(text) != len(text):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def read_leases(root: Path) -> list[Lease]:
    """All leases below a folder: of live runs first, then of what ended last, or began last where that is not known.

    Those that cannot be read are left out.
    """
    found = []
    for path in root.glob("*.jsonl"):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, IndexError):
            found.append(_read(path))
    return sorted(found, key=lambda lease: (lease.live, lease.ended or lease.started, lease.run), reverse=True)


def torn_leases(root: Path) -> list[Path]:
    """The files of leases that tell nothing, because their run was killed while it wrote the first line."""
    readable = {lease.path for lease in read_leases(root)}
    return [path for path in root.glob("*.jsonl") if path not in readable and not is_live(path)]


def is_live(path: Path) -> bool:
    """Whether a process holds the lease in this file."""
    try:
        with path.open("rb") as file:
            return _is_held(file.fileno())
    except FileNotFoundError:
        return False


def _read(path: Path) -> Lease:
    with path.open("rb") as file:
        live = _is_held(file.fileno())
        lines = [line for line in _whole_lines(file) if isinstance(line, dict)]
    first = lines[0]
    began = datetime.datetime.fromisoformat(first["started"])
    if not isinstance(first["run"], str) or not isinstance(first["process"], int) or began.tzinfo is None:
        raise ValueError("it is no lease")
    used = {(line["stage"], line["key"]): line["name"] for line in lines if "key" in line}
    return Lease(
        path=path,
        run=first["run"],
        started=first["started"],
        process=first["process"],
        results=list(used),
        names=list(used.values()),
        blobs=[sha256 for line in lines for sha256 in line.get("blobs", [])],
        end=next((line["end"] for line in lines if "end" in line), None),
        ended=next((str(line["ended"]) for line in lines if "ended" in line), None),
        why=next((str(line["why"]) for line in lines if "why" in line), ""),
        swept=any(line.get("swept") for line in lines),
        live=live,
    )


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds")


def _whole_lines(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Without those that a killed process, or a full disk, left half-written."""
    for line in lines:
        with contextlib.suppress(ValueError):
            yield json.loads(line)


def _ends_a_line(file: IO[bytes]) -> bool:
    if not file.seek(0, os.SEEK_END):
        return True
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"


def _is_held(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False
