"""Fetching a corpus from wherever it is: the web, a file, standard input, or the one that is built in."""

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.corpus import web
from tasks.corpus.default_corpus import default_corpus
from tasks.corpus.errors import CorpusError
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


def fetch(source: str, destination: Path, known: Mapping[str, Any] | None) -> Fetched:
    """Write the corpus's bytes to the destination, unless they are still the known ones.

    Args:
        source: an http(s) or file address, a path, `-` or `default`.
        destination: a file that does not exist yet.
        known: what was to be remembered from the last time; None fetches in any case.

    Raises:
        CorpusError: it cannot be had, or is empty.
    """
    kind = kind_of(source)
    if kind == "http":
        fetched = _from_web(source, destination, known)
    elif kind == "file":
        fetched = _from_file(path_of(source), destination, known)
    else:
        fetched = _from_stream(kind, destination)
    if fetched.unchanged is None and destination.stat().st_size == 0:
        raise CorpusError(f"the corpus at {redacted(source)} is empty; give one with text in it")
    return fetched


def file_change(path: Path, known: Mapping[str, Any]) -> str | None:
    """How the file differs, by size and time, from when it was fetched; None if it does not."""
    try:
        return None if _stamp(path) == known.get("stamp") else "the file was written to"
    except FileNotFoundError:
        return "the file is missing"


def _from_web(url: str, destination: Path, known: Mapping[str, Any] | None) -> Fetched:
    asked = web.Validators(etag=(known or {}).get("etag"), last_modified=(known or {}).get("last_modified"))
    response = web.get(url, destination, asked)
    validators = response.validators
    named = f"ETag {validators.etag}" if validators.etag else f"Last-Modified {validators.last_modified}"
    return Fetched(
        unchanged=f"the server says unchanged: {named}" if response.unchanged else None,
        remember={"etag": validators.etag, "last_modified": validators.last_modified},
        charset=response.charset,
    )


def _from_file(path: Path, destination: Path, known: Mapping[str, Any] | None) -> Fetched:
    if not path.exists():
        raise CorpusError(f"there is no file {path}; check the path")
    if not path.is_file():
        raise CorpusError(f"{path} is not a regular file; give a text file")
    stamp = _stamp(path)
    if known and known.get("stamp") == stamp:
        return Fetched(unchanged="the file's size and time are unchanged", remember=dict(known))
    try:
        shutil.copyfile(path, destination)
    except PermissionError:
        raise CorpusError(f"{path} may not be read; change its permissions") from None
    return Fetched(remember={"stamp": stamp})


def _from_stream(kind: str, destination: Path) -> Fetched:
    if kind == "default":
        destination.write_text(default_corpus(), encoding="utf-8")
    else:
        with destination.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
    return Fetched(remember={})


def _stamp(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns, status.st_ino]
