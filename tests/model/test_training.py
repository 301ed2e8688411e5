import math
import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from tasks.model import cadence, preview, resuming, training, updating
from tasks.model.network import build
from tasks.model.presets import Fit
from tasks.model.resuming import TrainingDivergedError
from tasks.model.schedule import learning_rate, shared_steps
from tasks.model.training import train
from tasks.progress import listening
from tests.model.tiny import VOCABULARY, losses, noise, parameters, text

PROJECT = Path(__file__).resolve().parents[2]
RESUMABLE = {"epochs": 4, "layers": 2, "dropout": 0.3}
EPOCHS_OF_WINDOWS = {"preset": "notebook", "cell": "gru", "epochs": 5}


@pytest.fixture(autouse=True)
def _short_previews(monkeypatch):
    monkeypatch.setattr(preview, "LENGTH", 10)


@pytest.fixture(autouse=True)
def _checkpoints_at_any_cost(monkeypatch):
    monkeypatch.setattr(cadence, "SHARE", math.inf)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preview, "LENGTH", 10)
        return trained(tmp_path_factory.mktemp("whole"), epochs=4)


def trained(folder, train_ids=None, validation_ids=None, shared=None, **overrides):
    shared = shared or folder.with_name(f"{folder.name}-shared")
    train_ids = text(1200) if train_ids is None else train_ids
    validation_ids = text(300) if validation_ids is None else validation_ids
    return train(train_ids, validation_ids, VOCABULARY, parameters(**overrides), folder, shared)


def overfitted(folder, **overrides):
    """Trained on noise that says nothing of the noise that it is measured on."""
    options = {"epochs": 40, "schedule": "constant", "learning_rate": 0.02, **overrides}
    return trained(folder, noise(300, seed=1), noise(200, seed=2), **options)


def assert_same(result, other):
    for got, expected in zip(result.network.get_weights(), other.network.get_weights(), strict=True):
        np.testing.assert_array_equal(got, expected)
    assert without_seconds(result.run.metrics) == without_seconds(other.run.metrics)
    assert result.run.previews == other.run.previews
    assert (result.loss_carried, result.loss_cold) == (other.loss_carried, other.loss_cold)
    assert (result.run.step, result.run.best_step) == (other.run.step, other.run.best_step)


def without_seconds(metrics):
    return [{name: value for name, value in line.items() if name != "seconds"} for line in metrics]


def validations(result):
    return {m["step"]: m["validation_loss_nats"] for m in result.run.metrics if m["validation_loss_nats"] is not None}


class StoppedError(Exception):
    """Stands for a crash."""


def stop_at(step):
    def listener(event):
        if event.step >= step:
            raise StoppedError

    return listening(listener)


def test_the_loss_falls_on_a_text_that_repeats(tmp_path):
    result = trained(tmp_path, epochs=20, learning_rate=0.01)

    lines = result.run.metrics
    assert lines[-1]["train_loss_nats"] < 0.5 * lines[0]["train_loss_nats"]
    assert result.loss_carried < 0.5 * math.log(VOCABULARY.size)


@pytest.mark.parametrize(
    "options",
    [{"layers": 2, "dropout": 0.3, "precision": "bfloat16"}, {"cell": "gru", "dropout": 0.3}],
    ids=["lstm", "gru"],
)
def test_equal_seeds_give_the_same_run_to_the_bit_and_others_do_not(tmp_path, options):
    first, again, other = (
        trained(tmp_path / name, epochs=2, seed=seed, **options) for name, seed in [("a", 3), ("b", 3), ("c", 4)]
    )

    assert_same(first, again)
    assert not np.array_equal(first.network.get_weights()[-1], other.network.get_weights()[-1])


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

    result = train(ids, text(100), VOCABULARY, settings, tmp_path / "kept", tmp_path / "shared")

    assert result.run.metrics[0]["train_loss_nats"] == pytest.approx(float(loss), rel=1e-5)
    for got, expected in zip(result.network.get_weights(), network.get_weights(), strict=True):
        np.testing.assert_allclose(got, expected, atol=2e-5)


def test_the_best_weights_are_kept_not_the_last(tmp_path):
    result = overfitted(tmp_path)

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


@pytest.mark.parametrize("patience", [1, 3])
def test_training_stops_after_so_many_validations_without_gain(tmp_path, patience):
    result = overfitted(tmp_path, patience=patience)

    measured = list(validations(result).values())
    assert result.run.step < result.fit.steps
    assert len(measured) - 1 - measured.index(min(measured)) == patience


