import math
import re
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from tasks.learning import cadence, loop, preview, resumption, update
from tasks.learning.resumption import TrainingDivergedError
from tasks.learning.schedule import learning_rate, shared_steps
from tasks.progress import listening
from tests.learning.runs import EPOCHS_OF_WINDOWS, RESUMABLE, StoppedError, assert_same, overfitted, stop_at, trained
from tests.signals import handled
from tests.tiny_models import VOCABULARY, lines, parameters, text

pytestmark = pytest.mark.usefixtures("short_previews", "checkpoints_at_any_cost")
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preview, "LENGTH", 3)
        return trained(tmp_path_factory.mktemp("whole"), epochs=4)


@pytest.mark.slow
def test_a_run_that_goes_on_diverging_says_when_and_what_to_do(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(update, "learning_rate", lambda *_: 1e38)

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
    step_as_it_is = update.Updates.step

    def step_or_break(updates):
        too_high = updates.run.step == step and len(updates.run.rollbacks) < times
        with pytest.MonkeyPatch.context() as patch:
            if too_high:
                patch.setattr(update, "learning_rate", lambda *_: 1e38)
            return step_as_it_is(updates)

    monkeypatch.setattr(update.Updates, "step", step_or_break)


@pytest.mark.slow
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


@pytest.fixture(scope="module")
def diverged_once(tmp_path_factory):
    """A run that went back once, and was never stopped."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preview, "LENGTH", 3)
        patch.setattr(cadence, "SHARE", math.inf)
        too_high_until_lowered(patch, step=22, times=1)
        return trained(tmp_path_factory.mktemp("diverged") / "whole", epochs=4, checkpoint_steps=7)


@pytest.mark.slow
@pytest.mark.parametrize("cadence_of", [{"checkpoint_steps": 5}, {}, {"checkpoint_steps": 1}], ids=str)
def test_what_a_run_that_diverged_makes_depends_on_no_checkpoint(tmp_path, monkeypatch, diverged_once, cadence_of):
    too_high_until_lowered(monkeypatch, step=22, times=1)
    for step in (18, 30):
        with stop_at(step), pytest.raises(StoppedError):
            trained(tmp_path / "stopped", epochs=4, **cadence_of)

    resumed = trained(tmp_path / "stopped", epochs=4, **cadence_of)

    assert resumed.run.rollbacks == diverged_once.run.rollbacks != []
    assert_same(resumed, diverged_once)


def test_a_loss_far_above_blind_guessing_is_a_divergence_too(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "EXPLODED", 0.5)
    monkeypatch.setattr(resumption, "ROLLBACKS", 0)

    with pytest.raises(TrainingDivergedError, match=r"the loss is [23]\.\d+ at step 0, although"):
        trained(tmp_path)


def test_a_weight_that_is_no_number_is_never_gone_on_from_nor_given_out(tmp_path, monkeypatch):
    def poisoned(updates):
        loss = step_as_it_is(updates)
        embeddings = updates.run.network.get_weights()[0]
        embeddings[-1] = np.nan  # of a character that neither split has
        updates.run.network.set_weights([embeddings, *updates.run.network.get_weights()[1:]])
        return loss

    step_as_it_is = update.Updates.step
    monkeypatch.setattr(update.Updates, "step", poisoned)
    monkeypatch.setattr(resumption, "ROLLBACKS", 0)

    with pytest.raises(TrainingDivergedError, match="a weight is no number"):
        trained(tmp_path, np.minimum(text(1200), VOCABULARY.size - 2), np.minimum(text(300), VOCABULARY.size - 2))


TRAPEZOID = {"schedule": "trapezoid", "dropout": 0.3, "budget": 1200 * 6}


@pytest.fixture(scope="module")
def three_epochs(tmp_path_factory):
    """A run of three epochs, and the folder of what it lends."""
    folder = tmp_path_factory.mktemp("three")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preview, "LENGTH", 3)
        patch.setattr(cadence, "SHARE", math.inf)
        return trained(folder / "run", shared=folder / "shared", **{**TRAPEZOID, "epochs": 3}), folder / "shared"


@pytest.mark.slow
def test_more_epochs_go_on_from_fewer_and_end_as_if_they_had_not(tmp_path, three_epochs):
    shorter, lent = three_epochs
    shared = shutil.copytree(lent, tmp_path / "shared")
    straight = trained(tmp_path / "straight", **{**TRAPEZOID, "epochs": 5})

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
def test_what_a_run_diverged_from_after_the_shared_part_is_not_lent(tmp_path, monkeypatch, three_epochs):
    begin = shared_steps(parameters(**TRAPEZOID), three_epochs[0].fit)
    too_high_until_lowered(monkeypatch, step=begin, times=1)
    diverged = trained(tmp_path / "a", shared=tmp_path / "shared", **{**TRAPEZOID, "epochs": 3})
    monkeypatch.undo()
    longer = trained(tmp_path / "b", shared=tmp_path / "shared", **{**TRAPEZOID, "epochs": 5})

    assert diverged.run.rollbacks[0]["to"] < begin
    assert longer.run.lent_from == begin
    assert longer.run.rollbacks == []


def test_a_killed_run_ends_as_one_that_was_not(tmp_path):
    code = f"""
        import time
        from tests.learning.runs import RESUMABLE, trained
        from tasks.learning import cadence, preview
        from tasks.progress import listening
        from pathlib import Path

        def wait_for_the_end(event):
            if event.step >= 20:
                print("here", flush=True)
                time.sleep(600)

        cadence.SHARE, preview.LENGTH = 1e9, 3
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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("switch", "cell", "precision"),
    [("on", "lstm", "float32"), ("off", "lstm", "bfloat16"), ("off", "gru", "float32")],
)
def test_a_run_that_resets_its_state_at_documents_goes_on_to_the_bit(tmp_path, turn_kernels, switch, cell, precision):
    turn_kernels(switch)
    texts = {"train_ids": lines(1200, seed=1), "validation_ids": lines(300, seed=2), "epochs": 2}
    options = {**texts, "reset_at": "lines", "cell": cell, "precision": precision}
    whole = trained(tmp_path / "whole", **options)
    with stop_at(10), pytest.raises(StoppedError):
        trained(tmp_path / "stopped", **options, checkpoint_steps=1)

    resumed = trained(tmp_path / "stopped", **options)

    assert resumed.run.resumed_from == [9]
    assert_same(resumed, whole)
    assert trained(tmp_path / "carried", **texts).loss_carried != whole.loss_carried


