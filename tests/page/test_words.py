import pytest

from tasks.page.curve import Point
from tasks.page.words import headline, meaning, measured, training, verdict

FLOORS = {"uniform": 6.0, "unigram": 4.8, "bzip2": 2.4, "xz": 2.6}


@pytest.mark.parametrize(
    ("bits", "said"),
    [
        (2.08, "better than every floor: 13 % fewer bits than bzip2"),
        (2.5, "but bzip2 still needs fewer bits"),
        (2.7, "but xz and bzip2 still need fewer bits"),
        (4.9, "learned next to nothing"),
        (6.3, "learned nothing"),
    ],
)
def test_the_headline_is_honest(bits, said):
    assert said in headline(bits, FLOORS)


def test_a_compressor_that_is_ahead_is_named_first():
    said = headline(2.08, {**FLOORS, "ppmd": 2.03})
    assert said == "The model has learned something of the text, but PPMd still needs fewer bits."
    assert "PPMd needs 2.03, xz 2.60" in measured(2.08, {**FLOORS, "ppmd": 2.03})


def test_a_tie_with_a_floor_is_no_win():
    assert "every floor" not in headline(2.397, FLOORS)


def test_the_measures_are_named():
    assert measured(2.1, FLOORS) == (
        "On held-out text the model needs 2.10 bits per character; xz needs 2.60, bzip2 2.40, "
        "guessing by frequency 4.80, guessing blindly 6.00."
    )


def test_bits_are_told_as_a_choice():
    assert "among 8.0 equally likely" in meaning(3)


def curve(*validation, train=2.0):
    return [Point(10 * (n + 1), train, loss) for n, loss in enumerate(validation)]


@pytest.mark.parametrize(
    ("points", "kept", "gap", "said"),
    [
        (curve(3, 2.2, 2.6), 30, 0.1, "It overfits: the loss on held-out text was lowest at step 20 (2.20)"),
        (curve(3, 2.2, 2.6), 20, 0.1, "The model is the one from before that."),
        (curve(3, 2.2, 2.21), 20, 1.2, "predicts 1.20 bits better"),
        (curve(3, 2.5, 2.2), 30, 0.1, "still getting better"),
    ],
)
def test_the_training_is_judged(points, kept, gap, said):
    assert said in " ".join(training(points, kept, gap))


def test_what_is_known_by_heart_is_measured_with_the_weights_that_were_kept_not_read_off_the_curve():
    points = curve(3, 2.2, 2.2, train=0.5)

    assert "by heart" not in " ".join(verdict(2.2, FLOORS, points, 20, 2.1).sentences)
    assert "predicts 0.40 bits better" in " ".join(verdict(2.2, FLOORS, points, 20, 1.8).sentences)


@pytest.mark.parametrize("points", [[], curve(2.0), curve(3, 2.201, 2.2, 2.2), [Point(1, 2.0, None)]])
def test_nothing_is_said_of_training_that_shows_nothing(points):
    assert training(points, 30, 0.2) == []


def test_a_verdict_without_floors_and_curve_still_says_the_measure():
    assert verdict(2.1, {}, [], 10, 2.0).sentences[0] == "On held-out text the model needs 2.10 bits per character."


def test_the_verdict_on_a_model_of_bytes_speaks_of_bytes():
    said = verdict(2.0, {"uniform": 8.0, "unigram": 5.0, "xz": 1.0}, [], 1, 2.0).in_units("byte")

    assert "bits per byte" in said.sentences[0]
    assert "at each byte" in said.sentences[1]
    assert "character" not in " ".join([said.headline, *said.sentences])
