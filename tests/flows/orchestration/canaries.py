"""Secrets that are given to runs, and the search for them in all that the runs leave.

Each has a `/` and an `@` in it, so that it stands percent-encoded in an address; its halves are the same in every form
and in any case of letters, so that a half of one that was taken out of a text is found as well.
"""

import base64
import contextlib
from urllib.parse import quote

WRITTEN = ("user", "password", "query", "fragment", "header")
NAMED = ("CANARY_USER", "CANARY_QUERY", "CANARY_HEADER")
IN_BLOCK = "canary-password"
KINDS = ("flow_runs", "task_runs", "logs", "artifacts", "deployments", "events", "block_documents")


def _half(name):
    return "canary" + "".join(filter(str.isalnum, name)).lower()


def value_of(name):
    return f"{_half(name)}one/@{_half(name)}two"


ENVIRONMENT = {name: value_of(name) for name in NAMED}
USERS = [(value_of("user"), value_of("password")), (value_of("CANARY_USER"), value_of(IN_BLOCK))]


def literal(address, path):
    """The address with secrets written out, as on a command line."""
    user, password, query, fragment = (quote(value_of(name), safe="") for name in WRITTEN[:4])
    return f"http://{user}:{password}@{address}/{path}?key={query}#{fragment}"


def named(address, path, password="${secret:" + IN_BLOCK + "}"):
    """The address with secrets by name alone."""
    return "http://${CANARY_USER}:" + password + f"@{address}/{path}" + "?key=${CANARY_QUERY}"


def credentials(pair):
    """What a server is sent of a user and a password."""
    return "Basic " + base64.b64encode(":".join(pair).encode()).decode()


def leaks(folders=(), texts=None):
    """Where a secret stands, as name of a file or text and what was found in it."""
    places = {str(path): bytes(path) + _content(path) for folder in folders for path in folder.rglob("*")}
    places.update({name: text.encode() for name, text in (texts or {}).items()})
    return [(name, one) for name, content in places.items() for one in _needles() if one in content.lower()]


def told_by(server):
    """What Prefect's API answers to whoever asks, by the kind of thing asked for."""
    return {kind: server.call("POST", f"/{kind}/filter").text for kind in KINDS}


def _content(path):
    with contextlib.suppress(FileNotFoundError):  # of the server, which goes on
        return path.read_bytes() if path.is_file() else b""
    return b""


def _needles():
    halves = [_half(name) + half for name in (*WRITTEN, *NAMED, IN_BLOCK) for half in ("one", "two")]
    return [text.lower().encode() for text in [*halves, *(credentials(pair).split()[1] for pair in USERS)]]