@pytest.mark.slow
def test_the_notebooks_windows_go_on_with_the_state_and_the_order_that_they_had(tmp_path):
    whole = trained(tmp_path / "whole", **EPOCHS_OF_WINDOWS)
    every = whole.fit.validate_every
    with stop_at(3 * every), pytest.raises(StoppedError):
        trained(tmp_path / "stopped", checkpoint_steps=every, **EPOCHS_OF_WINDOWS)

    resumed = trained(tmp_path / "stopped", **EPOCHS_OF_WINDOWS)

    assert resumed.run.resumed_from == [2 * every]
    assert_same(resumed, whole)


@pytest.mark.slow
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

    with handled(signal.SIGINT, signal.default_int_handler), listening(interrupt), pytest.raises(KeyboardInterrupt):
        trained(tmp_path, epochs=4)
    resumed = trained(tmp_path, epochs=4)

    assert resumed.run.resumed_from == [10]
    assert_same(resumed, uninterrupted)


def test_where_sigint_is_ignored_it_stops_nothing_and_sigterm_does(tmp_path, uninterrupted):
    def send(event):
        if event.step in (10, 20):
            signal.raise_signal({10: signal.SIGINT, 20: signal.SIGTERM}[event.step])

    with (
        handled(signal.SIGINT, signal.SIG_IGN),
        handled(signal.SIGTERM, signal.default_int_handler),
        listening(send),
        pytest.raises(KeyboardInterrupt),
    ):
        trained(tmp_path, epochs=4)
    resumed = trained(tmp_path, epochs=4)

    assert resumed.run.resumed_from == [20]
    assert_same(resumed, uninterrupted)


@pytest.mark.slow
def test_a_run_that_stops_early_does_so_where_it_would_have_if_it_is_resumed(tmp_path):
    whole = overfitted(tmp_path / "whole", patience=3)
    with stop_at(whole.run.step), pytest.raises(StoppedError):
        overfitted(tmp_path / "stopped", patience=3, checkpoint_steps=1)

    assert_same(overfitted(tmp_path / "stopped", patience=3), whole)


@pytest.mark.parametrize("name", [pytest.param("tensors.npz", marks=pytest.mark.slow), "state.json"])
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
