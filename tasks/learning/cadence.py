"""When a checkpoint is due: by steps or seconds, as asked, and never for more than a fiftieth of the time."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

SHARE = 0.02


@dataclass(kw_only=True)
class Cadence:
    """Measures what checkpoints cost, and spaces them so that they take no more than their share of the time.

    Attributes:
        steps: one is due after so many steps; None: steps do not count.
        seconds: one is due after so long.
        last_step: at which the last one was written.
        count: how many were written.
        spent: seconds that writing them took.
    """

    steps: int | None
    seconds: float
    last_step: int = 0
    count: int = 0
    spent: float = 0.0
    _started: float = field(default_factory=lambda: time.monotonic())
    _last_time: float = field(default_factory=lambda: time.monotonic())
    _last_cost: float = 0.0

    def due(self, step: int) -> bool:
        """Whether one is to be written after so many steps; what one costs is expected to be what the last did."""
        now = time.monotonic()
        asked = now - self._last_time >= self.seconds or (self.steps and step - self.last_step >= self.steps)
        return bool(asked) and self.spent + self._last_cost <= SHARE * (now - self._started)

    @contextlib.contextmanager
    def writing(self, step: int) -> Iterator[None]:
        """Around the writing of one."""
        before = time.monotonic()
        yield
        self._last_time, self.last_step = time.monotonic(), step
        self._last_cost = self._last_time - before
        self.spent += self._last_cost
        self.count += 1
