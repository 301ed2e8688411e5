"""`status`: what the store holds, and who uses it now."""

import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from flows.cli.table import aligned, cut, in_bytes
from flows.errors import UsageError
from flows.runs.search import ARTIFACTS
from tasks.caching import Store
from tasks.caching.store.access import check_format
from tasks.caching.store.collection import pinned
from tasks.caching.store.leases import Lease, read_leases
from tasks.text.characters import visible

SHOWN_RUNS = 20
FAILED_SHARE = 4  # Of the runs that are shown, one in so many may be of those that came to nothing.


def status(*, store: Path = ARTIFACTS / "store", runs: int = SHOWN_RUNS) -> int:
    """Show what the store holds: runs, results of each stage, what can be resumed, what is live.

    Parameters
    ----------
    store
        Folder of the store.
    runs
        How many of the newest runs to show, of those that came to nothing a quarter at most.
    """
    if runs < 0:
        raise UsageError(f"--runs must be 0 or more, got {runs}")
    if check_format(store) is None:
        sys.stdout.write(f"there is no store at {store} yet\n")
        return 0
    sys.stdout.write("".join(f"{visible(line)}\n" for line in report(Store(store), runs)))
    return 0


def report(store: Store, shown_runs: int) -> Iterator[str]:
    """The state of a store, in lines."""
    sizes = {path.name: path.stat().st_size for path in store.blobs}
    results = [manifest for _, manifest in store.manifests]
    yield f"{store.root}: {len(results):,} results in {len(sizes):,} blobs, {in_bytes(sum(sizes.values()))}"
    used = {file.sha256 for manifest in results for file in manifest.files.values()}
    orphans = sum(size for sha256, size in sizes.items() if sha256 not in used)
    if orphans:
        yield f"{in_bytes(orphans)} of them are of no result; `gc` removes them"
    rows = [("stage", "results", "bytes")]
    for stage in dict.fromkeys(manifest.stage for manifest in results):
        own = [manifest for manifest in results if manifest.stage == stage]
        blobs = {file.sha256: file.bytes for manifest in own for file in manifest.files.values()}
        rows.append((stage, f"{len(own):,}", in_bytes(sum(blobs.values()))))
    yield from ["", *aligned(rows)]
    leases = read_leases(store.root / "leases")
    told = _told(leases, shown_runs)
    of_runs = [("run", "began", "state", "results", "why it failed"), *_runs(told, pinned(store))]
    yield from ["", *cut(aligned(of_runs)), *_untold([lease for lease in leases if lease not in told])]
    yield from _resumable(store)


def _told(leases: Sequence[Lease], shown: int) -> list[Lease]:
    """The newest so many of the runs, newest first, of which few came to nothing."""
    left = -(-shown // FAILED_SHARE)
    told: list[Lease] = []
    for lease in leases:
        came_to_nothing = not lease.live and lease.end != "done"
        if len(told) < shown and (left or not came_to_nothing):
            told.append(lease)
            left -= came_to_nothing
    return told


def _untold(leases: Sequence[Lease]) -> list[str]:
    """How many runs are not shown, and how they ended."""
    ends = Counter(_state(lease) for lease in leases)
    counts = ", ".join(f"{count:,} {end}" for end, count in ends.most_common())
    return [f"and {len(leases):,} more: {counts}; --runs N shows as many"] if leases else []


def _runs(leases: Sequence[Lease], pins: Collection[str]) -> list[tuple[str, ...]]:
    return [
        (
            visible(lease.run),
            lease.started[:19],
            _state(lease) + (", pinned" if lease.run in pins else ""),
            _results(lease),
            visible(lease.why),
        )
        for lease in leases
    ]


def _state(lease: Lease) -> str:
    return f"live, process {lease.process}" if lease.live else lease.end or "killed"


def _results(lease: Lease) -> str:
    last = f", the last {lease.names[-1]}" if lease.live and lease.names else ""
    return f"{len(lease.results)}{last}"


def _resumable(store: Store) -> Iterator[str]:
    found = store.scratch.resumable()
    if found:
        yield from ["", "what killed runs can resume from, and longer ones can go on from:"]
    for one in found:
        name = one.path.parent.name if one.path.name == "resume" else one.path.name
        hours = (time.time_ns() - one.newest_ns) / 3600e9
        yield f"  {name}  {in_bytes(one.bytes)}, written to {hours:,.1f} h ago"
