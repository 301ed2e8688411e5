"""`verify`: every byte of the store read and compared with what was written."""

import sys
from pathlib import Path

from flows.cli.table import in_bytes
from flows.errors import UsageError
from flows.runs.search import ARTIFACTS
from tasks.caching import Store
from tasks.caching.manifest import StoredFile
from tasks.caching.store.access import check_format
from tasks.caching.store.errors import DamagedError


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
    paths, damaged, hashed = sorted(opened.manifests.paths()), [], {}
    for path in paths:
        try:
            manifest = opened.manifests.find(path.parent.name, path.stem)
        except DamagedError as error:
            damaged.append(f"{path.relative_to(opened.root)}: {error}")
            continue
        for name, file in manifest.files.items() if manifest else ():
            if file not in hashed:
                hashed[file] = opened.blobs.damage(file)
            if hashed[file]:
                damaged.append(f"{path.relative_to(opened.root)}: file {name!r} {hashed[file]}")
    named = {file.sha256 for file in hashed}
    for path in opened.blobs:
        if path.name not in named:
            file = StoredFile(path.name, path.stat().st_size)
            hashed[file] = opened.blobs.damage(file)
            if hashed[file]:
                damaged.append(f"blob of no result {path.name[:12]} {hashed[file]}")
    sys.stdout.write("".join(f"{line}\n" for line in damaged))
    total = in_bytes(sum(file.bytes for file in hashed))
    sys.stdout.write(f"{len(paths):,} results, {len(hashed):,} blobs, {total} read: {len(damaged):,} damaged\n")
    return 1 if damaged else 0
