import math

import pytest

from tasks.learning import preview
from tasks.learning.schedule import learning_rate
from tasks.progress import listening
from tests.learning.runs import overfitted, trained, validations
from tests.tiny_models import parameters

pytestmark = pytest.mark.usefixtures("short_previews", "checkpoints_at_any_cost")


@pytest.fixture(scope="module")
def six_epochs(tmp_path_factory):
    """A run, and what was told of it."""
    events = []
    with pytest.MonkeyPatch.context() as patch, listening(events.append):
        patch.setattr(preview, "LENGTH", 3)
        return trained(tmp_path_factory.mktemp("six"), epochs=6), events


@pytest.mark.parametrize("patience", [1, 3])
def test_training_stops_after_so_many_validations_without_gain(tmp_path, patience):
    result = overfitted(tmp_path, patience=patience)

    measured = list(validations(result).values())
    assert result.run.step < result.fit.steps
    assert len(measured) - 1 - measured.index(min(measured)) == patience


def test_each_step_has_the_rate_of_the_schedule(six_epochs):
    result, _ = six_epochs

    assert len(result.run.metrics) > 5
    for line in result.run.metrics:
        expected = learning_rate(parameters(), result.fit, line["step"] - 1)
        assert line["learning_rate"] == pytest.approx(expected, rel=1e-6)


def test_metrics_have_a_line_for_every_tenth_and_every_validated_step(six_epochs):
    result, _ = six_epochs

    steps, every = result.fit.steps, result.fit.validate_every
    assert every > 1
    assert [m["step"] for m in result.run.metrics] == [
        n for n in range(1, steps + 1) if n % 10 == 0 or n % every == 0 or n == steps
    ]
    assert list(validations(result)) == [n for n in range(1, steps + 1) if n % every == 0 or n == steps]
    assert all(m["characters"] == m["step"] * result.characters_per_step for m in result.run.metrics)
    assert [m["seconds"] for m in result.run.metrics] == sorted(m["seconds"] for m in result.run.metrics)


def test_progress_is_told_once_for_every_logged_step_with_a_preview_where_one_was_drawn(six_epochs):
    result, events = six_epochs

    assert [event.step for event in events] == [line["step"] for line in result.run.metrics]
    drawn = {event.step: event.preview for event in events if event.preview is not None}
    assert {0: result.run.previews[0]["text"], **drawn} == {p["step"]: p["text"] for p in result.run.previews}
    assert list(drawn) == list(validations(result))
    last = events[-1]
    assert (last.steps, last.seconds_left) == (result.fit.steps, 0)
    assert last.loss_bits == pytest.approx(result.run.metrics[-1]["train_loss_nats"] / math.log(2))
    assert last.validation_bits == pytest.approx(result.run.best_loss / math.log(2))
