import functools

import numpy as np
import pytest

from tasks.page.words import verdict
from tasks.quality.learning_curve import Point
from tasks.quality.summary import findings
from tasks.quality.verdict import Loss, of_loss, of_training
from tests.quality.constructed import BOILERPLATE, FLOORS, LEARNT, LETTERS, Corpus, planted, prose, samples_of

NOISE = np.random.default_rng(3)
FRESH = prose(20_000, 7)
QUOTED = len(BOILERPLATE) - 1
LOOPED = FRESH.split()[:8]


@functools.cache
def corpus() -> Corpus:
    return Corpus(prose(120_000, 1), prose(40_000, 2))


@functools.cache
def with_boilerplate() -> Corpus:
    texts = [planted(prose(size, seed), BOILERPLATE, QUOTED, 0.1, seed) for size, seed in ((120_000, 1), (40_000, 2))]
    return Corpus(*texts)


def letters(count: int) -> str:
    return "".join(NOISE.choice([*LETTERS, " "], count))


def made_up(text: str) -> str:
    """The text with a letter of each third word changed."""
    return " ".join(w[:1] + "qx" + w[2:] if n % 3 == 0 else w for n, w in enumerate(text.split(" ")))


MODELS = {  # What a model of a known kind is like, and the codes of the findings that it deserves.
    "perfect": (FRESH, {}, ["floors-beaten"]),
    "memorised": (
        lambda: corpus().training,
        {"bits": 2.9, "training_bits": 0.4, "points": [*LEARNT, Point(40, 0.4, 2.9)], "kept": 40},
        ["floor-ahead", "overfitted", "known-by-heart", "copies"],
    ),
    "memorised, best kept": (
        FRESH,
        {"points": [*LEARNT, Point(40, 0.4, 2.9)], "kept": 30},
        ["floors-beaten", "overfitting-avoided"],
    ),
    "copying now and then": (
        lambda: planted(FRESH, corpus().training, 80, 0.25, 5),
        {},
        ["floors-beaten", "copies"],
    ),
    "looping": (" ".join([*LOOPED] * 400), {}, ["floors-beaten", "loops"]),
    "making words up": (made_up(FRESH), {}, ["floors-beaten", "makes-up-words"]),
    "uniform": (letters(20_000), {"bits": 4.8, "training_bits": 4.8}, ["learned-nothing", "makes-up-words"]),
    "frequencies alone": (
        letters(20_000),
        {"bits": 4.2, "training_bits": 4.2},
        ["learned-frequencies", "makes-up-words"],
    ),
    "half-trained": (
        made_up(FRESH),
        {"bits": 2.8, "training_bits": 2.8, "points": [Point(10, 3.5, 3.5), Point(20, 2.8, 2.8)], "kept": 20},
        ["floor-ahead", "unfinished", "makes-up-words"],
    ),
    "behind a compressor alone": (FRESH, {"bits": 2.4, "training_bits": 2.4}, ["floor-ahead"]),
    "level with a compressor": (FRESH, {"bits": 2.29, "training_bits": 2.29}, ["floor-ahead"]),
    "knowing by heart": (FRESH, {"training_bits": 1.5}, ["floors-beaten", "known-by-heart"]),
    "a single sample": (FRESH[:400], {}, ["floors-beaten", "too-few-to-tell"]),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_constructed_model_gets_the_findings_that_it_deserves_and_no_other(name):
    text, losses, expected = MODELS[name]
    given = text() if callable(text) else text
    scores = corpus().scores([one for one in samples_of(given) if one], **losses)

    assert sorted(one["code"] for one in scores["findings"]) == sorted(expected)
    said = verdict(scores, FLOORS)
    assert len({said.headline, *said.sentences}) == len(expected) + 2


def test_a_model_that_quotes_as_often_as_real_text_does_is_no_copyist():
    scores = with_boilerplate().scores(samples_of(planted(FRESH, BOILERPLATE, QUOTED, 0.1, 6)))

    assert [one["code"] for one in scores["findings"]] == ["floors-beaten"]
    assert scores["quoted_share"] == pytest.approx(0.1, abs=0.03)


def test_where_most_of_held_out_text_is_in_the_training_text_copying_cannot_be_told():
    training = prose(120_000, 1)
    given = Corpus(training, training[:30_000])
    scores = given.scores(samples_of(training))

    assert "copies-untold" in [one["code"] for one in scores["findings"]]
    assert "--duplicates" in findings(given.windows, has_documents=True)[0]
    assert "--duplicates" not in findings(given.windows)[0]
    assert not scores["copies_told"]


def test_samples_that_are_shorter_than_what_is_no_chance_tell_nothing_of_copies():
    scores = corpus().scores(["and", "but"] * 40)

    assert "copies-untold" in [one["code"] for one in scores["findings"]]
    assert not scores["copies_told"]


def test_a_difference_within_two_standard_errors_of_a_floor_is_none():
    floors = {"uniform": 6.0, "unigram": 4.0, "xz": 2.0}

    assert of_loss(Loss(1.9, 0.04, 200), floors)[0]["code"] == "floors-beaten"
    assert of_loss(Loss(1.9, 0.06, 200), floors)[0]["numbers"]["level"] == {"xz": 2.0}
    assert of_loss(Loss(2.1, 0.06, 200), floors)[0]["numbers"]["level"] == {"xz": 2.0}
    assert of_loss(Loss(2.2, 0.06, 200), floors)[0]["numbers"]["ahead"] == {"xz": 2.0}
    assert of_loss(Loss(1.9, 0.04, 200), floors)[0]["interval"] == pytest.approx([1.82, 1.98], abs=0.002)


@pytest.mark.parametrize(("error", "code"), [(0.01, "floor-ahead"), (None, "too-little-held-out")])
def test_a_floor_that_needs_nothing_is_ahead(error, code):
    assert of_loss(Loss(1.9, error), {"uniform": 6.0, "unigram": 4.0, "ppmd": 0.0})[0]["code"] == code


def test_few_blocks_of_held_out_text_say_less():
    floors = {"uniform": 6.0, "unigram": 4.0, "xz": 2.0}

    assert of_loss(Loss(1.9, 0.04, 3), floors)[0]["numbers"]["level"] == {"xz": 2.0}
    assert of_loss(Loss(1.9, None), floors)[0]["code"] == "too-little-held-out"


@pytest.mark.parametrize(
    ("bits", "code", "ahead"),
    [
        (4.02, "learned-frequencies", {}),
        (4.7, "learned-frequencies", {"unigram": 4.0}),
        (6.0, "learned-nothing", {"unigram": 4.0}),
        (6.1, "learned-nothing", {"unigram": 4.0, "uniform": 6.0}),
    ],
)
def test_floors_that_know_no_context_are_ahead_where_they_need_clearly_fewer_bits(bits, code, ahead):
    (found,) = of_loss(Loss(bits, 0.017, 200), {"uniform": 6.0, "unigram": 4.0})

    assert (found["code"], found["numbers"]["ahead"]) == (code, ahead)


@pytest.mark.parametrize(("bits", "worse"), [(6.1, 6.0), (5.9, None)])
def test_little_held_out_text_says_by_its_numbers_whether_nothing_is_learned(bits, worse):
    (found,) = of_loss(Loss(bits), {"uniform": 6.0, "xz": 2.0})

    assert (found["code"], found["numbers"].get("uniform_bits")) == ("too-little-held-out", worse)


@pytest.mark.parametrize("points", [[], [Point(1, 2.0, 2.0)], [Point(1, 2, None), Point(2, 2, None)], LEARNT])
def test_nothing_is_said_of_training_that_shows_nothing(points):
    assert of_training(points, 30, Loss(2.0), None, 3.0) == []


@pytest.mark.parametrize(
    ("held_out", "training", "epochs", "overfits"),
    [
        (Loss(2.9, 0.01, 64), Loss(2.7, 0.01, 64), 1.5, True),
        (Loss(2.9, 0.01, 64), Loss(2.7, 0.01, 64), 1.0, False),
        (Loss(2.9, 0.01, 64), Loss(2.89, 0.01, 64), 9.0, False),
        (Loss(2.9, 0.01, 64), Loss(3.0, 0.01, 64), 9.0, False),
        (Loss(2.9), Loss(2.0), 9.0, False),
        (Loss(2.9, 0.01, 64), None, 9.0, False),
    ],
)
@pytest.mark.parametrize(("kept", "code"), [(30, "overfitting-avoided"), (40, "overfitted")])
def test_a_rising_loss_is_overfitting_to_text_seen_again_and_predicted_clearly_better(
    held_out, training, epochs, overfits, kept, code
):
    found = of_training([*LEARNT, Point(40, 0.4, 2.9)], kept, held_out, training, epochs)

    assert [one["code"] for one in found] == ([code] if overfits else [])
