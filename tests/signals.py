"""Signals with the handler that a test needs, whatever was made of them outside: `nohup` has some ignored."""

import contextlib
import signal
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def handled(number: int, handler: Any) -> Iterator[None]:
    """The handler inside the block; a process started there has the system's own in place of any but SIG_IGN."""
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)
