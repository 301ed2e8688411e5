"""What may be secret in an address or a header, and how to show text without it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote, unquote, unquote_plus

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

    Of one that is malformed only the scheme is shown, for nobody knows where a password in it ends.
    """
    parts = ADDRESS.fullmatch(source)
    if not parts:
        return "…" if "://" in source else WITHOUT_SLASHES.sub(r"\1…", source)
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
    return bool(HOST.fullmatch(host)) and not cut_short


def _parts_of(source: str) -> Iterator[str]:
    parts = ADDRESS.fullmatch(source) or ("://" in source and ADDRESS.search(source))
    if not parts:
        yield from (rest for _, rest in WITHOUT_SLASHES.findall(source))
        return
    user_info = parts["authority"].rpartition("@")[0]
    user, _, password = PLACEHOLDER.sub(lambda name: name[0].replace(":", "\0"), user_info).partition(":")
    query, fragment = parts["query"] or "", parts["fragment"] or ""
    pairs = [pair.partition("=") for pair in re.split("[&;]", query)]
    written = [user_info, user.replace("\0", ":"), password.replace("\0", ":"), query, fragment]
    yield from (*written, *(value or name for name, _, value in pairs))
    if not _is_well_formed(parts):
        yield source[parts.start("authority") :]


def _parts_of_header(line: str) -> Iterator[str]:
    """The value, and what follows the scheme in `Authorization: Bearer …`; of a malformed line all of it."""
    value = (line.partition(":")[2] or line).strip()
    yield from (value, value.partition(" ")[2])


def _with_values(text: str) -> str:
    values = values_in(text)
    return PLACEHOLDER.sub(lambda name: values.get(name[1], name[0]), text)
