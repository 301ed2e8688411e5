import itertools

import pytest

from tasks.page.scale import Scale, spread


def test_a_scale_leads_its_ends_to_its_places():
    scale = Scale(2, 6, 100, 20)

    assert [scale(2), scale(4), scale(6)] == [100, 60, 20]


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 100, [0, 20, 40, 60, 80, 100]),
        (1.7, 6.3, [2, 3, 4, 5, 6]),
        (0, 7, [0, 2, 4, 6]),
        (2.11, 2.19, [2.12, 2.14, 2.16, 2.18]),
    ],
)
def test_ticks_are_round_and_inside_the_scale(low, high, ticks):
    assert Scale(low, high, 0, 1).ticks(5) == ticks


@pytest.mark.parametrize("places", [[10, 11, 12], [10, 40, 90], [88, 89, 90], []])
def test_labels_stand_apart_and_inside(places):
    spaced = spread(places, 15, 0, 90)

    assert all(after - before >= 15 for before, after in itertools.pairwise(spaced))
    assert all(0 <= place <= 90 for place in spaced)


def test_labels_with_room_stay_where_they_are():
    assert spread([10, 40, 80], 15, 0, 90) == [10, 40, 80]
