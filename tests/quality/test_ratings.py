import pytest

from tasks.quality.ratings import Rated, Rating, agreement, by_temperature


def rated(*stars, temperature=0.5):
    ratings = [Rating(f"rater {place}", one, "") for place, one in enumerate(stars) if one != 0]
    return Rated(temperature, "", 1, 0, "", ratings)


def test_raters_who_say_the_same_agree_wholly():
    assert agreement([rated(1, 1), rated(5, 5), rated(3, 3)]) == 1


def test_agreement_is_krippendorffs_alpha_for_intervals():
    """The example of Krippendorff (2011), "Computing Krippendorff's alpha-reliability", section C: 0.849."""
    columns = [
        *((1, 1, 0, 1), (2, 2, 3, 2), (3, 3, 3, 3), (3, 3, 3, 3), (2, 2, 2, 2), (1, 2, 3, 4)),
        *((4, 4, 4, 4), (1, 1, 2, 1), (2, 2, 2, 2), (0, 5, 5, 5), (0, 0, 1, 1), (0, 0, 3, 0)),
    ]

    assert agreement([rated(*stars) for stars in columns]) == pytest.approx(0.849, abs=0.0005)


@pytest.mark.parametrize("samples", [[], [rated(3)], [rated(3, 3), rated(3, 3)], [rated(None, 4)]])
def test_without_two_ratings_that_differ_there_is_no_agreement_to_speak_of(samples):
    assert agreement(samples) is None


def test_temperatures_are_rated_by_the_mean_of_their_samples():
    samples = [rated(5, 4), rated(1, temperature=0.8), rated(None, temperature=0.9)]

    assert by_temperature(samples) == [(0.5, 4.5, 2), (0.8, 1.0, 1)]
