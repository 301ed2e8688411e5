"""Stopping in order: SIGINT and SIGTERM wait until training has put away what it did."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class HeldSignals:
    """The signals that came while they were held back, and the handlers that they were meant for."""

    handlers: dict[int, Any] = field(default_factory=dict)
    came: list[int] = field(default_factory=list)

    def deliver(self) -> None:
        """Hand what came to the handlers that it was meant for; most of them raise."""
        while self.came:
            number = self.came.pop(0)
            handler = self.handlers[number]
            if callable(handler):
                handler(number, None)
            else:
                signal.signal(number, handler)
                signal.raise_signal(number)


@contextlib.contextmanager
def held_signals() -> Iterator[HeldSignals]:
    """Hold signals back inside the block, which looks at `came` and calls `deliver` when it is ready.

    What was not delivered is so at the end. Only the main thread can hold signals; elsewhere none come.

    A signal that is ignored stays so: under `nohup`, and in the background of a shell script, SIGINT stops nothing,
    and SIGTERM still stops at the end of a step.
    """
    held = HeldSignals()
    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                held.handlers[number] = signal.signal(number, lambda came, _: held.came.append(came))
    try:
        yield held
    finally:
        for held_back, handler in held.handlers.items():
            signal.signal(held_back, handler)
        held.deliver()
