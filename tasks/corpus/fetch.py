"""Fetching a corpus from wherever it is: the web, the cloud, files, standard input, or the one that is built in."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from tasks.corpus import web
from tasks.corpus.default_corpus import default_corpus
from tasks.corpus.entries import Listing, write
from tasks.corpus.errors import CorpusError, TransientCorpusError
from tasks.corpus.files import copy_if_changed, local_kind, sha256_of, stamp_of
from tasks.corpus.folders import listed
from tasks.corpus.patterns import on_braces
from tasks.corpus.raw_address import raw_address
from tasks.corpus.redaction import redacted
from tasks.corpus.sources import kind_of, path_of
from tasks.corpus.web_body import check_space
from tasks.corpus.web_transport import PrivateHosts


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What came of looking at a source.

    Attributes:
        unchanged: why what is known still holds, in words; None: new bytes were written.
        remember: JSON to be given as `known` the next time.
        charset: the character set that a server declared.
        said: what a person should know of where the bytes came from.
    """

    unchanged: str | None = None
    remember: dict[str, Any]
    charset: str | None = None
    said: tuple[str, ...] = ()


def fetch(
    source: str,
    destination: Path,
    known: Mapping[str, Any] | None,
    *,
    partial: Path,
    headers: Sequence[str] = (),
    private: PrivateHosts = "named",
) -> Fetched:
    """Write the corpus's bytes to the destination, unless they are still the known ones.

    What leads to several files, or may, is written as a tar of them.

    Args:
        source: an address, a path, a pattern, `-` or `default`.
        destination: a file that does not exist yet.
        known: what was to be remembered from the last time; None fetches in any case.
        partial: a folder on the same file system that outlives a killed process; what a server sent so far is kept
            there, and gone on with the next time.
        headers: lines `Name: value` for a server; `${NAME}` in them, and in its address, is looked up.
        private: whether it may come from hosts that are not public, and from this machine: `named` lets only the
            source itself lead there.

    Raises:
        TransientCorpusError: it cannot be had for now.
        CorpusError: it cannot be had, or is empty.
    """
    try:
        fetched = _fetched(source, destination, known, partial, headers, private)
    except TransientCorpusError:
        raise
    except CorpusError as error:
        if braces := on_braces(source, "--corpus"):
            raise type(error)(f"{error}{braces}") from None
        raise
    if fetched.unchanged is None and destination.stat().st_size == 0:
        raise CorpusError(f"the corpus at {redacted(source)} is empty; give one with text in it")
    return fetched


def _fetched(
    source: str,
    destination: Path,
    known: Mapping[str, Any] | None,
    partial: Path,
    headers: Sequence[str],
    private: PrivateHosts,
) -> Fetched:
    kind = kind_of(source)
    if kind == "http":
        return _from_web(source, destination, known, partial, headers, private)
    if kind == "file":
        return _from_path(path_of(source), destination, known, private)
    if kind == "cloud":
        return _from_cloud(source, destination, known)
    if kind == "hub":
        return _from_hub(source, destination, known, partial)
    return _built_in(destination, known) if kind == "default" else _from_standard_input(destination)


def _from_web(
    url: str,
    destination: Path,
    known: Mapping[str, Any] | None,
    partial: Path,
    headers: Sequence[str],
    private: PrivateHosts,
) -> Fetched:
    asked = web.Validators(**{name: (known or {}).get(name) for name in ("etag", "last_modified", "request")})
    raw = raw_address(url)
    said = f"the address shows a page about the file, which was fetched from {redacted(raw)}"
    response = web.get(raw, destination, asked, partial=partial, headers=headers, private=private)
    validators = response.validators
    named = f"ETag {validators.etag}" if validators.etag else f"Last-Modified {validators.last_modified}"
    return Fetched(
        unchanged=f"the server says unchanged: {named}" if response.unchanged else None,
        remember=asdict(validators),
        charset=response.charset,
        said=() if raw == url else (said,),
    )


def _from_path(path: Path, destination: Path, known: Mapping[str, Any] | None, private: PrivateHosts) -> Fetched:
    if private == "refused":
        raise CorpusError("the corpus is a file of the machine that runs this; permit those by --allow-private-hosts")
    kind = local_kind(path)
    try:
        if kind == "pipe":
            with path.open("rb") as pipe:
                return _read_once(pipe, destination)
        if kind == "files":
            return _from_listing(listed(path), destination, known)
        stamp = stamp_of(path)  # Before it is read: what is written meanwhile must show the next time.
        if not copy_if_changed(path, destination, (known or {}).get("sha256")):
            return Fetched(unchanged="the file holds the same bytes", remember=dict(known or {}))
    except PermissionError as error:
        raise CorpusError(f"{error.filename} may not be read; change its permissions") from None
    return Fetched(remember={"stamp": stamp, "sha256": sha256_of(destination)})


def _from_cloud(source: str, destination: Path, known: Mapping[str, Any] | None) -> Fetched:
    from tasks.corpus import buckets

    found = buckets.listed(source)
    with buckets.cloud_faults(source):
        return _from_listing(found, destination, known)


def _from_hub(source: str, destination: Path, known: Mapping[str, Any] | None, partial: Path) -> Fetched:
    from tasks.corpus import hub

    try:
        return _from_listing(hub.listed(source, partial), destination, known)
    finally:
        (partial / hub.MEMBER).unlink(missing_ok=True)


def _from_listing(found: Listing, destination: Path, known: Mapping[str, Any] | None) -> Fetched:
    digest, count = found.digest, len(found.entries)
    files = "1 file" if count == 1 else f"{count:,} files"
    if digest == (known or {}).get("files"):
        return Fetched(unchanged=f"nothing changed in {files}", remember=dict(known or {}))
    check_space(found.size, destination.parent)
    write(found, destination)
    said = [] if found.single else [f"{files} of {found.size:,} bytes, in the order of their names"]
    if found.links:
        links = "1 symbolic link to one" if found.links == 1 else f"{found.links:,} symbolic links to some"
        said.append(f"{links} of them: passed over")
    return Fetched(remember={"files": digest}, said=tuple(said))


def _built_in(destination: Path, known: Mapping[str, Any] | None) -> Fetched:
    destination.write_text(default_corpus(), encoding="utf-8")
    sha256 = sha256_of(destination)
    same = sha256 == (known or {}).get("sha256")
    return Fetched(unchanged="built into this Python" if same else None, remember={"sha256": sha256})


def _from_standard_input(destination: Path) -> Fetched:
    return _read_once(sys.stdin.buffer, destination)


def _read_once(pipe: BinaryIO, destination: Path) -> Fetched:
    with destination.open("wb") as file:
        shutil.copyfileobj(pipe, file)
    return Fetched(remember={})