def test_no_patience_means_that_training_never_stops_early(tmp_path):
    result = overfitted(tmp_path, patience=0)

    assert result.run.stale > 3
    assert result.run.step == result.fit.steps


@pytest.mark.parametrize(
    ("schedule", "step", "expected"),
    [
        ("constant", 0, 0.1),
        ("constant", 8, 0.9),
        ("constant", 9, 1.0),
        ("constant", 109, 1.0),
        ("cosine", 0, 0.1),
        ("cosine", 9, 1.0),
        ("cosine", 10, 1.0),
        ("cosine", 35, 0.05 + 0.95 * (1 + math.sqrt(0.5)) / 2),
        ("cosine", 60, 0.525),
        ("cosine", 110, 0.05),
        ("trapezoid", 0, 0.1),
        ("trapezoid", 50, 1.0),
        ("trapezoid", 88, 1.0),
        ("trapezoid", 99, 1 - math.sqrt(0.5)),
        ("trapezoid", 109, 1 - math.sqrt(21 / 22)),
    ],
)
def test_the_learning_rate_warms_up_and_then_stays_or_falls_as_scheduled(schedule, step, expected):
    settings = parameters(learning_rate=0.004, schedule=schedule, warmup_steps=10)

    assert learning_rate(settings, fitted(steps=110), step) == pytest.approx(0.004 * expected)


@pytest.mark.parametrize(("schedule", "shared"), [("cosine", 0), ("constant", 109), ("trapezoid", 88)])
def test_longer_runs_share_the_steps_whose_rate_does_not_know_the_end(schedule, shared):
    settings = parameters(schedule=schedule, warmup_steps=10)
    rates = [[learning_rate(settings, fitted(steps=n), step) for step in range(shared)] for n in (110, 500)]

    assert shared_steps(settings, fitted(steps=110)) == shared
    assert rates[0] == rates[1]


def test_without_a_warm_up_the_first_step_has_the_peak_rate():
    assert learning_rate(parameters(warmup_steps=0), fitted(steps=10), 0) == 0.004


def fitted(steps):
    chosen = {"optimizer": "adam", "learning_rate": 0.004, "weight_decay": 0.0, "dropout": 0.0}
    return Fit(batch_size=8, steps=steps, validate_every=1, **chosen)


def test_each_step_has_the_rate_of_the_schedule(tmp_path):
    result = trained(tmp_path, epochs=2)

    assert len(result.run.metrics) > 5
    for line in result.run.metrics:
        expected = learning_rate(parameters(), result.fit, line["step"] - 1)
        assert line["learning_rate"] == pytest.approx(expected, rel=1e-6)


def test_gradients_are_clipped_to_the_norm(tmp_path):
    def moved(clip_norm):
        result = trained(tmp_path / str(clip_norm), keep="latest", clip_norm=clip_norm)
        before = build(parameters(), VOCABULARY.size).get_weights()
        return max(np.abs(a - b).max() for a, b in zip(result.network.get_weights(), before, strict=True))

    # Adam adds 1e-7 to the root of the second moment: against gradients far smaller than that it hardly moves.
    assert moved(1e-12) < 1e-4 < 1e-2 < moved(1.0)


