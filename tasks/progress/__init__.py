"""Progress: what long work tells of itself while it runs, to whoever listens."""

import contextlib
import contextvars
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TrainingProgress:
    """Where training stands after a step. Losses in bits per character; `preview` is set where one was drawn."""

    step: int
    steps: int
    characters_per_second: float
    seconds_left: float
    loss_bits: float | None
    validation_bits: float | None
    preview: str | None = None


Listener = Callable[[TrainingProgress], None]

_listener: contextvars.ContextVar[Listener | None] = contextvars.ContextVar("charflow_listener", default=None)


def report(event: TrainingProgress) -> None:
    """Tell the listener, if there is one."""
    listener = _listener.get()
    if listener:
        listener(event)


@contextlib.contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have the listener told of what is reported inside the block."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
