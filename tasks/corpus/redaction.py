"""What may be secret in an address or a header, and how to show text without it."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, unquote, unquote_plus

from tasks.corpus.patterns import split_pattern
from tasks.corpus.placeholders import PLACEHOLDER, values_in

SHORTEST_SECRET = 4
# Lenient where urlsplit raises: also of a malformed address the secret parts must be known.
ADDRESS = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*:)?//(?P<authority>[^/?#]*)(?P<path>[^?#]*)(\?(?P<query>[^#]*))?(#(?P<fragment>.*))?",
    re.IGNORECASE | re.DOTALL,
)
WITHOUT_SLASHES = re.compile(r"^(\s*https?:)(.*)", re.IGNORECASE | re.DOTALL)
SCHEME = re.compile(r"^\s*(bearer|basic|token)\b", re.IGNORECASE)
HOST = re.compile(r"(\[[0-9a-f:.%]+\]|[^\s:@\[\]\\]*)(:\d*)?", re.IGNORECASE)


def redacted(source: str) -> str:
    """The address without what may be secret: user, password, query and fragment; names in `${}` stay.

    Of one that is malformed only the scheme is shown, for nobody knows where a password in it ends. A path that leads
    to nothing may be an address whose scheme is missing.
    """
    parts = ADDRESS.fullmatch(source)
    if not parts:
        shown, is_address = WITHOUT_SLASHES.subn(r"\1…", source)
        return "…" if "://" in source else shown if is_address else _redacted_path(source)
    host, path = parts["authority"].rpartition("@")[2], parts["path"]
    if not _is_well_formed(parts):
        return f"{parts['scheme'] or ''}//…"
    return f"{(parts['scheme'] or '').lower()}//{host}{path}{'?…' if parts['query'] else ''}"


def secrets_of(source: str, headers: Sequence[str]) -> set[str]:
    """What must be shown nowhere: the secret parts of the address and the headers, as given, decoded and looked up.

    Args:
        source: the address of a corpus.
        headers: lines `Name: value`.
    """
    values = [value for text in (source, *headers) for value in values_in(text).values()]
    written = [*_parts_of(source), *(part for line in headers for part in _parts_of_header(line))]
    found = {*values, *(quote(value, safe="") for value in values), *(_with_values(part) for part in written)}
    every = found | {unquote(one) for one in found} | {unquote_plus(one) for one in found}
    return {one for one in every if len(one) >= SHORTEST_SECRET and not PLACEHOLDER.fullmatch(one)}


def may_hold_password(source: str) -> bool:
    """Whether a user or a password is written out in the address, or nobody knows because it is malformed."""
    parts = ADDRESS.fullmatch(source)
    if parts:
        user_info = PLACEHOLDER.sub("", parts["authority"].rpartition("@")[0])
        return bool(user_info.strip(":")) or not _is_well_formed(parts)
    return "://" in source or bool(WITHOUT_SLASHES.match(source)) or ":" in PLACEHOLDER.sub("", _split_path(source)[0])


def redacted_header(line: str) -> str:
    """The header without what may be secret: a value of names alone, such as `Bearer ${TOKEN}`, stays."""
    name, _, value = line.partition(":")
    rest = SCHEME.sub("", PLACEHOLDER.sub("", value)).strip()
    return f"{name}: …" if rest else line


def scrubbed(text: str, secrets: Iterable[str]) -> str:
    """The text with `…` in place of every secret."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):  # One may be a part of another.
        text = text.replace(secret, "…")
    return text


def _is_well_formed(parts: re.Match[str]) -> bool:
    """Whether the authority is one, and not the beginning of a password with a `/`, `?` or `#` in it."""
    user_info, _, host = PLACEHOLDER.sub("x", parts["authority"]).rpartition("@")
    rest = parts["path"] or f"{parts['query'] or ''}{parts['fragment'] or ''}"
    cut_short = not user_info and ":" in host.rpartition("]")[2] and "@" in rest
    is_absent = not parts["authority"] and (parts["scheme"] or "").lower() in ("http:", "https:")
    return bool(HOST.fullmatch(host)) and not cut_short and not is_absent


def _parts_of(source: str) -> Iterator[str]:
    parts = ADDRESS.fullmatch(source) or ("://" in source and ADDRESS.search(source))
    if not parts:
        before, _, query = _split_path(source)
        rests = [rest for _, rest in WITHOUT_SLASHES.findall(source)]
        yield from (*rests, *_guesses(before or source if rests else before), *_values_of(query))
        return
    user_info = parts["authority"].rpartition("@")[0]
    user, _, password = PLACEHOLDER.sub(lambda name: name[0].replace(":", "\0"), user_info).partition(":")
    written = [user_info, user.replace("\0", ":"), password.replace("\0", ":"), parts["fragment"] or ""]
    yield from (*written, *_values_of(parts["query"] or ""))
    if not _is_well_formed(parts):
        rest = source[parts.start("authority") :]
        yield from (rest, *_guesses(rest.rpartition("@")[0]))


def _values_of(query: str) -> Iterator[str]:
    """The query, and the values in it."""
    yield query
    yield from (value or name for name, _, value in (pair.partition("=") for pair in re.split("[&;]", query)))


def _guesses(text: str) -> Iterator[str]:
    """The text, and all that may be a user and a password at its end; a password may hold every separator."""
    yield text
    yield from (text[found.end() :] for found in re.finditer(r"[:;]?//+|:/*", PLACEHOLDER.sub(_masked, text)))
    yield text.lstrip("/")


def _masked(name: re.Match[str]) -> str:
    return "x" * len(name[0])


def _split_path(source: str) -> tuple[str, str, str]:
    """What stands before an `@`, the path, and what stands after a `?`; of one that leads somewhere it is all path."""
    if _leads_somewhere(str(Path(source).expanduser()) if source.startswith("~/") else source):
        return "", source, ""
    before, at, rest = source.rpartition("@")
    path, _, query = rest.partition("?")
    return (before, path, query) if at else ("", path, query)


def _leads_somewhere(path: str) -> bool:
    """Whether something is at the path, or at the folder whose files a pattern may match."""
    above, pattern = split_pattern(path)
    return os.path.lexists(path) or (bool(above and pattern) and os.path.lexists(f"{above}/."))


def _redacted_path(source: str) -> str:
    before, path, query = _split_path(source)
    return f"{'…@' if before else ''}{path}{'?…' if query else ''}"


def _parts_of_header(line: str) -> Iterator[str]:
    """The value, and what follows the scheme in `Authorization: Bearer …`; of a malformed line all of it."""
    value = (line.partition(":")[2] or line).strip()
    yield from (value, value.partition(" ")[2])


def _with_values(text: str) -> str:
    values = values_in(text)
    return PLACEHOLDER.sub(lambda name: values.get(name[1], name[0]), text)
