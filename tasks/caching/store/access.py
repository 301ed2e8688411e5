"""A run's access to a store: its format checked, what killed runs left put in order, and a lease on what it uses."""

import contextlib
import dataclasses
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tasks.caching.manifest import FORMAT
from tasks.caching.store.collection import recover
from tasks.caching.store.errors import StoreError, cause_of
from tasks.caching.store.leases import held_lease
from tasks.caching.store.local import Store
from tasks.durable import write_durably


@contextlib.contextmanager
def leased(root: Path, run: str, told: Callable[[Exception], str] = cause_of) -> Iterator[Store]:
    """The store at a folder, with a lease for this run: what it uses is not collected while the block runs.

    Args:
        root: the folder.
        run: the run's name.
        told: says of an error that ends the block what may be written down of it.

    Raises:
        StoreError: the folder holds a store of another format, or cannot be written to.
    """
    store = Store(root)
    with contextlib.ExitStack() as stack:
        try:
            lease = _begin(store, run, told, stack)
        except OSError as error:
            raise _unusable(root, error) from error
        yield dataclasses.replace(store, run=run, lease=lease)


def _begin(store: Store, run: str, told: Callable[[Exception], str], stack: contextlib.ExitStack) -> Path:
    if check_format(store.root) is None:
        with store.guard(alone=True):
            write_durably(store.root / "format", f"{FORMAT}\n", drafts=store.root)
    store.scratch.sweep()
    recover(store)
    with store.guard():  # Before it is locked, a lease looks like that of a killed run.
        return stack.enter_context(held_lease(store.root / "leases", run, told))


def check_usable(root: Path) -> None:
    """As `check_format`, and where there is no store yet, whether one could be begun; leaves nothing there.

    Raises:
        StoreError: it is of another format, or cannot be.
    """
    if check_format(root) is not None:
        return
    try:
        parent = next(path for path in (root, *root.absolute().parents) if path.exists())
        with tempfile.TemporaryDirectory(dir=parent):
            pass
    except OSError as error:
        raise _unusable(root, error) from error


def _unusable(root: Path, error: OSError) -> StoreError:
    said = cause_of(error)
    if said != str(error):  # The disk is full, and more is said of it.
        return StoreError(f"store: {said}")
    why = (error.strerror or str(error)).lower()
    return StoreError(f"cannot write to the store: nothing can be kept at {root} ({why}); name another with --store")


def check_format(root: Path) -> int | None:
    """The format of the store at a folder; None if there is no store yet.

    Raises:
        StoreError: it is not the one that this charflow reads.
    """
    mark = root / "format"
    if not mark.exists():
        found = "1" if (root / "objects").exists() else ""
    else:
        found = mark.read_text(encoding="utf-8", errors="replace").strip()[:20]
    if found not in ("", str(FORMAT)):
        raise StoreError(
            f"the store at {root} has format {found}, and this charflow reads {FORMAT}; "
            "remove it, or name another with --store"
        )
    return FORMAT if found else None
