"""The learning rate of each step."""

import math

from tasks.learning.hyperparameters import Fit
from tasks.network.parameters import TrainingParameters

FINAL_LEARNING_RATE = 0.05
DECAY_SHARE = 0.2


def learning_rate(parameters: TrainingParameters, fitted: Fit, step: int) -> float:
    """The rate of a step: a linear warm-up to the peak, then one of three ways.

    `constant` stays. `cosine` falls to a twentieth of the peak. `trapezoid` stays and falls in the last fifth of the
    steps by 1 - sqrt(share done) towards zero (Hägele et al. 2024): how far a run goes changes nothing before that.
    """
    if step < fitted.warmup_steps:
        return fitted.learning_rate * (step + 1) / fitted.warmup_steps
    if parameters.schedule == "constant":
        return fitted.learning_rate
    if parameters.schedule == "trapezoid":
        begin = shared_steps(parameters, fitted)
        return fitted.learning_rate * (1 - math.sqrt(max(0, step - begin) / max(1, fitted.steps - begin)))
    done = (step - fitted.warmup_steps) / max(1, fitted.steps - fitted.warmup_steps)
    share = FINAL_LEARNING_RATE + (1 - FINAL_LEARNING_RATE) * (1 + math.cos(math.pi * done)) / 2
    return fitted.learning_rate * share


def shared_steps(parameters: TrainingParameters, fitted: Fit) -> int:
    """How many of the first steps are those of every longer run that is otherwise equal."""
    if parameters.schedule == "cosine":
        return 0
    if parameters.schedule == "constant":
        return fitted.steps - 1  # after the last one it validates because it is the last
    return max(min(fitted.warmup_steps, fitted.steps), fitted.steps - math.ceil(DECAY_SHARE * fitted.steps))
