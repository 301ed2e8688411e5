"""Fetching a corpus from wherever it is: the web, a file, standard input, or the one that is built in."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tasks.corpus import web
from tasks.corpus.default_corpus import default_corpus
from tasks.corpus.errors import CorpusError
from tasks.corpus.files import check_file, copy_if_changed, sha256_of, stamp_of
from tasks.corpus.redaction import redacted
from tasks.corpus.sources import kind_of, path_of


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What came of looking at a source.

    Attributes:
        unchanged: why what is known still holds, in words; None: new bytes were written.
        remember: JSON to be given as `known` the next time.
        charset: the character set that a server declared.
    """

    unchanged: str | None = None
    remember: dict[str, Any]
    charset: str | None = None


def fetch(
    source: str, destination: Path, known: Mapping[str, Any] | None, *, partial: Path, headers: Sequence[str] = ()
) -> Fetched:
    """Write the corpus's bytes to the destination, unless they are still the known ones.

    Args:
        source: an http(s) or file address, a path, `-` or `default`.
        destination: a file that does not exist yet.
        known: what was to be remembered from the last time; None fetches in any case.
        partial: a folder on the same file system that outlives a killed process; what a server sent so far is kept
            there, and gone on with the next time.
        headers: lines `Name: value` for a server; `${NAME}` in them, and in its address, is looked up.

    Raises:
        TransientCorpusError: it cannot be had for now.
        CorpusError: it cannot be had, or is empty.
    """
    kind = kind_of(source)
    if kind == "http":
        fetched = _from_web(source, destination, known, partial, headers)
    elif kind == "file":
        fetched = _from_file(path_of(source), destination, known)
    elif kind == "default":
        fetched = _built_in(destination, known)
    else:
        fetched = _from_standard_input(destination)
    if fetched.unchanged is None and destination.stat().st_size == 0:
        raise CorpusError(f"the corpus at {redacted(source)} is empty; give one with text in it")
    return fetched


def _from_web(
    url: str, destination: Path, known: Mapping[str, Any] | None, partial: Path, headers: Sequence[str]
) -> Fetched:
    asked = web.Validators(**{name: (known or {}).get(name) for name in ("etag", "last_modified", "request")})
    response = web.get(url, destination, asked, partial=partial, headers=headers)
    validators = response.validators
    named = f"ETag {validators.etag}" if validators.etag else f"Last-Modified {validators.last_modified}"
    return Fetched(
        unchanged=f"the server says unchanged: {named}" if response.unchanged else None,
        remember=asdict(validators),
        charset=response.charset,
    )


def _from_file(path: Path, destination: Path, known: Mapping[str, Any] | None) -> Fetched:
    check_file(path)
    stamp = stamp_of(path)  # Before it is read: what is written meanwhile must show the next time.
    if not copy_if_changed(path, destination, (known or {}).get("sha256")):
        return Fetched(unchanged="the file holds the same bytes", remember=dict(known or {}))
    return Fetched(remember={"stamp": stamp, "sha256": sha256_of(destination)})


def _built_in(destination: Path, known: Mapping[str, Any] | None) -> Fetched:
    destination.write_text(default_corpus(), encoding="utf-8")
    sha256 = sha256_of(destination)
    same = sha256 == (known or {}).get("sha256")
    return Fetched(unchanged="built into this Python" if same else None, remember={"sha256": sha256})


def _from_standard_input(destination: Path) -> Fetched:
    with destination.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return Fetched(remember={})
