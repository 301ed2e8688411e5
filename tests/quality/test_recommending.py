import pytest

from tasks.quality.recommending import distance, recommend


def measures(bits, known=0.95, copied=0.01, looped=0.0, width=0.01):
    """Measures with an interval of this width on either side."""
    values = {"bits_per_character": bits, "known_words": known, "copied_share": copied, "looped_share": looped}
    return {
        name: value if value is None else {"value": value, "low": value - width, "high": value + width}
        for name, value in values.items()
    }


REAL = measures(2.0)


def test_the_temperature_nearest_in_bits_is_recommended_where_nothing_is_wrong():
    chosen, reason = recommend({0.5: measures(1.4), 0.8: measures(1.9), 1.0: measures(2.3)}, REAL)

    assert chosen == 0.8
    assert reason == (
        "Temperature 0.8 comes nearest to real text: its samples have 1.90 bits per character (held-out text 2.00), "
        "95 % of their words occur in the training text (95 %), 1 % of their characters are copied from the training "
        "text (1 %) and 0 % of their characters are in loops (0 %)."
    )


def test_a_model_that_copies_where_it_is_nearest_in_bits_is_sampled_elsewhere():
    chosen, reason = recommend({0.5: measures(1.9, copied=0.7), 1.0: measures(2.3, copied=0.03)}, REAL)

    assert chosen == 1.0
    assert reason.endswith(
        "0.5 is nearer in bits (1.90), but 70 % of their characters are copied from the training text."
    )


def test_a_model_that_copies_everywhere_is_said_to():
    chosen, reason = recommend({0.5: measures(1.2, copied=0.9), 1.0: measures(1.9, copied=0.8)}, REAL)

    assert chosen == 1.0
    assert "80 % of their characters are copied from the training text (1 %)" in reason
    assert reason.endswith("Even so the model clearly copies more than real text does.")


def test_a_model_that_loops_at_a_low_temperature_is_sampled_above_it():
    chosen, _ = recommend({0.2: measures(1.7, looped=0.6), 0.8: measures(2.4)}, REAL)

    assert chosen == 0.8


def test_a_model_that_is_noise_at_a_high_temperature_is_sampled_below_it():
    chosen, reason = recommend({0.5: measures(1.5, known=0.9), 1.0: measures(2.2, known=0.3)}, REAL)

    assert chosen == 0.5
    assert reason.endswith("1 is nearer in bits (2.20), but only 30 % of their words occur in the training text.")


@pytest.mark.parametrize(
    ("bits", "advice"),
    [(1.5, "A higher temperature may come nearer."), (2.5, "A lower temperature may come nearer."), (2.0, "(0 %).")],
)
def test_a_single_temperature_is_judged_and_said_to_be_the_only_one(bits, advice):
    chosen, reason = recommend({0.5: measures(bits)}, REAL)

    assert chosen == 0.5
    assert reason.startswith("Temperature 0.5 is the only one sampled: ")
    assert reason.endswith(advice)


def test_a_difference_within_the_intervals_decides_nothing():
    unsure = measures(1.9, copied=0.05, width=0.03)

    assert distance(unsure, REAL) == pytest.approx(0.05)
    assert recommend({0.5: measures(1.9), 0.8: unsure}, REAL)[0] == 0.5
    assert recommend({0.8: measures(1.9), 0.5: unsure}, REAL)[0] == 0.5


def test_measures_that_do_not_apply_are_not_spoken_of():
    wordless = {name: value for name, value in REAL.items() if name != "known_words"}
    _, reason = recommend({0.5: wordless, 1.0: measures(2.5, known=None, copied=0.4)}, wordless)

    assert "words" not in reason


def test_empty_samples_are_never_recommended_beside_others():
    assert recommend({0.1: measures(None, None, None, None), 0.5: measures(9.0)}, REAL)[0] == 0.5
    assert recommend({0.1: measures(None, None, None, None)}, REAL)[0] == 0.1
