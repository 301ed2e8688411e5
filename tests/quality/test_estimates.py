import numpy as np
import pytest

from tasks.quality.estimates import estimate, standard_error, student

COVERED = {  # (how values are drawn, their mean, whether they are shares)
    "normal": (lambda random, n: random.normal(1.5, 0.3, n), 1.5, False),
    "normal shares": (lambda random, n: np.clip(random.normal(0.9, 0.03, n), 0, 1), 0.9, True),
    "skewed shares": (lambda random, n: random.beta(0.3, 3, n), 0.3 / 3.3, True),
    "shares near one": (lambda random, n: 1 - random.beta(0.3, 3, n), 3 / 3.3, True),
    "shares mostly nothing": (lambda random, n: (random.random(n) < 0.05) * random.beta(2, 4, n), 0.05 / 3, True),
}
REPEATS = 400
LEAST = 0.95 - 3 * (0.95 * 0.05 / REPEATS) ** 0.5  # three standard errors of the simulation below


def test_the_value_is_the_mean_weighted_by_the_characters():
    assert estimate(np.array([1.0, 4.0]), np.array([300, 100]))["value"] == 1.75


def test_samples_to_which_the_measure_does_not_apply_are_left_out():
    assert estimate(np.array([np.nan, 4.0, 2.0]), np.array([9, 5, 0]))["value"] == 4.0
    assert estimate(np.array([np.nan]), np.array([9])) is None
    assert estimate(np.array([]), np.array([])) is None


@pytest.mark.parametrize("kind", COVERED)
@pytest.mark.parametrize("count", [2, 4, 8, 32])
def test_intervals_hold_the_truth_95_times_in_100_however_few_and_skewed_the_samples_are(count, kind):
    draw, mean, share = COVERED[kind]
    random = np.random.default_rng(count)
    found = [estimate(draw(random, count), np.full(count, 500), share=share) for _ in range(REPEATS)]

    assert np.mean([one["low"] <= mean <= one["high"] for one in found]) >= LEAST
    assert share or np.mean([one["low"] <= mean <= one["high"] for one in found]) <= 0.99


@pytest.mark.parametrize("share", [False, True])
def test_one_sample_has_no_interval(share):
    assert estimate(np.array([0.5]), np.array([10]), share=share) == {"value": 0.5, "low": None, "high": None}


@pytest.mark.parametrize("share", [False, True])
def test_draws_of_one_prompt_count_as_one(share):
    random = np.random.default_rng(2)
    prompts = np.repeat(np.arange(6), 50)
    values = np.clip(0.5 + 0.1 * random.normal(size=6)[prompts] + 0.01 * random.normal(size=300), 0, 1)

    alone = estimate(values, np.full(300, 100), share=share)
    together = estimate(values, np.full(300, 100), prompts, share=share)

    assert together["value"] == alone["value"]
    assert together["high"] - together["low"] > 3 * (alone["high"] - alone["low"])
    assert estimate(values, np.full(300, 100), np.zeros(300, int), share=share)["low"] is None


@pytest.mark.parametrize("count", [2, 8, 32])
def test_intervals_hold_where_few_samples_are_long_and_those_are_other(count):
    random, hits = np.random.default_rng(count), 0
    for _ in range(REPEATS):
        is_long = random.random(count) < 0.2
        characters = np.where(is_long, 400, 8)
        found = estimate(is_long.astype(float), characters, share=True, longest=400)
        hits += found["low"] <= 0.2 * 400 / (0.2 * 400 + 0.8 * 8) <= found["high"]

    assert hits >= LEAST * REPEATS


@pytest.mark.parametrize("share", [False, True])
@pytest.mark.parametrize("count", [400, 20_000])
def test_the_interval_of_many_is_as_wide_as_the_standard_error_says(count, share):
    values = np.random.default_rng(3).beta(2, 2, count)
    found = estimate(values, np.full(count, 500), share=share)

    half = 1.96 * values.std() / np.sqrt(count)
    assert found["low"] < found["value"] < found["high"]
    assert (found["high"] - found["low"]) / 2 == pytest.approx(half, rel=0.25)


def test_an_interval_of_shares_stays_on_the_scale_and_never_has_no_width():
    nothing = estimate(np.zeros(8), np.full(8, 500), share=True)

    assert (nothing["value"], nothing["low"]) == (0, 0)
    assert nothing["high"] == pytest.approx(1 - 0.025 ** (1 / 8), abs=0.02)


def test_the_same_samples_give_the_same_interval():
    values, characters = np.random.default_rng(1).random(70), np.arange(70) + 1

    assert estimate(values, characters, share=True) == estimate(values, characters, share=True)


@pytest.mark.parametrize(
    ("degrees", "expected"), [(1, 12.706), (2, 4.303), (3, 3.182), (5, 2.571), (10, 2.228), (100, 1.984)]
)
def test_student_s_percentiles_are_those_of_the_tables(degrees, expected):
    assert student(degrees) == pytest.approx(expected, abs=0.004)


def test_the_standard_error_of_equal_groups_is_that_of_their_means():
    means = np.random.default_rng(1).normal(size=20)

    found = standard_error(means * 50, np.full(20, 50))

    assert found == pytest.approx(means.std(ddof=1) / np.sqrt(20))


def test_groups_of_nothing_do_not_count_in_the_standard_error_and_one_alone_gives_none():
    assert standard_error(np.array([2.0, 0, 4]), np.array([1, 0, 1])) == pytest.approx(1)
    assert np.isnan(standard_error(np.array([2.0, 0]), np.array([1, 0])))
