"""`why`: in what two results of a stage differ."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from flows.cli.table import aligned
from flows.errors import UsageError
from flows.runs.search import ARTIFACTS
from tasks.caching import Store
from tasks.caching.keys.excerpts import change_of
from tasks.caching.keys.ingredients import changes, code_changes
from tasks.caching.manifest import Manifest
from tasks.caching.store.access import check_format
from tasks.caching.store.leases import read_leases
from tasks.text.characters import visible

SHOWN_NAMES = 8


def why(
    stage: str | None = None,
    before: str | None = None,
    after: str | None = None,
    /,
    *,
    store: Path = ARTIFACTS / "store",
) -> int:
    """Tell every ingredient in which two results of a stage differ, old and new.

    Parameters
    ----------
    stage
        The stage, with its label if it has one: train, sample[0.5]; none: those that can be told of are listed.
    before
        The run that used the old result; none: the one that was made before the new.
    after
        The run that used the new result: its name, or latest or previous of those that used one; none: the newest.
    store
        Folder of the store.
    """
    check_format(store)
    opened = Store(store)
    if stage is None:
        sys.stdout.write("".join(f"{visible(line)}\n" for line in explained(opened)))
        return 0
    if not stage.split("[")[0].isidentifier():
        raise UsageError(f"{stage!r} is no stage; `status` lists them")
    results = [manifest for manifest in opened.manifests.newest(stage.split("[")[0]) if manifest.name == stage]
    if not results:
        raise UsageError(f"the store has no result of {stage}; {_known(opened, stage)}")
    new = _of_run(opened, stage, after) if after else results[0]
    older = [manifest for manifest in results if manifest.at <= new.at and manifest.key != new.key]
    old = _of_run(opened, stage, before) if before else next(iter(older), None)
    if old is None:
        raise UsageError(f"the store has one result of {stage} only; there is nothing to compare it with")
    corpora = [sources(opened, one) for one in (old, new)]
    sys.stdout.write("".join(f"{visible(line)}\n" for line in report(old, new, *corpora)))
    return 0


def explained(store: Store) -> Iterator[str]:
    """The stages that have several results, in lines."""
    found: dict[str, list[Manifest]] = {}
    for _, manifest in store.manifests:
        found.setdefault(manifest.name, []).append(manifest)
    rows = [(name, f"{len(made):,} results") for name, made in found.items() if len(made) > 1]
    if not rows:
        yield "no stage has two results yet, to tell in what they differ"
        return
    yield "stages with several results; `why STAGE` tells in what the newest differs from the one before:"
    yield from (f"  {row}" for row in aligned(rows))


def sources(store: Store, result: Manifest) -> dict[str, str]:
    """The address of each source that a result was made from, by the digest of what came from there."""
    if "source" in result.notes:
        return {str(result.digest): str(result.notes["source"])}
    found: dict[str, str] = {}
    for origin in (origin for origins in result.inputs.values() for origin in origins):
        above = store.manifests.find(origin.stage, origin.key)
        if above and "source" in above.notes:  # Of an address there is the last manifest alone; the digest is of then.
            found[origin.digest] = str(above.notes["source"])
        elif above:
            found |= sources(store, above)
    return found


def report(
    before: Manifest, after: Manifest, old_corpus: Mapping[str, str], new_corpus: Mapping[str, str]
) -> Iterator[str]:
    """The differences of two results, in lines; that they are of different corpora first."""
    if old_corpus and new_corpus and [*old_corpus] != [*new_corpus]:
        yield from [f"another corpus: {_corpora([*old_corpus.values()], [*new_corpus.values()])}", ""]
    yield from aligned(
        [(side, f"key {str(one.key)[:12]}", f"made by run {one.run} at {one.at}", f"output {str(one.digest)[:12]}")
         for side, one in (("old", before), ("new", after))]
    )  # fmt: skip
    differing = changes(before.ingredients, after.ingredients)
    differing += code_changes(before.definitions, after.definitions, before.code, after.code)
    yield from ["", *map(str, differing)] if differing else ["", "the ingredients are the same"]
    files = [name for name in {**before.files, **after.files} if before.files.get(name) != after.files.get(name)]
    if files and before.digest != after.digest:
        yield f"files that differ: {_first(sorted(files), ', ')}"


def _corpora(old: list[str], new: list[str]) -> str:
    if old == new:
        return f"other bytes from {_first(new, ' ')}"
    return change_of(old, new) if max(len(old), len(new)) > SHOWN_NAMES else f"{' '.join(old)} → {' '.join(new)}"


def _first(names: list[str], between: str) -> str:
    """The first of many names, and how many more there are."""
    more = f" and {len(names) - SHOWN_NAMES:,} more" if len(names) > SHOWN_NAMES else ""
    return f"{between.join(names[:SHOWN_NAMES])}{more}"


def _known(store: Store, stage: str) -> str:
    """What to ask for instead."""
    names = sorted({manifest.name for manifest in store.manifests.newest(stage.split("[")[0])})
    return f"there are {', '.join(names)}" if names else "`status` lists the stages"


def _of_run(store: Store, stage: str, run: str) -> Manifest:
    using = [lease for lease in read_leases(store.root / "leases") if stage in lease.names]
    done = [lease for lease in using if lease.end == "done"]
    named = {"latest": done[:1], "previous": done[1:2]}
    for lease in named.get(run, [lease for lease in using if lease.run == run]):
        if lease.results:
            found = store.manifests.find(*lease.results[lease.names.index(stage)])
            if found:
                return found
    raise UsageError(f"the store knows no result of {stage} that run {run} used; `status` lists the runs")
