"""Small runs of training, what is compared of them, and a way to stop one."""

import numpy as np

from tasks.learning.training import train
from tasks.progress import listening
from tests.tiny_models import VOCABULARY, in_lines, noise, parameters, text

RESUMABLE = {"epochs": 4, "layers": 2, "dropout": 0.3}
EPOCHS_OF_WINDOWS = {"preset": "notebook", "cell": "gru", "epochs": 5}


def trained(folder, train_ids=None, validation_ids=None, shared=None, **overrides):
    shared = shared or folder.with_name(f"{folder.name}-shared")
    train_ids = text(1200) if train_ids is None else train_ids
    validation_ids = text(300) if validation_ids is None else validation_ids
    train_ids, validation_ids = in_lines(train_ids), in_lines(validation_ids)
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
