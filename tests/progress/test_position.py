import pytest

from tasks import progress
from tasks.progress import Position, listening


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def told(position, clock, places):
    """What is told of these places, which one is at a second after the other."""
    heard = []
    with listening(heard.append):
        for place in places:
            clock[0] += 1
            position.reach(place)
    return [(event.done, event.seconds) for event in heard]


def test_each_step_and_the_end_are_told(clock):
    assert told(Position("read", 25, "bytes", step=10), clock, [5, 10, 15, 20, 25]) == [(10, 2), (20, 4), (25, 5)]


def test_reading_once_more_takes_time_from_its_own_beginning(clock):
    assert told(Position("read", 30, "bytes", step=10), clock, [10, 20, 30, 0, 10]) == [
        *((10, 1), (20, 2), (30, 3)),
        *((0, 0), (10, 1)),
    ]


def test_who_goes_back_goes_on_as_fast_as_before(clock):
    assert told(Position("read", 80, "bytes", step=10), clock, [20, 40, 10, 30])[2:] == [(10, 0.75), (30, 1.75)]
