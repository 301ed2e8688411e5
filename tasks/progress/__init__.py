"""Progress: what long work tells of itself while it runs, to whoever listens."""

import contextlib
import contextvars
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from tasks.corpus.choices import Level


@dataclass(frozen=True, kw_only=True)
class TrainingProgress:
    """Where training stands after a step. Losses in bits per unit; `preview` is set where one was drawn."""

    step: int
    steps: int
    characters_per_second: float
    seconds_left: float
    loss_bits: float | None
    validation_bits: float | None
    preview: str | None = None
    unit: Level = "character"


@dataclass(frozen=True, kw_only=True)
class WorkProgress:
    """Where work of a known length stands: so many of all the units, such as bytes, done in so many seconds."""

    what: str
    unit: str
    done: int
    total: int
    seconds: float

    @property
    def rate(self) -> float:
        """Units a second."""
        return self.done / max(self.seconds, 1e-9)

    @property
    def seconds_left(self) -> float:
        """At this rate."""
        return (self.total - self.done) / max(self.rate, 1e-9)


Progress = TrainingProgress | WorkProgress
Listener = Callable[[Progress], None]
One = TypeVar("One")

_listener: contextvars.ContextVar[Listener | None] = contextvars.ContextVar("charflow_listener", default=None)


def report(event: Progress) -> None:
    """Tell the listener, if there is one."""
    listener = _listener.get()
    if listener:
        listener(event)


def progressing(what: str, pieces: Iterable[One], total: int, unit: str, size: Callable[[One], int]) -> Iterator[One]:
    """The pieces, with a word to the listener after each.

    Args:
        what: is being done with them.
        pieces: to go through.
        total: of what all pieces hold.
        unit: what that is counted in, in the plural.
        size: of a piece, in that unit.
    """
    started, done = time.monotonic(), 0
    for piece in pieces:
        yield piece
        done += size(piece)
        report(WorkProgress(what=what, unit=unit, done=done, total=total, seconds=time.monotonic() - started))


class Position:
    """Progress of reading something that lies in order, perhaps more than once; a word to the listener now and then.

    Args:
        what: is being done.
        total: how much there is.
        unit: what that is counted in, in the plural.
        step: how far to go between one word and the next.
    """

    def __init__(self, what: str, total: int, unit: str, *, step: int = 1 << 20) -> None:
        self._what, self._total, self._unit, self._step = what, total, unit, step
        self._started, self._place = time.monotonic(), 0

    def reach(self, place: int) -> None:
        """Go to this place; whoever goes back goes on as fast as before."""
        if abs(place - self._place) < self._step and place != self._total:
            return
        now = time.monotonic()
        if place < self._place:
            self._started = now - (now - self._started) * place / self._place
        self._place = place
        seconds = now - self._started
        report(WorkProgress(what=self._what, unit=self._unit, done=place, total=self._total, seconds=seconds))


@contextlib.contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have the listener told of what is reported inside the block."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
