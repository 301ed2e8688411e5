"""A corpus in many files on this machine: those of a folder, or those that a pattern matches."""

import os
import stat
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from tasks.corpus.entries import Entry, Listing, listing_of
from tasks.corpus.errors import CorpusError
from tasks.corpus.patterns import has_wildcard, is_meant, split_pattern
from tasks.corpus.redaction import redacted


def is_pattern(path: Path) -> bool:
    """Whether the path stands for those that it matches; one that leads somewhere as it is written does not."""
    return has_wildcard(str(path)) and not os.path.lexists(path)


def listed(path: Path) -> Listing:
    """The files below a folder, or those that a pattern matches; hidden ones only if the pattern says so.

    A file that several names lead to by symbolic links is listed once, if it can be by the name that is no link.

    Raises:
        CorpusError: there is none, or the pattern is malformed.
    """
    if path.is_dir():
        return _listing(path, _below(path), "", path)
    above, pattern = split_pattern(path.as_posix())
    base = Path(above or ("/" if path.is_absolute() else "."))
    try:
        # A final ** means the files there too, which only newer Pythons take it for.
        matching = list(base.glob(f"{pattern}/*" if pattern.endswith("**") else pattern))
    except ValueError as error:
        raise CorpusError(f"{redacted(str(path))} is no pattern: {error}; ** stands alone between /") from None
    return _listing(base, matching, pattern, path)


def _below(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder, onerror=_raise):
        yield from (Path(parent, name) for name in names)


def _raise(error: OSError) -> NoReturn:
    raise CorpusError(f"{error.filename} may not be read; change its permissions") from None


def _listing(base: Path, paths: Iterable[Path], pattern: str, source: Path) -> Listing:
    meant = (path for path in paths if is_meant(path.relative_to(base).as_posix(), pattern))
    found = {path: status for path in meant if (status := _status(path)) and _may_hold_text(status)}
    links = _links_to_others(found)
    entries = [_entry(base, path, status) for path, status in found.items() if path not in links]
    return replace(listing_of(entries, str(source)), links=len(links))


def _may_hold_text(status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode) and status.st_size > 0


def _links_to_others(found: dict[Path, os.stat_result]) -> set[Path]:
    """Those that lead to a file that another of them is, or leads to as well."""
    same = defaultdict(list)
    for path, status in found.items():
        same[status.st_dev, status.st_ino].append(path)
    first: dict[str, Path] = {}
    links: set[Path] = set()
    for paths in (paths for paths in same.values() if len(paths) > 1):
        for path in sorted(paths, key=lambda one: (one.is_symlink(), one)):
            # Hard links are files of their own, and some file systems number several files alike.
            if first.setdefault(os.path.realpath(path), path) != path:
                links.add(path)
    return links


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):  # A link that leads nowhere, or a file that went meanwhile.
        return None
    except OSError as error:
        _raise(error)


def _entry(base: Path, path: Path, status: os.stat_result) -> Entry:
    # With the time of the last change of any kind, which nobody can set: the bytes are not compared.
    stamp = [status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev]
    name = path.relative_to(base).as_posix()
    return Entry(name=name, size=status.st_size, stamp=stamp, open=lambda: path.open("rb"))
