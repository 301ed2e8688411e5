"""Files of runs as a server gives them: what the path of an address leads to, never outside artifacts, and its type."""

import os
import re
import stat
from html import unescape
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote_to_bytes

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".md": "text/markdown; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
}
OTHER_TYPE = "application/octet-stream"
SHOWN = ("runs", "latest", "compare.html")
NOTHING_RUNS = "default-src 'none'; frame-ancestors 'none'; sandbox"
POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"\r\n]*)">')
# What charflow's pages allow themselves, and no more: scripts and styles by their digest, nothing from elsewhere.
ALLOWED = re.compile(
    r"""(default-src|base-uri|form-action|worker-src|trusted-types)[ ]'none' | (script|style)-src([ ]'sha256-[\w+/=]+')+
    | img-src[ ]data: | worker-src[ ]blob: | connect-src[ ]'self'
    | require-trusted-types-for[ ]'script' | trusted-types[ ]charflow-[\w-]+""",
    re.ASCII | re.VERBOSE,
)
HEAD_BYTES = 4096


def parts_of(path: str) -> list[str] | None:
    """The names in the path of an address, decoded; None if one of them can be that of no file that is shown."""
    names = [os.fsdecode(unquote_to_bytes(part)) for part in path.removeprefix("/").split("/")]
    if names[-1] == "" and len(names) > 1:
        names.pop()
    return None if any(not n or n.startswith(".") or set("/\\\0") & {*n} for n in names) else names


def found(artifacts: Path, parts: list[str]) -> Path | None:
    """The file or folder below artifacts that these names lead to; None if there is none, or it lies elsewhere.

    The store and what else lies in artifacts is not shown, whatever links lead to it.
    """
    if parts[0] not in SHOWN:
        return None
    try:
        root = artifacts.resolve(strict=True)
        path = root.joinpath(*parts).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        return None
    if not path.is_relative_to(root):
        return None
    within = path.relative_to(root).parts
    is_shown = bool(within) and within[0] in SHOWN and not any(name.startswith(".") for name in within)
    return path if is_shown else None


def opened(path: Path) -> BinaryIO | None:
    """A regular file, open to be read, and not what may have taken its name as a link; None if it is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    return os.fdopen(descriptor, "rb")


def type_of(path: Path) -> str:
    """The media type of a file, by its ending."""
    return TYPES.get(path.suffix, OTHER_TYPE)


def policy_of(head: bytes) -> str:
    """The policy for a file: that of a page which brings one as charflow writes them, else one by which nothing runs.

    Args:
        head: its first bytes; none for what is no page.
    """
    own = POLICY.search(head[:HEAD_BYTES])
    written = unescape(own[1].decode("ascii", "replace")) if own else ""
    is_strict = written.startswith("default-src 'none'; ") and all(map(ALLOWED.fullmatch, written.split("; ")))
    return f"{written}; frame-ancestors 'none'" if is_strict else NOTHING_RUNS
