import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from tasks.data.ids import Ids
from tasks.learning import evaluation, preview
from tasks.learning.training import train
from tasks.network.model import build
from tests.learning.runs import assert_same, overfitted, trained, validations
from tests.tiny_models import VOCABULARY, losses, noise, parameters, text

pytestmark = pytest.mark.usefixtures("short_previews", "checkpoints_at_any_cost")


@pytest.fixture(scope="module")
def without_patience(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preview, "LENGTH", 3)
        return overfitted(tmp_path_factory.mktemp("overfitted"), patience=0)


def test_the_loss_falls_on_a_text_that_repeats(tmp_path):
    result = trained(tmp_path, epochs=20, learning_rate=0.01)

    lines = result.run.metrics
    assert lines[-1]["train_loss_nats"] < 0.5 * lines[0]["train_loss_nats"]
    assert result.loss_carried < 0.5 * math.log(VOCABULARY.size)


@pytest.mark.parametrize(
    "options",
    [
        {"layers": 2, "dropout": 0.3, "precision": "bfloat16"},
        pytest.param({"cell": "gru", "dropout": 0.3}, marks=pytest.mark.slow),
    ],
    ids=["lstm", "gru"],
)
def test_equal_seeds_give_the_same_run_to_the_bit_and_others_do_not(tmp_path, options):
    first, again, other = (
        trained(tmp_path / name, epochs=2, training_seed=seed, **options)
        for name, seed in [("a", 3), ("b", 3), ("c", 4)]
    )

    assert_same(first, again)
    assert not np.array_equal(first.network.get_weights()[-1], other.network.get_weights()[-1])


@pytest.mark.slow
def test_the_reported_losses_are_those_of_the_stock_model(tmp_path):
    validation = text(3 * 256 + 40)

    result = trained(tmp_path, validation_ids=validation, keep="latest")

    by_stream = np.concatenate([losses(result.network, validation[:513]), losses(result.network, validation[512:])])
    by_window = [losses(result.network, validation[start : start + 257]) for start in range(0, len(validation), 256)]
    assert result.loss_carried == pytest.approx(by_stream.mean(), rel=1e-4)
    assert result.loss_cold == pytest.approx(np.concatenate(by_window).mean(), rel=1e-4)
    assert validations(result)[result.run.step] == result.loss_carried


def test_the_first_loss_and_its_step_are_those_of_the_stock_model_and_optimiser(tmp_path):
    settings = parameters(batches="shuffled windows", schedule="constant", warmup_steps=0, clip_norm=0.0, keep="latest")
    ids = text(17 * 8)
    network = build(settings, VOCABULARY.size)
    windows = tf.constant(ids.reshape(8, 17), tf.int32)
    with tf.GradientTape() as tape:
        logits, *_ = network([windows[:, :-1], tf.zeros((8, 16)), tf.zeros((8, 16))])
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(windows[:, 1:], logits))
    gradients = tape.gradient(loss, [variable.value for variable in network.trainable_variables])
    optimizer = keras.optimizers.Adam(settings.learning_rate, beta_2=settings.beta_2)
    optimizer.apply([tf.convert_to_tensor(g) for g in gradients], network.trainable_variables)

    result = train(Ids.of(ids), Ids.of(text(100)), VOCABULARY, settings, tmp_path / "kept", tmp_path / "shared")

    assert result.run.metrics[0]["train_loss_nats"] == pytest.approx(float(loss), rel=1e-5)
    for got, expected in zip(result.network.get_weights(), network.get_weights(), strict=True):
        np.testing.assert_allclose(got, expected, atol=2e-5)


def test_the_best_weights_are_kept_not_the_last(without_patience):
    result = without_patience

    measured = validations(result)
    best = min(measured, key=measured.get)
    assert best < result.run.step
    assert (result.run.best_step, result.run.best_loss) == (best, measured[best])
    assert result.loss_carried == measured[best] < measured[result.run.step]


def test_the_last_weights_are_kept_where_they_are_asked_for(tmp_path):
    result = overfitted(tmp_path, keep="latest")

    measured = validations(result)
    assert result.loss_carried == measured[result.run.step] > min(measured.values())
    assert list(measured)[:3] == [result.run.step // 40 * n for n in (1, 2, 3)]


def test_no_patience_means_that_training_never_stops_early(without_patience):
    assert without_patience.run.stale > 3
    assert without_patience.run.step == without_patience.fit.steps


def test_gradients_are_clipped_to_the_norm(tmp_path):
    def moved(clip_norm):
        result = trained(tmp_path / str(clip_norm), keep="latest", clip_norm=clip_norm)
        before = build(parameters(), VOCABULARY.size).get_weights()
        return max(np.abs(a - b).max() for a, b in zip(result.network.get_weights(), before, strict=True))

    # Adam adds 1e-7 to the root of the second moment: against gradients far smaller than that it hardly moves.
    assert moved(1e-12) < 1e-4 < 1e-2 < moved(1.0)


def test_dropout_changes_the_run_and_zero_is_none_of_it(tmp_path):
    none, half = (trained(tmp_path / str(rate), dropout=rate) for rate in (0.0, 0.5))

    assert none.fit.dropout == 0
    assert half.run.metrics[0]["train_loss_nats"] != none.run.metrics[0]["train_loss_nats"]


NOTEBOOK = {"preset": "notebook", "units": 16, "seq_length": 100, "batch_size": 64, "epochs": 3}


@pytest.mark.parametrize(
    ("length", "options"),
    [
        (64, {"seq_length": 128, "epochs": None}),
        (900, {"seq_length": 4096, "layers": 3, "dropout": None}),
        (64, {"cell": "gru", "layers": 2, "dropout": 0.2}),
        (64, NOTEBOOK),
        pytest.param(900, NOTEBOOK, marks=pytest.mark.slow),
        pytest.param(900, {**NOTEBOOK, "cell": "gru", "layers": 2, "shuffle_buffer": 1}, marks=pytest.mark.slow),
    ],
    ids=["quick", "long sequences", "gru", "shorter than a window", "notebook", "notebook gru"],
)
def test_a_text_too_short_to_fill_a_batch_is_trained_on(tmp_path, options, length):
    result = trained(tmp_path, text(length), text(64), **options)

    assert result.run.step >= 1
    assert result.characters_per_step < length
    assert 0 < result.loss_carried < 2 * math.log(VOCABULARY.size)
    assert result.loss_cold == pytest.approx(result.loss_carried, rel=1e-5)


@pytest.mark.slow
def test_only_the_start_of_a_long_validation_split_is_measured_while_training_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(evaluation, "VALIDATED_CHARACTERS", 256)
    monkeypatch.setattr(evaluation, "ROWS", 1)
    validation = np.concatenate([text(257), noise(400, seed=1)])

    result = trained(tmp_path, validation_ids=validation, epochs=4)

    assert result.run.best_loss == pytest.approx(losses(result.network, text(257)).mean(), rel=1e-4)
    assert result.loss_carried == pytest.approx(losses(result.network, validation).mean(), rel=1e-4)
    assert result.loss_carried > result.run.best_loss + 0.1
