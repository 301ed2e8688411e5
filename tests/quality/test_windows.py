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
