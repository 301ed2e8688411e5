import numpy as np
import pytest

from tasks.data.ids import Ids
from tasks.data.sketch import sketch_of
from tasks.learning import hyperparameters, loop, update
from tasks.learning.evaluation import evaluator
from tasks.learning.training import train
from tasks.learning.update import updates_of
from tasks.learning.warm_start import WarmStart
from tests.learning.runs import StoppedError, assert_same, stop_at, validations
from tests.tiny_models import VOCABULARY, in_lines, losses, noise, parameters, random_network, text

pytestmark = pytest.mark.usefixtures("short_previews", "checkpoints_at_any_cost")
EARLIER = random_network(units=16).get_weights()


def trained(folder, initial=EARLIER, ids=None, **overrides):
    shared = folder.with_name(f"{folder.name}-shared")
    ids = in_lines(text(1200) if ids is None else ids)
    return train(ids, in_lines(text(300)), VOCABULARY, parameters(**overrides), folder, shared, initial=initial)


def test_the_first_step_begins_with_the_weights_that_are_given_and_with_their_mean():
    updates = updates_of(in_lines(text(1200)), VOCABULARY.size, parameters(), EARLIER)

    for got, mean, expected in zip(updates.run.network.get_weights(), updates.run.averages, EARLIER, strict=True):
        np.testing.assert_array_equal(got, expected.astype(np.float32))
        np.testing.assert_array_equal(mean.numpy(), got)


def test_the_earlier_model_is_measured_once_and_the_others_where_they_are_due(tmp_path, monkeypatch):
    measured = []

    def counted(network, dtype):
        evaluate = evaluator(network, dtype)

        def noting(held, carried):
            measured.append((carried, network.get_weights()))
            return evaluate(held, carried)

        return noting

    monkeypatch.setattr(loop, "evaluator", counted)
    result = trained(tmp_path / "run", epochs=None, warm=True)

    first = [carried for carried, weights in measured if np.array_equal(weights[0], EARLIER[0])]
    at_the_end = 3  # held-out text carried and cold, and training text
    assert first == [True]
    assert len(measured) == len(validations(result)) + len(first) + at_the_end
    assert len(validations(result)) == -(-result.fit.steps // result.fit.validate_every)
    assert result.initial.loss == pytest.approx(losses(random_network(units=16), text(300)).mean(), rel=1e-4)


@pytest.mark.slow
def test_a_warm_start_that_was_killed_goes_on_to_the_same_bits(tmp_path):
    whole = trained(tmp_path / "whole")
    with stop_at(7), pytest.raises(StoppedError):
        trained(tmp_path / "stopped", checkpoint_steps=3)

    resumed = trained(tmp_path / "stopped", checkpoint_steps=3)

    assert resumed.run.resumed_from == [6]
    assert_same(resumed, whole)


@pytest.mark.slow
def test_a_warm_start_that_diverged_before_any_validation_goes_back_to_the_earlier_model(tmp_path, monkeypatch):
    begun = []
    step_as_it_is = update.Updates.step

    def step(updates):
        if updates.run.step == 0:
            begun.append(updates.run.network.get_weights()[0])
        with pytest.MonkeyPatch.context() as patch:
            if not updates.run.rollbacks:
                patch.setattr(update, "learning_rate", lambda *_: 1e38)
            return step_as_it_is(updates)

    monkeypatch.setattr(update.Updates, "step", step)
    result = trained(tmp_path / "run", ids=noise(1200, seed=3), keep="latest")

    assert len(result.run.rollbacks) == 1
    for weight in begun:
        np.testing.assert_array_equal(weight, EARLIER[0].astype(np.float32))


@pytest.mark.parametrize(
    ("overrides", "is_mixed"),
    [({"epochs": None}, True), ({"epochs": 3}, False), ({"epochs": None, "schedule": "trapezoid"}, False)],
    ids=str,
)
def test_what_is_new_is_mixed_in_unless_longer_runs_go_on_from_shorter_ones(overrides, is_mixed):
    ids = Ids.of(np.concatenate([noise(9_000, seed=1), noise(1_000, seed=2)]))
    earlier = sketch_of(Ids.of(noise(9_000, seed=1)), VOCABULARY)
    start = WarmStart(weights=EARLIER, sketch=earlier, facts={})

    mixed = start.mixed(ids, VOCABULARY, parameters(**overrides))

    assert (mixed is not None) == is_mixed
    if mixed:
        assert mixed[0 : len(mixed)].tobytes().count(ids[9_300:9_900].tobytes()) >= hyperparameters.MAXIMUM_EPOCHS
