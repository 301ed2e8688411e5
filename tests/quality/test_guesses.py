import json

import numpy as np
import pytest

from tasks.quality.guesses import read_guesses, wilson


def test_the_interval_is_wilsons():
    """Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 3."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


@pytest.mark.parametrize("asked", [4, 8, 32])
def test_the_interval_holds_the_true_share_about_as_often_as_it_says(asked):
    shares = np.random.default_rng(1).uniform(0.1, 0.9, 4000)
    right = np.random.default_rng(2).binomial(asked, shares)
    low, high = np.array([wilson(one, asked) for one in right]).T

    assert np.mean((low <= shares) & (shares <= high)) == pytest.approx(0.95, abs=0.02)


def test_exports_are_read_and_those_without_answers_left_out(tmp_path):
    ada, bob = tmp_path / "ada.json", tmp_path / "bob.json"
    ada.write_text(json.dumps({"rater": None, "guesses": [{"right": True, "among": 4}, {"right": False, "among": 2}]}))
    bob.write_text(json.dumps({"rater": "Bob"}))

    (one,) = read_guesses([ada, bob])

    assert (one.rater, one.right, one.asked, one.by_chance) == ("ada", 1, 2, 0.75)


def test_what_a_rater_answered_of_different_samples_is_added_up(tmp_path):
    answers = [("one", True), ("two", False), ("two", True)]
    paths = [tmp_path / f"{n}.json" for n in range(len(answers))]
    for path, (samples, right) in zip(paths, answers, strict=True):
        content = {"rater": "Ada", "samples": samples, "guesses": [{"right": right, "among": 4}]}
        path.write_text(json.dumps(content))

    assert [(one.right, one.asked, one.by_chance) for one in read_guesses(paths)] == [(2, 2, 0.5)]


def test_two_raters_without_a_name_stay_two_and_one_of_a_name_counts_with_the_later_file(tmp_path):
    def export(folder, rater, right):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / "ratings.json"
        path.write_text(json.dumps({"rater": rater, "guesses": [{"right": right, "among": 4}]}))
        return path

    found = read_guesses([export("a", None, True), export("b", None, False)])
    again = read_guesses([export("c", "Ada", True), export("d", "Ada", False)])

    assert [(one.rater, one.right) for one in found] == [("a/ratings", 1), ("b/ratings", 0)]
    assert [(one.rater, one.right) for one in again] == [("Ada", 0)]
