import math

import pytest

from tasks.learning.hyperparameters import Fit
from tasks.learning.schedule import learning_rate, shared_steps
from tests.tiny_models import parameters


def fitted(steps, warmup_steps=10):
    chosen = {"optimizer": "adam", "learning_rate": 0.004, "weight_decay": 0.0, "dropout": 0.0}
    return Fit(batch_size=8, steps=steps, warmup_steps=warmup_steps, averaging_steps=1, validate_every=1, **chosen)


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
    settings = parameters(learning_rate=0.004, schedule=schedule)

    assert learning_rate(settings, fitted(steps=110), step) == pytest.approx(0.004 * expected)


@pytest.mark.parametrize(("schedule", "shared"), [("cosine", 0), ("constant", 109), ("trapezoid", 88)])
def test_longer_runs_share_the_steps_whose_rate_does_not_know_the_end(schedule, shared):
    settings = parameters(schedule=schedule)
    rates = [[learning_rate(settings, fitted(steps=n), step) for step in range(shared)] for n in (110, 500)]

    assert shared_steps(settings, fitted(steps=110)) == shared
    assert rates[0] == rates[1]


def test_without_a_warm_up_the_first_step_has_the_peak_rate():
    assert learning_rate(parameters(), fitted(steps=10, warmup_steps=0), 0) == 0.004
