import dataclasses
import itertools
import math

import numpy as np
import pytest

from tasks.data.batches import Streams
from tasks.data.ids import Ids
from tasks.learning import hyperparameters
from tasks.learning.hyperparameters import fit, shrunk
from tasks.learning.presets import resolve


def fitted(characters, preset="quick", **overrides):
    parameters = resolve(preset, overrides)

    def steps_per_epoch(rows):
        return max(1, (characters - 1) // (rows * parameters.seq_length))

    return fit(parameters, characters, steps_per_epoch)


@pytest.mark.parametrize(
    ("characters", "batch_size"),
    [(900, 8), (20 * 9 * 64 - 1, 8), (20 * 9 * 64, 9), (20 * 33 * 64, 33), (20 * 64 * 64, 64), (50_000_000, 64)],
)
def test_a_batch_has_eight_to_sixty_four_sequences_as_many_as_give_an_epoch_twenty_steps(characters, batch_size):
    assert fitted(characters).batch_size == batch_size


@pytest.mark.parametrize("preset", ["quick", "best"])
def test_the_rule_has_no_cliff_and_goes_one_way_as_a_corpus_grows(preset):
    sizes = [round(8_000 * 1.02**power) for power in range(600)]  # to a thousand million characters
    curve = [fitted(size, preset, optimizer="muon") for size in sizes]
    seen = [one.steps * one.batch_size for one in curve]

    for values, direction in (
        ([one.batch_size for one in curve], 1),
        (seen, 1),
        ([one.dropout for one in curve], -1),
        ([one.weight_decay for one in curve], -1),
        ([one.learning_rate for one in curve], 1),
    ):
        for before, after in itertools.pairwise(values):
            assert direction * (after - before) >= -0.1 * abs(before)  # but for whole steps and sequences
            assert abs(after - before) <= 0.15 * max(abs(before), abs(after)) + 0.01


@pytest.mark.parametrize("characters", [900, 50_000_000])
def test_a_batch_that_is_given_is_kept_to(characters):
    assert [fitted(characters, batch_size=size).batch_size for size in (3, 100, 4096)] == [3, 100, 4096]


def test_the_warm_up_is_a_share_of_the_steps_up_to_a_hundred():
    short, usual, longer = fitted(2_000), fitted(1_003_854), fitted(1_003_854, preset="best")

    assert (short.steps, short.warmup_steps) == (120, 18)
    assert (usual.warmup_steps, longer.warmup_steps) == (100, 100)


@pytest.mark.parametrize("steps", [0, 7, 5000])
def test_a_warm_up_that_is_given_is_kept_to(steps):
    assert fitted(2_000, warmup_steps=steps).warmup_steps == steps


def test_what_a_short_text_takes_away_is_said_with_its_numbers():
    parameters = resolve("quick", {"seq_length": 1000})

    assert shrunk(parameters, 64, 1000) == []
    assert shrunk(parameters, 8, 899) == [
        "sequences of a step: 8 instead of 64",
        "characters of a sequence: 899 instead of 1,000",
    ]


@pytest.mark.parametrize(("characters", "optimizer"), [(900, "adam"), (199_999, "adam"), (200_000, "muon")])
def test_a_small_corpus_is_learned_with_adam_a_larger_one_with_muon(characters, optimizer):
    assert fitted(characters).optimizer == optimizer


@pytest.mark.parametrize("optimizer", ["adam", "muon"])
def test_an_optimizer_that_is_given_is_kept_to(optimizer):
    assert [fitted(characters, optimizer=optimizer).optimizer for characters in (900, 50_000_000)] == [optimizer] * 2


@pytest.mark.parametrize(
    ("characters", "options", "rate"),
    [
        (50_000_000, {}, 0.017),
        (50_000_000, {"batch_size": 16}, 0.0085),
        (50_000_000, {"units": 1024}, 0.017),
        (50_000_000, {"optimizer": "adam"}, 0.0085),
        (50_000_000, {"optimizer": "adam", "units": 1024}, 0.00425),
        (50_000_000, {"optimizer": "adam", "units": 16}, 0.0085),
        (20 * 16 * 64, {}, 0.00425),
        (900, {}, 0.0085 / math.sqrt(8)),
    ],
)
def test_the_learning_rate_goes_with_the_square_root_of_the_batch_and_adams_falls_with_the_units(
    characters, options, rate
):
    assert fitted(characters, **options).learning_rate == pytest.approx(rate)


@pytest.mark.parametrize("characters", [900, 50_000_000])
def test_a_learning_rate_that_is_given_is_kept_to(characters):
    assert fitted(characters, learning_rate=0.005).learning_rate == 0.005


@pytest.mark.parametrize("options", [{}, {"learning_rate": 0.006}, {"batch_size": 128}, {"units": 1024}])
def test_muons_weights_forget_within_two_thirds_of_an_epoch(options):
    batch_size = options.get("batch_size", 64)

    got = fitted(1_000_001, **options)

    steps_until_forgotten = 1 / (got.learning_rate * got.weight_decay)
    assert steps_until_forgotten == pytest.approx(2 / 3 * (1_000_000 // (batch_size * 64)))


def test_the_weight_decay_has_a_limit_and_adam_has_none():
    assert fitted(900, optimizer="muon").weight_decay == 3
    assert fitted(900).weight_decay == fitted(1_000_000, optimizer="adam").weight_decay == 0


@pytest.mark.parametrize(
    ("characters", "passes"), [(40_000, 40), (68_000, 40), (1_000_000, 2.75), (2_750_000, 1), (27_500_000, 0.1)]
)
def test_without_epochs_the_budget_decides_up_to_forty(characters, passes):
    got = fitted(characters)

    assert got.steps * got.batch_size * 64 == pytest.approx(passes * characters, rel=0.05)


def test_epochs_that_are_given_are_kept_to():
    got = fitted(1_000_000, epochs=3)

    assert got.steps == 3 * (999_999 // (64 * 64))


@pytest.mark.parametrize(
    ("epochs", "units", "dropout"),
    [(3, 512, 0), (30, 512, 0.4), (3, 1024, 0.2), (30, 1024, 0.5), (3, 256, 0), (30, 256, 0.2), (6, 512, 0.12)],
)
def test_dropout_grows_with_the_epochs_and_the_units(epochs, units, dropout):
    assert fitted(1_000_000, epochs=epochs, units=units).dropout == pytest.approx(dropout)


def test_without_epochs_those_of_the_budget_count_for_dropout():
    assert fitted(91_666).dropout == fitted(91_666, epochs=30).dropout == 0.4


@pytest.mark.parametrize("schedule", ["trapezoid", "constant"])
def test_where_a_longer_run_goes_on_from_a_shorter_one_they_differ_in_steps_alone(schedule):
    short, long = (fitted(1_000_000, schedule=schedule, epochs=epochs) for epochs in (2, 30))

    assert dataclasses.replace(short, steps=long.steps) == long


def test_dropout_that_is_given_is_kept_to_even_if_it_is_zero():
    assert fitted(1_000, dropout=0.0).dropout == 0


def test_the_notebook_keeps_its_batches_and_validates_after_every_epoch():
    parameters = resolve("notebook", {})

    got = fit(parameters, 900, lambda rows: 1)
    larger = fit(parameters, 1_000_000, lambda rows: 154)

    assert (got.batch_size, got.steps, got.validate_every) == (64, 50, 1)
    assert (larger.batch_size, larger.steps, larger.validate_every) == (64, 50 * 154, 154)


@pytest.mark.parametrize(("characters", "every"), [(900, 1), (1_000_000, 33)])
def test_other_presets_validate_twenty_times(characters, every):
    got = fitted(characters)

    assert got.validate_every == max(1, got.steps // 20)
    assert got.validate_every == pytest.approx(every, abs=1)


def test_how_often_is_validated_is_no_matter_of_how_far_the_mean_of_the_weights_reaches(monkeypatch):
    usual = [fitted(characters) for characters in (900, 1_000_000)]
    monkeypatch.setattr(hyperparameters, "VALIDATIONS", 5)
    seldom = [fitted(characters) for characters in (900, 1_000_000)]

    assert [one.averaging_steps for one in usual] == [max(1, one.steps // 20) for one in usual]
    assert usual[1].validate_every < seldom[1].validate_every
    assert [one.averaging_steps for one in seldom] == [one.averaging_steps for one in usual]


@pytest.mark.parametrize("characters", [2, 64, 900, 5_000])
def test_the_smallest_corpora_give_steps_that_streams_can_fill(characters):
    parameters = resolve("quick", {})
    ids = np.zeros(characters, np.uint8)

    def streams(rows):
        return Streams(ids=Ids.of(ids), batch_size=rows, sequence_length=64, seed=1)

    got = fit(parameters, characters, lambda rows: streams(rows).steps_per_epoch)

    assert got.steps >= 1
    assert streams(got.batch_size).batch(got.steps - 1).inputs.size > 0


def warm(characters, preset="quick", **overrides):
    parameters = resolve(preset, overrides, warm=True)
    return fit(parameters, characters, lambda rows: max(1, (characters - 1) // (rows * parameters.seq_length)))


@pytest.mark.parametrize("characters", [10_000, 1_000_000, 100_000_000])
def test_a_warm_start_has_a_fifth_of_the_steps_and_is_else_as_from_scratch(characters):
    scratch, fit_of_it = fitted(characters), warm(characters)

    assert fit_of_it.steps == pytest.approx(scratch.steps / 5, abs=1)
    assert fit_of_it.warmup_steps == round(scratch.warmup_steps / 5)
    for name in ("batch_size", "optimizer", "learning_rate", "dropout", "validate_every"):
        assert getattr(fit_of_it, name) == getattr(scratch, name)


def test_what_is_given_stands_in_a_warm_start_too():
    given = {"epochs": 3, "learning_rate": 0.01, "warmup_steps": 50, "dropout": 0.1}

    assert warm(1_000_000, **given) == fitted(1_000_000, **given)
    assert warm(1_000_000, "notebook") == fitted(1_000_000, "notebook")
