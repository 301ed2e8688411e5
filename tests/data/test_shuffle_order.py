import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.data import shuffle_order
from tasks.data.shuffle_order import BufferedOrder


def one_by_one(count, buffer, seed, epoch):
    """The order as a shuffle buffer makes it: take one, refill its place."""
    random = np.random.default_rng([seed, epoch])
    slots, order = list(range(min(buffer, count))), []
    picks = random.random(count)
    for place in range(count):
        pick = int(picks[place] * len(slots))
        order.append(slots[pick])
        if place + buffer < count:
            slots[pick] = place + buffer
        else:
            slots[pick] = slots[-1]
            slots.pop()
    return order


@settings(deadline=None)
@given(count=st.integers(1, 300), buffer=st.integers(1, 320), seed=st.integers(0, 9), piece=st.integers(1, 100))
def test_the_order_is_that_of_a_buffer_refilled_one_by_one(count, buffer, seed, piece):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shuffle_order, "PIECE", piece)
        order = BufferedOrder(count, buffer, seed, 3)
        together = order[0:count]

    assert together.tolist() == one_by_one(count, buffer, seed, 3)


@settings(deadline=None)
@given(places=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=1, max_size=6))
def test_any_part_can_be_asked_for_at_any_time(places):
    expected = one_by_one(200, 17, 1, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shuffle_order, "PIECE", 20)
        order = BufferedOrder(200, 17, 1, 0)
        for start, end in places:
            assert order[start:end].tolist() == expected[start:end]


def test_only_what_lies_around_the_place_is_held(monkeypatch):
    monkeypatch.setattr(shuffle_order, "PIECE", 100)
    order = BufferedOrder(10**6, 50, 1, 0)

    for start in range(0, 20_000, 40):
        order[start : start + 40]

    assert len(order._held) <= 240
