"""`verify`: every byte of the store read and compared with what was written."""

import sys
from collections.abc import Iterator
from pathlib import Path

from flows.cli.table import in_bytes
from flows.errors import UsageError
from flows.runs.search import ARTIFACTS
from tasks.caching import Store
from tasks.caching.manifest import StoredFile
from tasks.caching.store.access import check_format
from tasks.caching.store.errors import DamagedError

ADVICE = (
    "the next run that needs a damaged result makes it again; a run's folder that shares the file (a hard link) "
    "keeps the damage until the run is repeated under its name"
)


def verify(*, store: Path = ARTIFACTS / "store") -> int:
    """Read every byte of the store, and say what no longer holds what was written; the next run makes it again.

    Parameters
    ----------
    store
        Folder of the store.
    """
    if check_format(store) is None:
        raise UsageError(f"there is no store at {store}; name one with --store")
    opened = Store(store)
    damaged = [*_manifests(opened), *_blobs(opened)]
    sys.stdout.write("".join(f"{line}\n" for line in damaged))
    if damaged:
        sys.stdout.write(f"{ADVICE}\n")
    results, sizes = len(list(opened.manifests.paths())), [path.stat().st_size for path in opened.blobs]
    read = f"{results:,} results, {len(sizes):,} blobs, {in_bytes(sum(sizes))} read"
    sys.stdout.write(f"{read}: {len(damaged):,} damaged\n")
    return 1 if damaged else 0


def _manifests(store: Store) -> Iterator[str]:
    """What is wrong with manifests, and with blobs that they name and that are not there or have another size."""
    for path in sorted(store.manifests.paths()):
        shown = path.relative_to(store.root)
        try:
            manifest = store.manifests.find(path.parent.name, path.stem)
        except DamagedError as error:
            yield f"{shown}: {error}"
            continue
        for name, file in manifest.files.items() if manifest else ():
            wrong = store.blobs.damage(file, hashed=False)
            if wrong:
                yield f"{shown}: file {name!r} {wrong}"


def _blobs(store: Store) -> Iterator[str]:
    """The blobs whose bytes are not those that their names say, each with the results that it belongs to."""
    users: dict[str, list[str]] = {}
    for _, manifest in store.manifests:
        for name, file in manifest.files.items():
            users.setdefault(file.sha256, []).append(f"{name} of {manifest.name}, made by run {manifest.run}")
    for path in store.blobs:
        wrong = store.blobs.damage(StoredFile(path.name, path.stat().st_size))
        if wrong:
            yield f"blob {path.name[:12]} {wrong}: {'; '.join(users.get(path.name, ['of no result']))}"
