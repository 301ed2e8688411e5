"""Where a corpus comes from: what kind of address it is, and what it leads to."""

from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from tasks.corpus.errors import CorpusError
from tasks.corpus.hub_address import parsed
from tasks.corpus.patterns import split_pattern
from tasks.corpus.redaction import redacted

Kind = Literal["http", "file", "cloud", "hub", "standard input", "default"]

DEFAULT = "default"
STANDARD_INPUT = "-"
CLOUD = {"s3", "gs", "az", "abfs"}
OF_PROCESSES = ("/dev/", "/proc/")
KNOWN = "http(s)://, s3://, gs://, az://, hf://datasets/, file://, a path, a pattern or -"


def kind_of(source: str) -> Kind:
    """What the address leads to.

    Raises:
        CorpusError: it is none that charflow can read.
    """
    try:
        scheme = urlsplit(source).scheme
    except ValueError:  # Its message would show the address with what may be secret.
        raise CorpusError("the address of the corpus is malformed; check what stands between // and the path") from None
    if source == DEFAULT:
        return "default"
    if source == STANDARD_INPUT:
        return "standard input"
    if scheme in ("http", "https"):
        return "http"
    if scheme == "hf":
        parsed(source)
        return "hub"
    if scheme in CLOUD and "://" in source:
        return "cloud"
    if scheme == "file" or "://" not in source:
        return "file"
    raise CorpusError(f"cannot read {redacted(source)}: scheme {scheme!r} is not known; give {KNOWN}")


def path_of(source: str) -> Path:
    """The path of a `file:` address or of a plain path.

    Raises:
        CorpusError: the address names another machine, or it has characters that no path has.
    """
    parts = urlsplit(source)
    if parts.scheme != "file":
        path = from_home(source)
    elif parts.netloc in ("", "localhost"):
        path = Path(unquote(parts.path))
    else:
        raise CorpusError(
            f"{redacted(source)} names the machine {parts.hostname!r}; for a file here write file:///folder/name"
        )
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        pass  # It is said when it is to be read.
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it has characters that no path has"
        raise CorpusError(f"{redacted(source)} cannot be reached: {why}; check the path") from None
    return path


def from_home(path: str) -> Path:
    """The path that is meant by one as it is typed: `~/` at its beginning is the home, which shells leave after `=`."""
    return Path(path).expanduser() if path.startswith("~/") else Path(path)


def identity(source: str) -> str:
    """What tells a source from every other: of files their absolute path, else, and of a pipe, what was given.

    Raises:
        CorpusError: it is none that charflow can read.
    """
    if kind_of(source) != "file" or path_of(source).is_fifo():
        return source
    return str(path_of(source).resolve())


def name_of(source: str) -> str:
    """What a source is called where people see it: a file here by its name, or its pattern, without folders.

    Args:
        source: without what may be secret in it; an address that cannot be read is called as it is.
    """
    try:
        path = path_of(source).as_posix() if kind_of(source) == "file" else ""
    except CorpusError:
        path = ""
    is_name = not path.startswith(OF_PROCESSES) and Path(path).name.strip(".")
    return (split_pattern(path)[1] or Path(path).name) if is_name else source
