import numpy as np
import pytest
import tensorflow as tf

from tasks.data.ids import Ids
from tasks.learning import evaluation
from tasks.learning.evaluation import evaluator, held_batches, losses_of, measure, validation_batches
from tests.tiny_models import in_lines, lines, losses, losses_by_line, noise, random_network


@pytest.fixture
def short_windows(monkeypatch):
    monkeypatch.setattr(evaluation, "COLD_WINDOW", 8)
    monkeypatch.setattr(evaluation, "ROWS", 4)


def by_hand(network, ids, length):
    """Losses of stretches of this length, each from a zero state."""
    return np.concatenate(
        [losses(network, ids[start : start + length + 1]) for start in range(0, len(ids) - 1, length)]
    )


@pytest.mark.parametrize(
    ("cell", "characters", "stream"),
    [
        ("lstm", 5, 8),
        ("lstm", 9, 8),
        ("lstm", 10, 16),
        ("lstm", 3 * 8 + 6, 16),
        ("lstm", 11 * 8 + 4, 24),
        ("gru", 3 * 8 + 6, 16),
    ],
    ids=["less than a window", "one window", "one and a bit", "three rows", "four rows", "gru"],
)
@pytest.mark.usefixtures("short_windows")
def test_the_carried_loss_is_the_mean_over_long_streams(cell, characters, stream):
    network, ids = random_network(cell, layers=2), noise(characters, seed=3)

    got = evaluator(network, tf.float32)(held_batches(Ids.of(ids)), True).loss

    expected = by_hand(network, ids, stream)
    assert len(expected) == characters - 1
    assert got == pytest.approx(expected.mean(), rel=1e-5)


@pytest.mark.parametrize("characters", [5, 9, 10, 13 * 8 + 4])
@pytest.mark.usefixtures("short_windows")
def test_the_cold_loss_is_the_mean_over_windows_each_from_a_zero_state(characters):
    network, ids = random_network(), noise(characters, seed=4)

    got = evaluator(network, tf.float32)(held_batches(Ids.of(ids)), False).loss

    assert got == pytest.approx(by_hand(network, ids, 8).mean(), rel=1e-5)


def test_cold_windows_are_of_256_and_carried_streams_of_longer():
    network, ids = random_network(), noise(2 * 256 + 101, seed=4)
    evaluate = evaluator(network, tf.float32)

    assert evaluate(held_batches(Ids.of(ids)), False).loss == pytest.approx(by_hand(network, ids, 256).mean(), rel=1e-5)
    assert evaluate(held_batches(Ids.of(ids)), True).loss == pytest.approx(by_hand(network, ids, 512).mean(), rel=1e-5)


def test_weights_that_change_later_are_those_measured():
    network, ids = random_network(), noise(300, seed=5)
    evaluate = evaluator(network, tf.float32)
    evaluate(held_batches(Ids.of(ids)), True)

    network.set_weights([weight * 0 for weight in network.get_weights()])

    assert evaluate(held_batches(Ids.of(ids)), True).loss == pytest.approx(
        np.log(network.outputs[0].shape[-1]), rel=1e-5
    )


@pytest.mark.parametrize("cell", ["lstm", pytest.param("gru", marks=pytest.mark.slow)])
@pytest.mark.usefixtures("short_windows")
def test_with_resets_each_document_of_held_out_text_is_measured_by_itself(cell):
    network, ids = random_network(cell, layers=2), lines(11 * 8 + 4, seed=3)
    evaluate = evaluator(network, tf.float32)

    def expected(length):
        stretches = [ids[start : start + length + 1] for start in range(0, len(ids) - 1, length)]
        return pytest.approx(np.concatenate([losses_by_line(network, one) for one in stretches]).mean(), rel=1e-5)

    assert evaluate(held_batches(in_lines(ids), resets=True), True).loss == expected(24)
    assert evaluate(held_batches(in_lines(ids), resets=True), False).loss == expected(8)
    assert evaluate(held_batches(in_lines(ids)), True).loss != expected(24)


@pytest.mark.usefixtures("short_windows")
def test_of_long_text_the_beginnings_of_streams_are_measured_with_their_error(monkeypatch):
    monkeypatch.setattr(evaluation, "MEASURED_CHARACTERS", 4 * 16)
    monkeypatch.setattr(evaluation, "BLOCK_STEPS", 1)
    network, ids = random_network(), noise(1001, seed=6)

    got = evaluator(network, tf.float32)(held_batches(Ids.of(ids)), True)

    streams = [losses(network, ids[start : start + 17]) for start in range(0, 1000, 250)]
    blocks = np.concatenate([stream.reshape(2, 8).mean(1) for stream in streams])
    assert got.characters == 64
    assert got.loss == pytest.approx(np.mean(streams), rel=1e-5)
    assert got.error == pytest.approx(blocks.std(ddof=1) / np.sqrt(8), rel=1e-4)


@pytest.mark.usefixtures("short_windows")
def test_training_text_is_measured_in_as_many_streams_as_as_much_held_out_text(monkeypatch):
    monkeypatch.setattr(evaluation, "TRAINED_CHARACTERS", 2 * 16)
    network = random_network()
    train, validation, test = noise(1001, seed=7), noise(17, seed=8), noise(9, seed=9)

    evaluate = evaluator(network, tf.float32)
    got = measure(evaluate, *map(Ids.of, (train, validation, test)))

    streams = np.concatenate([losses(network, train[start : start + 9]) for start in (0, 500)])
    assert got.training.characters == got.validation.carried.characters == 16
    assert got.training.loss == pytest.approx(streams.mean(), rel=1e-5)
    assert got.test.carried.loss == pytest.approx(losses(network, test).mean(), rel=1e-5)
    assert measure(evaluate, Ids.of(train), Ids.of(noise(401, seed=8)), None).training.characters == 32
    assert measure(evaluate, Ids.of(train[:12]), Ids.of(validation), None).training.characters == 11


@pytest.mark.usefixtures("short_windows")
def test_of_a_single_block_no_error_is_known():
    got = evaluator(random_network(), tf.float32)(held_batches(Ids.of(noise(9, seed=3))), True)

    assert (got.characters, np.isnan(got.error)) == (8, True)


@pytest.mark.usefixtures("short_windows")
def test_what_is_measured_does_not_grow_with_the_text_and_is_the_same_text_carried_and_cold(monkeypatch):
    monkeypatch.setattr(evaluation, "MEASURED_CHARACTERS", 4 * 16)
    monkeypatch.setattr(evaluation, "VALIDATED_CHARACTERS", 4 * 8)
    network, ids = random_network(), noise(1001, seed=6)

    got = losses_of(evaluator(network, tf.float32), Ids.of(ids))

    windows = [losses(network, ids[start : start + 9]) for at in range(0, 1000, 250) for start in (at, at + 8)]
    assert got.cold.loss == pytest.approx(np.mean(windows), rel=1e-5)
    assert (got.carried.characters, got.cold.characters) == (64, 64)
    assert validation_batches(Ids.of(ids)).weights.sum() == 32
    assert validation_batches(Ids.of(ids[:20])).weights.sum() == 19
