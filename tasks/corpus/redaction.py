"""How an address may be shown: without what may be secret."""

from urllib.parse import urlsplit, urlunsplit


def redacted(source: str) -> str:
    """The address without what may be secret: user, password, query and fragment."""
    if "://" not in source:
        return source
    parts = urlsplit(source)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "…" if parts.query else "", ""))
