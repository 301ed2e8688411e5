"""`gc`: remove from the store what no run that is to be kept uses."""

import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.cli.table import aligned, in_bytes
from flows.errors import UsageError
from flows.runs.search import ARTIFACTS
from tasks.caching import Store
from tasks.caching.store.access import check_format
from tasks.caching.store.collection import Collection, Policy, collect, pin, pinned, unpin
from tasks.caching.store.scratch import RESUMABLE_DAYS

NAMES = {
    "result": "entries of results in the store",
    "unreadable manifest": "entries that cannot be read",
    "blob": "files of results",
    "work of a killed run": "checkpoints of killed runs",
    "shared work": "checkpoints that longer runs could go on from",
    "damaged file": "damaged files that were set aside",
    "record of a run": "records of runs that ended",
}
TO_REMOVE = "to remove it, give the same command with --yes"
SHARED = "folders of runs (artifacts/runs) have the same files, which go with them"
WITHOUT_LIMIT = "to remove those of old runs, pass --keep-runs N or --older-than DAYS"


def gc(
    *,
    store: Path = ARTIFACTS / "store",
    keep_runs: int | None = None,
    older_than: float | None = None,
    resumable_days: float = RESUMABLE_DAYS,
    pin_run: Annotated[list[str] | None, Parameter(name="--pin")] = None,
    unpin_run: Annotated[list[str] | None, Parameter(name="--unpin")] = None,
    yes: bool = False,
) -> int:
    """Say what would be removed from the store, and remove it with --yes; never what a live run uses.

    Without --keep-runs or --older-than every result stays, and only what no result names goes. The folders of runs
    (artifacts/runs) are not touched: they hold their files themselves.

    Parameters
    ----------
    store
        Folder of the store.
    keep_runs
        Keep the results that the newest so many runs used; live, pinned and unfinished runs do not count.
    older_than
        Remove the results that only runs of more than so many days ago used.
    resumable_days
        Remove what killed runs can resume from so many days after their last checkpoint.
    pin_run
        Keep the results of this run, whatever is collected.
    unpin_run
        No longer keep them.
    yes
        Remove; else it is only said what would go.
    """
    given = {"--keep-runs": keep_runs, "--older-than": older_than, "--resumable-days": resumable_days}
    for option, value in given.items():
        if value is not None and not 0 <= value < math.inf:
            raise UsageError(f"{option} must be a number, 0 or more, got {value}")
    if check_format(store) is None:
        raise UsageError(f"there is no store at {store}; name one with --store")
    opened = Store(store)
    for name, change in [*((run, pin) for run in pin_run or []), *((run, unpin) for run in unpin_run or [])]:
        if not change(opened, name):
            raise UsageError(f"the store knows no run {name}; `status` lists them")
    policy = Policy(runs=keep_runs, days=older_than, resumable_days=resumable_days)
    collection = collect(opened, policy, preview=not yes)
    limited = keep_runs is not None or older_than is not None
    sys.stdout.write("".join(f"{line}\n" for line in report(collection, pinned(opened), removed=yes, limited=limited)))
    return 0


def report(collection: Collection, pins: list[str], *, removed: bool, limited: bool) -> Iterator[str]:
    """What goes and what stays, in lines."""
    rows: list[Sequence[str]] = [("what", "how many", "size", "freed on the disk")]
    for kind in dict.fromkeys(one.kind for one in collection.garbage):
        own = [one for one in collection.garbage if one.kind == kind]
        sizes = [in_bytes(sum(values)) for values in zip(*((one.bytes, one.freed) for one in own), strict=True)]
        rows.append((NAMES[kind], f"{len(own):,}", *sizes))
    size, freed = (sum(getattr(one, name) for one in collection.garbage) for name in ("bytes", "freed"))
    if len(rows) == 1:
        yield "nothing to remove" + ("" if limited else f": all results are kept; {WITHOUT_LIMIT}")
    else:
        yield "removed:" if removed else "would be removed (nothing is gone yet):"
        yield from ["", *aligned(rows), ""]
        yield f"{in_bytes(freed)} freed" if removed else f"{in_bytes(freed)} would be freed; {TO_REMOVE}"
    if freed < size:
        yield f"{in_bytes(size - freed)} of it stay on the disk: {SHARED}"
    runs = f"{len(collection.kept_runs):,} run{'' if len(collection.kept_runs) == 1 else 's'}"
    unfinished = len(collection.unfinished_runs)
    failed = f", of which {unfinished:,} failed or {'was' if unfinished == 1 else 'were'} stopped" if unfinished else ""
    yield f"{in_bytes(collection.kept_bytes)} of results stay in the store, for {runs}{failed}"
    if pins:
        yield f"pinned: {', '.join(pins)}"
