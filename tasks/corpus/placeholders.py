"""Secrets by name: `${NAME}` in an address or a header stands for a value that is written nowhere."""

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from urllib.parse import quote

from tasks.corpus.errors import CorpusError

Resolver = Callable[[str], str | None]

PLACEHOLDER = re.compile(r"\$\{([\w:.-]+)\}", re.ASCII)
USER_INFO = re.compile(r"[a-z][a-z0-9+.-]*://([^/?#]*)@", re.IGNORECASE)

_resolver: ContextVar[Resolver] = ContextVar("resolver", default=os.environ.get)


@contextlib.contextmanager
def resolving(resolver: Resolver) -> Iterator[None]:
    """Look names up with this function while the block runs, instead of in the environment.

    Args:
        resolver: the value of a name; None or nothing if it has none.
    """
    token = _resolver.set(resolver)
    try:
        yield
    finally:
        _resolver.reset(token)


def resolved(text: str) -> str:
    """The text with the values in place of the names.

    Raises:
        CorpusError: a name has no value.
    """
    return PLACEHOLDER.sub(lambda name: _value_of(name[1]), text)


def resolved_address(address: str) -> str:
    """The address with the values in place of the names.

    Values of the user and the password are percent-encoded: a slash in one would make another host of the rest.

    Raises:
        CorpusError: a name has no value.
    """
    found = USER_INFO.match(address)
    if not found:
        return resolved(address)
    user_info = PLACEHOLDER.sub(lambda name: quote(_value_of(name[1]), safe=""), found[1])
    return address[: found.start(1)] + user_info + resolved(address[found.end(1) :])


def values_in(text: str) -> dict[str, str]:
    """The names in the text that have a value, each with it."""
    found = {name: _resolver.get()(name) for name in PLACEHOLDER.findall(text)}
    return {name: value for name, value in found.items() if value}


def _value_of(name: str) -> str:
    value = _resolver.get()(name)
    if not value:
        kind, _, block = name.rpartition(":")
        what = f"make the Prefect Secret block {block}" if kind else f"set {name} in the environment of this process"
        raise CorpusError(f"${{{name}}} has no value; {what}")
    return value