def test_a_run_that_goes_on_diverging_says_when_and_what_to_do(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(updating, "learning_rate", lambda *_: 1e38)

    with pytest.raises(TrainingDivergedError) as caught:
        trained(tmp_path)

    assert re.fullmatch(
        r"training diverged: the validation loss is (nan|inf) at step 1, although its rate was halved 3 times; "
        r"lower --learning-rate \(it is 0.004\)",
        str(caught.value),
    )
    assert caplog.text.count("going back to step 0 and on with half the learning rate") == 3


def too_high_until_lowered(monkeypatch, step, times):
    """The rate of one step is a number that no weight survives, until the run went back so many times."""
    step_as_it_is = updating.Updates.step

    def step_or_break(updates):
        too_high = updates.run.step == step and len(updates.run.rollbacks) < times
        with pytest.MonkeyPatch.context() as patch:
            if too_high:
                patch.setattr(updating, "learning_rate", lambda *_: 1e38)
            return step_as_it_is(updates)

    monkeypatch.setattr(updating.Updates, "step", step_or_break)


def test_a_run_that_diverged_goes_back_to_the_last_good_validation_and_on_at_half_the_rate(tmp_path, monkeypatch):
    too_high_until_lowered(monkeypatch, step=22, times=2)

    result = trained(tmp_path, epochs=4, keep="latest", checkpoint_steps=7)

    good = 22 // result.fit.validate_every * result.fit.validate_every
    assert 7 < good < 22
    assert result.run.rollbacks == [{"at": 23, "why": "the loss is nan", "to": good}] * 2
    for line in result.run.metrics:
        factor = 0.25 if line["step"] > good else 1
        expected = factor * learning_rate(parameters(), result.fit, line["step"] - 1)
        assert line["learning_rate"] == pytest.approx(expected, rel=1e-6)
    assert all(np.isfinite(weight).all() for weight in result.network.get_weights())
    assert [line["step"] for line in result.run.metrics] == sorted({line["step"] for line in result.run.metrics})


@pytest.mark.parametrize(
    "cadence_of",
    [
        {"checkpoint_steps": 5},
        *(pytest.param(other, marks=pytest.mark.slow) for other in ({}, {"checkpoint_steps": 1})),
    ],
    ids=str,
)
def test_what_a_run_that_diverged_makes_depends_on_no_checkpoint(tmp_path, monkeypatch, cadence_of):
    too_high_until_lowered(monkeypatch, step=22, times=1)
    whole = trained(tmp_path / "whole", epochs=4, checkpoint_steps=7)
    for step in (18, 30):
        with stop_at(step), pytest.raises(StoppedError):
            trained(tmp_path / "stopped", epochs=4, **cadence_of)

    resumed = trained(tmp_path / "stopped", epochs=4, **cadence_of)

    assert resumed.run.rollbacks == whole.run.rollbacks != []
    assert_same(resumed, whole)


def test_a_loss_far_above_blind_guessing_is_a_divergence_too(tmp_path, monkeypatch):
    monkeypatch.setattr(training, "EXPLODED", 0.5)
    monkeypatch.setattr(resuming, "ROLLBACKS", 0)

    with pytest.raises(TrainingDivergedError, match=r"the loss is [23]\.\d+ at step 0, although"):
        trained(tmp_path)


def test_a_weight_that_is_no_number_is_never_gone_on_from_nor_given_out(tmp_path, monkeypatch):
    def poisoned(updates):
        loss = step_as_it_is(updates)
        embeddings = updates.run.network.get_weights()[0]
        embeddings[-1] = np.nan  # of a character that neither split has
        updates.run.network.set_weights([embeddings, *updates.run.network.get_weights()[1:]])
        return loss

    step_as_it_is = updating.Updates.step
    monkeypatch.setattr(updating.Updates, "step", poisoned)
    monkeypatch.setattr(resuming, "ROLLBACKS", 0)

    with pytest.raises(TrainingDivergedError, match="a weight is no number"):
        trained(tmp_path, np.minimum(text(1200), VOCABULARY.size - 2), np.minimum(text(300), VOCABULARY.size - 2))


TRAPEZOID = {"schedule": "trapezoid", "dropout": 0.3, "budget": 1200 * 6}


def test_more_epochs_go_on_from_fewer_and_end_as_if_they_had_not(tmp_path):
    shared = tmp_path / "shared"
    straight = trained(tmp_path / "straight", **{**TRAPEZOID, "epochs": 5})
    shorter = trained(tmp_path / "shorter", shared=shared, **{**TRAPEZOID, "epochs": 3})

    longer = trained(tmp_path / "longer", shared=shared, **{**TRAPEZOID, "epochs": 5})

    assert straight.run.resumed_from == shorter.run.resumed_from == []
    assert longer.run.resumed_from == [longer.run.lent_from] == [shared_steps(parameters(**TRAPEZOID), shorter.fit)]
    assert_same(longer, straight)


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [TRAPEZOID, {**TRAPEZOID, "patience": 2, "learning_rate": 0.03}, EPOCHS_OF_WINDOWS],
    ids=["trapezoid", "early stop", "constant"],
)
def test_epochs_may_be_added_again_and_again(tmp_path, options):
    shared = tmp_path / "shared"
    straight = trained(tmp_path / "straight", **{**options, "epochs": 8})
    assert straight.run.resumed_from == []
    shorter = [trained(tmp_path / str(n), shared=shared, **{**options, "epochs": n}) for n in (3, 5)]

    longer = trained(tmp_path / "longer", shared=shared, **{**options, "epochs": 8})

    begin = shared_steps(parameters(**options), shorter[1].fit)
    assert shorter[0].fit.steps < begin < shorter[1].fit.steps
    assert longer.run.resumed_from == [longer.run.lent_from] == [begin]
    assert_same(longer, straight)
    again = trained(tmp_path / "again", shared=shared, **{**options, "epochs": 5})
    assert again.run.lent_from == begin
    assert_same(again, shorter[1])


