"""A corpus in cloud storage: an object, those below a prefix, or those that a pattern matches."""

import errno
import importlib
import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from tasks.corpus.entries import Entry, Listing, listing_of
from tasks.corpus.errors import CorpusError, TransientCorpusError
from tasks.corpus.patterns import has_wildcard, is_meant, split_pattern
from tasks.corpus.redaction import redacted

# The library that reads a scheme, and the extra that brings it.
LIBRARIES = {"s3": ("s3fs", "s3"), "gs": ("gcsfs", "gs"), "az": ("adlfs", "az"), "abfs": ("adlfs", "az")}
STAMPS = ("ETag", "etag", "generation", "md5Hash", "LastModified", "last_modified", "mtime")
PIECE_BYTES = 8 << 20


def listed(source: str) -> Listing:
    """What the address leads to, with the credentials that the cloud's own tools would find, or with none.

    Raises:
        TransientCorpusError: the storage does not answer.
        CorpusError: there is nothing, it may not be read, or the library for the scheme is not installed.
    """
    scheme, _, path = source.partition("://")
    with cloud_faults(source):
        system = _file_system(scheme.lower())
        base, pattern, found = _found(system, path.strip("/"))
        if list(found) == [base]:
            return Listing(entries=[_entry(system, base, posixpath.basename(base), found[base])], single=True)
        named = [(one, posixpath.relpath(one, base), info) for one, info in found.items() if info["type"] == "file"]
        entries = [_entry(system, *one) for one in named if is_meant(one[1], pattern)]
    return listing_of(entries, source)


@contextmanager
def cloud_faults(source: str) -> Iterator[None]:
    """Tell in one line of what the libraries of clouds raise while the block runs.

    Raises:
        TransientCorpusError: another attempt may succeed.
        CorpusError: it may not.
    """
    try:
        yield
    except CorpusError:
        raise
    except FileNotFoundError:
        raise CorpusError(f"there is nothing at {redacted(source)}; check the address") from None
    except PermissionError:
        raise CorpusError(
            f"{redacted(source)} may not be read; give credentials where the cloud's own tools look for them"
        ) from None
    except Exception as error:  # Each library has its own errors, which share no base.
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise  # Of the disk here.
        told = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        settings = isinstance(error, ValueError)
        kind = CorpusError if settings else TransientCorpusError
        advice = "check the address and the cloud's settings" if settings else "try again"
        raise kind(f"cannot fetch {redacted(source)}: {told}; {advice}") from None


def _file_system(scheme: str) -> Any:
    library, extra = LIBRARIES[scheme]
    try:
        importlib.import_module(library)
    except ImportError:
        raise CorpusError(f"{scheme}:// needs the extra `{extra}`: pip install {library}") from None
    import fsspec

    options: dict[str, Any] = {"skip_instance_cache": True, "use_listings_cache": False}
    if scheme == "s3":  # The others find out themselves that there are no credentials.
        import botocore.session

        options["anon"] = botocore.session.Session().get_credentials() is None
    return fsspec.filesystem(scheme, **options)


def _found(system: Any, path: str) -> tuple[str, str, dict[str, Any]]:
    """What their names are relative to, by what pattern they were found, and what is there; of one object itself."""
    try:
        info = system.info(path)
    except FileNotFoundError:
        if not has_wildcard(path):
            raise
        return *split_pattern(path), system.glob(path, detail=True)
    return path, "", {path: info} if info["type"] == "file" else system.find(path, detail=True)


def _entry(system: Any, path: str, name: str, info: dict[str, Any]) -> Entry:
    def opened() -> BinaryIO:
        file: BinaryIO = system.open(path, "rb", block_size=PIECE_BYTES)
        return file

    stamp = next((str(info[one]) for one in STAMPS if info.get(one)), None)
    return Entry(name=name, size=info["size"] or 0, stamp=stamp, open=opened)
