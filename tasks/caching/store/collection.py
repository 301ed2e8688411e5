"""Collecting: what no run that is to be kept uses is removed, and nothing that a live run uses."""

import datetime
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tasks.caching.store.leases import Lease, note, read_leases, torn_leases
from tasks.caching.store.local import Store
from tasks.caching.store.scratch import RESUMABLE_BYTES, RESUMABLE_DAYS

PINS = "pins"
RESUMABLE = ("work of a killed run", "shared work")


class Garbage(NamedTuple):
    """Something to remove: of which kind, where, its bytes, and those that its removal frees."""

    kind: str
    path: Path
    bytes: int
    freed: int


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What stays beside that which live runs and pins use.

    Attributes:
        runs: the results of the newest so many runs; None: of all.
        days: of runs that began within so many days; None: however old.
        resumable_days: what a killed run left to resume from, as long after its last checkpoint.
        resumable_bytes: and up to so many bytes of it, the newest first.
    """

    runs: int | None = None
    days: float | None = None
    resumable_days: float = RESUMABLE_DAYS
    resumable_bytes: int = RESUMABLE_BYTES


@dataclass(frozen=True, kw_only=True)
class Collection:
    """What is collected, and what stays.

    Attributes:
        garbage: what goes, or would.
        kept_runs: the names of those whose results stay.
        unfinished_runs: those of them that failed, or were stopped or killed, and never went on to their end.
        kept_bytes: of the results that stay.
    """

    garbage: list[Garbage] = field(default_factory=list)
    kept_runs: list[str] = field(default_factory=list)
    unfinished_runs: list[str] = field(default_factory=list)
    kept_bytes: int = 0


def collect(store: Store, policy: Policy, *, preview: bool) -> Collection:
    """Remove what the policy does not keep; a preview only tells of it.

    It holds the store's guard alone, for as long as the removing takes: runs that are going on wait so long.
    """
    with store.guard(alone=True):
        kept = kept_leases(store, policy)
        garbage = [*_garbage(store, policy, kept)]
        stored = sum(path.stat().st_size for path in store.blobs)
        for one in [] if preview else garbage:
            if one.kind in RESUMABLE:
                store.scratch.remove(one.path)
            elif one.path.is_file():
                one.path.unlink()
    removed = sum(one.bytes for one in garbage if one.kind == "blob")
    runs = dict.fromkeys(lease.run for lease in kept)
    finished = {lease.run for lease in kept if lease.live or lease.end == "done"}
    return Collection(
        garbage=garbage,
        kept_runs=[*runs],
        unfinished_runs=[run for run in runs if run not in finished],
        kept_bytes=stored - removed,
    )


def recover(store: Store) -> None:
    """Remove the blobs that killed and failed runs were publishing, once for each such run, and note it."""
    if not _unswept(store) and not torn_leases(store.root / "leases"):
        return
    with store.guard(alone=True):
        named = {file.sha256 for _, manifest in store.manifests for file in manifest.files.values()}
        used = {sha256 for lease in read_leases(store.root / "leases") if lease.live for sha256 in lease.blobs}
        if not any(True for _ in _unreadable(store)):
            for path in store.blobs:
                if path.name not in named | used:
                    path.unlink()
        for lease in _unswept(store):
            note(lease.path, {"end": "killed", "swept": True})
        for path in torn_leases(store.root / "leases"):
            path.unlink(missing_ok=True)


def _unswept(store: Store) -> list[Lease]:
    return [
        lease
        for lease in read_leases(store.root / "leases")
        if not lease.live and lease.end != "done" and not lease.swept
    ]


def pin(store: Store, run: str) -> int:
    """Keep the results of the run of this name whatever is collected; gives how many runs of it there are."""
    leases = [lease for lease in read_leases(store.root / "leases") if lease.run == run]
    for lease in leases:
        (store.root / PINS).mkdir(exist_ok=True)
        shutil.copyfile(lease.path, store.root / PINS / lease.path.name)
    return len(leases)


def unpin(store: Store, run: str) -> int:
    """Let the results of the run be collected again; gives how many pins were removed."""
    pins = [lease for lease in read_leases(store.root / PINS) if lease.run == run]
    for lease in pins:
        lease.path.unlink()
    return len(pins)


def pinned(store: Store) -> list[str]:
    """The names of the runs that are pinned."""
    return sorted({lease.run for lease in read_leases(store.root / PINS)})


def kept_leases(store: Store, policy: Policy) -> list[Lease]:
    """The leases whose results stay: live ones, pins, and the newest; a run that failed counts with the one after."""
    leases = read_leases(store.root / "leases")
    kept, done, pins = [], 0, {path.name for path in (store.root / PINS).glob("*.jsonl")}
    for lease in leases:
        done += lease.end == "done" and not lease.live
        within = policy.runs is None or (done <= policy.runs and policy.runs > 0)
        if (
            lease.live
            or lease.path.name in pins
            or (within and (policy.days is None or _age_days(lease) <= policy.days))
        ):
            kept.append(lease)
    return [*kept, *read_leases(store.root / PINS)]


def _garbage(store: Store, policy: Policy, kept: list[Lease]) -> Iterator[Garbage]:
    collects_results = policy.runs is not None or policy.days is not None
    results = {result for lease in kept for result in lease.results}
    named = {sha256 for lease in kept if lease.live for sha256 in lease.blobs}
    for path, manifest in store.manifests:
        if collects_results and (manifest.stage, manifest.key) not in results:
            yield _whole("result", path)
        else:
            named |= {file.sha256 for file in manifest.files.values()}
    yield from (_whole("unreadable manifest", path) for path in _unreadable(store))
    yield from (_whole("blob", path) for path in store.blobs if path.name not in named)
    for one in store.scratch.excess(policy.resumable_days, policy.resumable_bytes):
        yield Garbage(RESUMABLE[one.path.name != "resume"], *one[:2], one.bytes)
    damaged = (path for path in (store.root / "damaged").glob("*") if path.is_file())
    yield from (_whole("damaged file", path) for path in damaged)
    held = {lease.path for lease in kept}
    ended = [lease for lease in read_leases(store.root / "leases") if not lease.live] if collects_results else []
    yield from (_whole("record of a run", lease.path) for lease in ended if lease.path not in held)


def _unreadable(store: Store) -> Iterable[Path]:
    readable = {path for path, _ in store.manifests}
    return (path for path in store.manifests.paths() if path not in readable)


def _whole(kind: str, path: Path) -> Garbage:
    status = path.stat()
    return Garbage(kind, path, status.st_size, status.st_size if status.st_nlink == 1 else 0)


def _age_days(lease: Lease) -> float:
    age = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(lease.started)
    return age.total_seconds() / 86400