@pytest.mark.slow
def test_fewer_epochs_take_nothing_from_more(tmp_path):
    trained(tmp_path / "longer", shared=tmp_path / "shared", **{**TRAPEZOID, "epochs": 8})

    shorter = trained(tmp_path / "shorter", shared=tmp_path / "shared", **{**TRAPEZOID, "epochs": 3})

    assert shorter.run.resumed_from == []


@pytest.mark.slow
def test_what_a_run_diverged_from_after_the_shared_part_is_not_lent(tmp_path, monkeypatch):
    settings = parameters(**TRAPEZOID)
    begin = shared_steps(settings, trained(tmp_path / "first", **{**TRAPEZOID, "epochs": 3}).fit)
    too_high_until_lowered(monkeypatch, step=begin, times=1)
    diverged = trained(tmp_path / "a", shared=tmp_path / "shared", **{**TRAPEZOID, "epochs": 3})
    monkeypatch.undo()
    longer = trained(tmp_path / "b", shared=tmp_path / "shared", **{**TRAPEZOID, "epochs": 5})

    assert diverged.run.rollbacks[0]["to"] < begin
    assert longer.run.lent_from == begin
    assert longer.run.rollbacks == []


def test_dropout_changes_the_run_and_zero_is_none_of_it(tmp_path):
    none, half = (trained(tmp_path / str(rate), dropout=rate) for rate in (0.0, 0.5))

    assert none.fit.dropout == 0
    assert half.run.metrics[0]["train_loss_nats"] != none.run.metrics[0]["train_loss_nats"]


def test_metrics_have_a_line_for_every_tenth_and_every_validated_step(tmp_path):
    result = trained(tmp_path, epochs=6)

    steps, every = result.fit.steps, result.fit.validate_every
    assert every > 1
    assert [m["step"] for m in result.run.metrics] == [
        n for n in range(1, steps + 1) if n % 10 == 0 or n % every == 0 or n == steps
    ]
    assert list(validations(result)) == [n for n in range(1, steps + 1) if n % every == 0 or n == steps]
    assert all(m["characters"] == m["step"] * result.characters_per_step for m in result.run.metrics)
    assert [m["seconds"] for m in result.run.metrics] == sorted(m["seconds"] for m in result.run.metrics)


def test_progress_is_told_once_for_every_logged_step_with_a_preview_where_one_was_drawn(tmp_path):
    events = []
    with listening(events.append):
        result = trained(tmp_path, epochs=6)

    assert [event.step for event in events] == [line["step"] for line in result.run.metrics]
    drawn = {event.step: event.preview for event in events if event.preview is not None}
    assert {0: result.run.previews[0]["text"], **drawn} == {p["step"]: p["text"] for p in result.run.previews}
    assert list(drawn) == list(validations(result))
    last = events[-1]
    assert (last.steps, last.seconds_left) == (result.fit.steps, 0)
    assert last.loss_bits == pytest.approx(result.run.metrics[-1]["train_loss_nats"] / math.log(2))
    assert last.validation_bits == pytest.approx(result.run.best_loss / math.log(2))


NOTEBOOK = {"preset": "notebook", "units": 16, "sequence_length": 100, "batch_size": 64, "epochs": 3}


@pytest.mark.parametrize(
    ("length", "options"),
    [
        (64, {"sequence_length": 128, "epochs": None}),
        (900, {"sequence_length": 4096, "layers": 3, "dropout": None}),
        (64, {"cell": "gru", "layers": 2, "dropout": 0.2}),
        (64, NOTEBOOK),
        (900, NOTEBOOK),
        (900, {**NOTEBOOK, "cell": "gru", "layers": 2, "shuffle_buffer": 1}),
    ],
    ids=["quick", "long sequences", "gru", "shorter than a window", "notebook", "notebook gru"],
)
def test_a_text_too_short_to_fill_a_batch_is_trained_on(tmp_path, options, length):
    result = trained(tmp_path, text(length), text(64), **options)

    assert result.run.step >= 1
    assert result.characters_per_step < length
    assert 0 < result.loss_carried < 2 * math.log(VOCABULARY.size)
    assert result.loss_cold == pytest.approx(result.loss_carried, rel=1e-5)


