import numpy as np
import pytest

from tasks.quality.estimates import estimate, standard_error


def test_the_value_is_the_mean_weighted_by_the_characters():
    assert estimate(np.array([1.0, 4.0]), np.array([300, 100]))["value"] == 1.75


def test_samples_to_which_the_measure_does_not_apply_are_left_out():
    assert estimate(np.array([np.nan, 4.0, 2.0]), np.array([9, 5, 0]))["value"] == 4.0
    assert estimate(np.array([np.nan]), np.array([9])) is None
    assert estimate(np.array([]), np.array([])) is None


@pytest.mark.parametrize("count", [50, 400, 20_000])
def test_the_interval_is_as_wide_as_the_mean_s_standard_error_says(count):
    values = np.random.default_rng(3).normal(5.0, 2.0, count)
    found = estimate(values, np.full(count, 500))

    half = 1.96 * 2.0 / np.sqrt(count)
    assert found["low"] < found["value"] < found["high"]
    assert (found["high"] - found["low"]) / 2 == pytest.approx(half, rel=0.25)


def test_intervals_hold_the_truth_about_95_times_in_100():
    random = np.random.default_rng(5)
    found = [estimate(random.exponential(1.0, 60), np.full(60, 100)) for _ in range(100)]

    held = sum(one["low"] <= 1.0 <= one["high"] for one in found)
    assert 86 <= held <= 99


def test_the_same_samples_give_the_same_interval():
    values, characters = np.random.default_rng(1).random(70), np.arange(70) + 1

    assert estimate(values, characters) == estimate(values, characters)


def test_one_sample_has_no_width():
    assert estimate(np.array([0.5]), np.array([10])) == {"value": 0.5, "low": 0.5, "high": 0.5}


def test_the_standard_error_of_equal_groups_is_that_of_their_means():
    means = np.random.default_rng(1).normal(size=20)

    found = standard_error(means * 50, np.full(20, 50))

    assert found == pytest.approx(means.std(ddof=1) / np.sqrt(20))


def test_groups_of_nothing_do_not_count_in_the_standard_error_and_one_alone_gives_none():
    assert standard_error(np.array([2.0, 0, 4]), np.array([1, 0, 1])) == pytest.approx(1)
    assert np.isnan(standard_error(np.array([2.0, 0]), np.array([1, 0])))
