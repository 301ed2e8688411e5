import pytest

from tasks.quality.recommending import recommend
from tasks.quality.verdict import faults_of


def measures(bits, known=0.95, copied=0.01, looped=0.0, width=0.01):
    """Measures with an interval of this width on either side; None: without one."""
    values = {"bits_per_character": bits, "known_words": known, "copied_share": copied, "looped_share": looped}
    return {name: value if value is None else estimated(value, width) for name, value in values.items()}


def estimated(value, width):
    low, high = (None, None) if width is None else (value - width, value + width)
    return {"value": value, "low": low, "high": high}


REAL = measures(2.0)


def test_the_highest_temperature_without_a_clear_fault_is_recommended_beside_the_nearest_in_bits():
    found = recommend({0.5: measures(1.4), 0.8: measures(1.9), 1.0: measures(2.3), 1.2: measures(3, known=0.5)}, REAL)

    assert found == {"temperature": 1.0, "faultless": 1.0, "nearest": 0.8, "told": True}


@pytest.mark.parametrize(
    ("faulty", "codes"),
    [
        (measures(2.0, known=0.6), ["makes-up-words"]),
        (measures(2.0, copied=0.4), ["copies"]),
        (measures(2.0, looped=0.5), ["loops"]),
        (measures(2.0, known=0.6, copied=0.4), ["makes-up-words", "copies"]),
        (measures(2.0, copied=0.04, width=0.03), []),
        (measures(2.0, copied=0.9, width=None), []),
        (measures(2.0, known=None), []),
    ],
    ids=str,
)
def test_a_fault_is_clear_where_the_intervals_are_apart(faulty, codes):
    assert faults_of(faulty, REAL) == codes


def test_where_each_temperature_has_a_fault_that_of_the_least_is_recommended():
    found = recommend({0.5: measures(1.2, copied=0.9), 1.0: measures(1.9, copied=0.5)}, REAL)

    assert found == {"temperature": 1.0, "faultless": None, "nearest": 1.0, "told": True}


def test_a_model_that_is_noise_at_a_high_temperature_is_sampled_below_it():
    assert recommend({0.5: measures(1.5), 1.0: measures(2.0, known=0.3)}, REAL)["temperature"] == 0.5


@pytest.mark.parametrize("width", [None, 0.3])
def test_where_the_intervals_say_nothing_the_nearest_in_bits_is_recommended(width):
    unsure = {0.5: measures(1.9, looped=0.2, width=width), 1.0: measures(2.4, looped=0.2, width=width)}

    assert recommend(unsure, REAL) == {"temperature": 0.5, "faultless": None, "nearest": 0.5, "told": False}
    told_nothing = recommend({0.5: measures(1.9), 1.0: measures(2.4)}, measures(2.0, width=width))
    assert told_nothing["told"] is False


def test_a_fault_is_clear_however_little_else_is_told():
    faulty, unsure = (measures(1.9, known=known, width=0.3) for known in (0.1, 0.95))

    assert recommend({0.5: faulty}, REAL) == {"temperature": 0.5, "faultless": None, "nearest": 0.5, "told": True}
    assert recommend({0.5: faulty, 1.0: unsure}, REAL) == {
        "temperature": 1.0,
        "faultless": None,
        "nearest": 0.5,
        "told": False,
    }


def test_empty_samples_are_never_recommended_beside_others():
    assert recommend({0.1: measures(None, None, None, None), 0.5: measures(9.0)}, REAL)["temperature"] == 0.5
    assert recommend({0.1: measures(None, None, None, None)}, REAL)["temperature"] == 0.1
