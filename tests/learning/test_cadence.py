import pytest

from tasks.learning import cadence
from tasks.learning.cadence import Cadence


class Clock:
    """Time that passes only when it is told to."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(cadence, "time", clock)
    return clock


def run(clock, steps, seconds_a_step, cost, every=None, seconds=30):
    """The steps after which a checkpoint was written, each at this cost."""
    spaced, written = Cadence(steps=every, seconds=seconds), []
    for step in range(1, steps + 1):
        clock.now += seconds_a_step
        if spaced.due(step):
            with spaced.writing(step):
                clock.now += cost
            written.append(step)
    assert spaced.count == len(written)
    assert spaced.spent == pytest.approx(cost * len(written))
    return written


def test_one_is_due_after_the_seconds_asked_for(clock):
    assert run(clock, steps=200, seconds_a_step=1, cost=0.01) == [30, 60, 90, 120, 150, 180]


def test_one_is_due_after_the_steps_asked_for(clock):
    assert run(clock, steps=20, seconds_a_step=0.1, cost=1e-5, every=7) == [7, 14]


def test_they_never_take_more_than_a_fiftieth_of_the_time(clock):
    written = run(clock, steps=10_000, seconds_a_step=1, cost=3)

    assert 3 * len(written) <= 0.02 * (10_000 + 3 * len(written))
    assert len(written) == pytest.approx(10_000 / 150, rel=0.05)


def test_the_first_one_waits_for_nothing_but_being_asked_for(clock):
    assert run(clock, steps=50, seconds_a_step=1, cost=100, seconds=10) == [10]
