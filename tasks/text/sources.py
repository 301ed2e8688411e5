"""Where a corpus comes from: what kind of address it is, and how it may be shown."""

from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit, urlunsplit

Kind = Literal["http", "file", "standard input", "default"]

DEFAULT = "default"
STANDARD_INPUT = "-"


class CorpusError(ValueError):
    """A corpus cannot be had or cannot be used; the message says what, where and what to do."""


def kind_of(source: str) -> Kind:
    """What the address leads to.

    Raises:
        CorpusError: it is none that charflow can read.
    """
    scheme = urlsplit(source).scheme.lower()
    if source == DEFAULT:
        return "default"
    if source == STANDARD_INPUT:
        return "standard input"
    if scheme in ("http", "https"):
        return "http"
    if scheme == "file" or "://" not in source:
        return "file"
    raise CorpusError(
        f"cannot read {redacted(source)}: scheme {scheme!r} is not known; give http(s)://, file://, a path or -"
    )


def path_of(source: str) -> Path:
    """The path of a `file://` address or of a plain path."""
    if source.lower().startswith("file://"):
        return Path(unquote(urlsplit(source).path))
    return Path(source).expanduser()


def redacted(source: str) -> str:
    """The address without what may be secret: user, password, query and fragment."""
    if "://" not in source:
        return source
    parts = urlsplit(source)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "…" if parts.query else "", ""))
