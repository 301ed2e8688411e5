"""`why`: in what two results of a stage differ."""

import sys
from collections.abc import Iterator
from pathlib import Path

from flows.cli.table import aligned
from flows.errors import UsageError
from flows.runs.search import ARTIFACTS
from tasks.caching import Store
from tasks.caching.keys.ingredients import changes, code_changes
from tasks.caching.manifest import Manifest
from tasks.caching.store.access import check_format
from tasks.caching.store.leases import read_leases
from tasks.text.characters import visible


def why(
    stage: str,
    run: str | None = None,
    other: str | None = None,
    /,
    *,
    store: Path = ARTIFACTS / "store",
) -> int:
    """Tell every ingredient in which two results of a stage differ, old and new.

    Parameters
    ----------
    stage
        The stage, with its label if it has one: train, sample[0.5].
    run
        The run that used the one result; none: the newest.
    other
        The run that used the other; none: the result that was made before it.
    store
        Folder of the store.
    """
    check_format(store)
    opened = Store(store)
    if not stage.split("[")[0].isidentifier():
        raise UsageError(f"{stage!r} is no stage; `status` lists them")
    results = [manifest for manifest in opened.manifests.newest(stage.split("[")[0]) if manifest.name == stage]
    if not results:
        raise UsageError(f"the store has no result of {stage}; `status` lists the stages")
    after = _of_run(opened, stage, run) if run else results[0]
    older = [manifest for manifest in results if manifest.at <= after.at and manifest.key != after.key]
    before = _of_run(opened, stage, other) if other else next(iter(older), None)
    if before is None:
        raise UsageError(f"the store has one result of {stage} only; there is nothing to compare it with")
    sys.stdout.write("".join(f"{visible(line)}\n" for line in report(before, after)))
    return 0


def report(before: Manifest, after: Manifest) -> Iterator[str]:
    """The differences of two results, in lines."""
    yield from aligned(
        [(side, f"key {str(one.key)[:12]}", f"made by run {one.run} at {one.at}", f"output {str(one.digest)[:12]}")
         for side, one in (("old", before), ("new", after))]
    )  # fmt: skip
    differing = changes(before.ingredients, after.ingredients)
    differing += code_changes(before.definitions, after.definitions, before.code, after.code)
    yield from ["", *map(str, differing)] if differing else ["", "the ingredients are the same"]
    files = [name for name in {**before.files, **after.files} if before.files.get(name) != after.files.get(name)]
    if files and before.digest != after.digest:
        yield f"files that differ: {', '.join(sorted(files))}"


def _of_run(store: Store, stage: str, run: str) -> Manifest:
    for lease in read_leases(store.root / "leases"):
        if lease.run == run and stage in lease.names:
            found = store.manifests.find(*lease.results[lease.names.index(stage)])
            if found:
                return found
    raise UsageError(f"the store knows no result of {stage} that run {run} used; `status` lists the runs")