def test_a_killed_run_ends_as_one_that_was_not(tmp_path):
    code = f"""
        import time
        from tasks.model import cadence, preview, training, updating
        from tasks.progress import listening
        from tests.model.test_training import RESUMABLE, trained
        from pathlib import Path

        def wait_for_the_end(event):
            if event.step >= 20:
                print("here", flush=True)
                time.sleep(600)

        cadence.SHARE, preview.LENGTH = 1e9, 10
        with listening(wait_for_the_end):
            trained(Path({str(tmp_path / "killed")!r}), checkpoint_steps=1, **RESUMABLE)
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert child.stdout.readline() == b"here\n"
    child.send_signal(signal.SIGKILL)
    child.communicate()

    resumed = trained(tmp_path / "killed", **RESUMABLE)

    assert child.returncode == -signal.SIGKILL
    assert resumed.run.resumed_from == [19]
    whole = trained(tmp_path / "whole", **RESUMABLE)
    assert whole.run.resumed_from == []
    assert whole.run.step > 25
    assert_same(resumed, whole)


def test_the_notebooks_windows_go_on_with_the_state_and_the_order_that_they_had(tmp_path):
    whole = trained(tmp_path / "whole", **EPOCHS_OF_WINDOWS)
    every = whole.fit.validate_every
    with stop_at(3 * every), pytest.raises(StoppedError):
        trained(tmp_path / "stopped", checkpoint_steps=every, **EPOCHS_OF_WINDOWS)

    resumed = trained(tmp_path / "stopped", **EPOCHS_OF_WINDOWS)

    assert resumed.run.resumed_from == [2 * every]
    assert_same(resumed, whole)


def test_a_run_may_be_stopped_again_and_again(tmp_path, uninterrupted):
    for step in (8, 30):
        with stop_at(step), pytest.raises(StoppedError):
            trained(tmp_path / "stopped", epochs=4, checkpoint_steps=1)

    resumed = trained(tmp_path / "stopped", epochs=4)

    assert resumed.run.resumed_from == [7, 29]
    assert_same(resumed, uninterrupted)


def test_a_signal_to_stop_costs_no_step(tmp_path, uninterrupted):
    def interrupt(event):
        if event.step == 10:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt), listening(interrupt):
        trained(tmp_path, epochs=4)
    resumed = trained(tmp_path, epochs=4)

    assert resumed.run.resumed_from == [10]
    assert_same(resumed, uninterrupted)


def test_a_run_that_stops_early_does_so_where_it_would_have_if_it_is_resumed(tmp_path):
    whole = overfitted(tmp_path / "whole", patience=3)
    with stop_at(whole.run.step), pytest.raises(StoppedError):
        overfitted(tmp_path / "stopped", patience=3, checkpoint_steps=1)

    assert_same(overfitted(tmp_path / "stopped", patience=3), whole)


@pytest.mark.parametrize("name", ["tensors.npz", "state.json"])
def test_a_damaged_newest_checkpoint_costs_only_the_steps_since_the_one_before(tmp_path, name, uninterrupted):
    with stop_at(20), pytest.raises(StoppedError):
        trained(tmp_path / "stopped", epochs=4, checkpoint_steps=1)
    newest = tmp_path / "stopped" / "step-00000019" / name
    newest.write_bytes(newest.read_bytes()[:100])

    resumed = trained(tmp_path / "stopped", epochs=4)

    assert resumed.run.resumed_from == [18]
    assert_same(resumed, uninterrupted)


def test_a_run_takes_up_nothing_where_its_time_for_a_checkpoint_had_not_come(tmp_path):
    with stop_at(20), pytest.raises(StoppedError):
        trained(tmp_path, epochs=4)

    assert list(tmp_path.iterdir()) == []


def test_only_the_start_of_a_long_validation_split_is_measured_while_training_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(training, "VALIDATED_CHARACTERS", 100)
    validation = np.concatenate([text(100), noise(400, seed=1)])

    result = trained(tmp_path, validation_ids=validation, epochs=4)

    assert result.run.best_loss == pytest.approx(losses(result.network, text(100)).mean(), rel=1e-4)
    assert result.loss_carried == pytest.approx(losses(result.network, validation).mean(), rel=1e-4)
    assert result.loss_carried > result.run.best_loss + 0.1
