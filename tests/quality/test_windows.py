import numpy as np
import pytest

from tasks.data.ids import Ids
from tasks.quality.windows import held_out_windows


@pytest.mark.parametrize(
    ("characters", "length", "context", "count"),
    [
        (10_000, 500, 1, 19),
        (10_000, 500, 8, 19),
        (1_000_000, 500, 1, 256),
        (1_000_000, 200_000, 1, 1),
        (502, 500, 1, 1),
    ],
)
def test_there_are_as_many_windows_as_fit_up_to_a_bound(characters, length, context, count):
    held_out = np.arange(characters)
    starts, found, ids = held_out_windows(Ids.of(held_out), length, context)

    assert found == length
    assert ids.shape == (count, context + length)
    assert (ids[:, context] == starts).all()
    assert (ids == starts[:, None] + np.arange(-context, length)).all()


def test_they_are_spread_over_the_whole_text_and_do_not_overlap():
    starts, length, ids = held_out_windows(Ids.of(np.arange(100_000)), 300, 5)

    assert (starts[0], ids[-1, -1]) == (5, 99_999)
    assert (np.diff(starts) >= length).all()
    assert np.diff(starts).max() - np.diff(starts).min() <= 1


@pytest.mark.parametrize(
    ("characters", "length", "context", "shape"),
    [(64, 500, 1, 64), (64, 500, 200, 64), (64, 40, 200, 72), (2, 9, 9, 2)],
)
def test_a_text_that_is_too_short_has_one_shorter_window(characters, length, context, shape):
    starts, found, ids = held_out_windows(Ids.of(np.arange(characters)), length, context)

    assert len(starts) == 1
    assert characters // 2 <= found or found == length
    assert ids.shape[1] <= characters


def test_windows_lie_within_a_text_where_half_as_many_do():
    seams = [0, 90, 1000, 1030, 4000, 4500]
    starts, length, ids = held_out_windows(Ids.of(np.arange(10_000)), 100, 7, seams)

    assert length == 100
    assert len(starts) > 90
    assert (np.diff(starts) >= length).all()
    assert (ids == starts[:, None] + np.arange(-7, 100)).all()
    first, last = (np.searchsorted(seams, places, side="right") for places in (ids[:, 0], ids[:, -1]))
    assert (first == last).all()
    assert set(first.tolist()) == {2, 4, 5, 6}


def test_of_many_windows_within_texts_evenly_spaced_ones_are_taken():
    starts, _, _ = held_out_windows(Ids.of(np.arange(1_000_000)), 500, 1, [0, 1501, 400_000])

    assert len(starts) == 256
    assert (starts[0], starts[-1] > 999_000) == (1, True)
    assert np.diff(starts).max() <= 4500


def test_where_hardly_any_window_fits_into_a_text_they_are_spread_as_over_one():
    held_out = Ids.of(np.arange(10_000))
    seams = [*range(0, 6000, 60), 6000]

    assert (held_out_windows(held_out, 500, 1, seams).starts == held_out_windows(held_out, 500, 1).starts).all()
