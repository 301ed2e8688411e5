import csv

import keras
import numpy as np
import pytest

from tasks.data.ids import Ids
from tasks.learning.training import train
from tests.tiny_models import VOCABULARY, parameters, text

pytestmark = pytest.mark.usefixtures("short_previews")
STEPS_PER_EPOCH = 9


def noting(name):
    def note(recorder, *given, **named):
        said = [*given, *named.values()]  # Keras hands the logs over by place or by name
        numbers, logs = (
            [n for n in said if isinstance(n, int)],
            [n for one in said if isinstance(one, dict) for n in one],
        )
        recorder.calls.append((name, *numbers, *sorted(logs)))

    return note


class Recorder(keras.callbacks.Callback):
    """Notes how it is called, and with which names in its logs."""

    def __init__(self):
        super().__init__()
        self.calls = []

    on_train_begin, on_train_end = noting("train begins"), noting("train ends")
    on_epoch_begin, on_epoch_end = noting("epoch begins"), noting("epoch ends")
    on_train_batch_begin, on_train_batch_end = noting("batch begins"), noting("batch ends")


class StopsAt(keras.callbacks.Callback):
    def __init__(self, batch):
        super().__init__()
        self.batch = batch

    def on_train_batch_end(self, batch, logs=None):
        self.model.stop_training = batch == self.batch


def trained(folder, callbacks, **overrides):
    settings = parameters(**{"epochs": 2, **overrides})
    return train(
        Ids.of(text(1200)), Ids.of(text(300)), VOCABULARY, settings, folder / "kept", folder / "shared", callbacks
    )


def test_callbacks_are_called_as_fit_calls_them(tmp_path):
    ours, theirs = Recorder(), Recorder()
    trained(tmp_path, [ours])
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    rows = np.zeros((STEPS_PER_EPOCH, 1))
    model.fit(rows, rows, validation_data=(rows, rows), epochs=2, batch_size=1, callbacks=[theirs], verbose=0)

    assert ours.calls == theirs.calls


def test_keras_own_callbacks_work(tmp_path):
    pytest.importorskip("tensorboard")
    log, best = tmp_path / "log.csv", tmp_path / "best.keras"
    result = trained(
        tmp_path,
        [
            keras.callbacks.CSVLogger(log),
            keras.callbacks.ModelCheckpoint(best, monitor="val_loss", save_best_only=True),
            keras.callbacks.TensorBoard(tmp_path / "tensorboard", update_freq=1),
        ],
    )

    rows = list(csv.DictReader(log.read_text().splitlines()))
    assert [row["epoch"] for row in rows] == ["0", "1"]
    assert float(rows[-1]["val_loss"]) == result.run.metrics[-1]["validation_loss_nats"]
    for kept, weight in zip(keras.saving.load_model(best).get_weights(), result.network.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, weight)
    assert list((tmp_path / "tensorboard" / "train").iterdir())


def test_a_callback_can_end_the_training(tmp_path):
    result = trained(tmp_path, [StopsAt(batch=4)])

    assert result.run.step == 5


def test_callbacks_that_only_look_change_nothing(tmp_path):
    looked_at, alone = trained(tmp_path / "a", [Recorder()]), trained(tmp_path / "b", [])

    for one, other in zip(looked_at.network.get_weights(), alone.network.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_run_that_is_taken_up_tells_of_the_epoch_that_it_is_in(tmp_path):
    trained(tmp_path, [StopsAt(batch=4)], checkpoint_steps=5)
    recorder = Recorder()
    trained(tmp_path, [recorder], checkpoint_steps=5)

    assert recorder.calls[:3] == [("train begins",), ("epoch begins", 0), ("batch begins", 5)]


class Poisons(keras.callbacks.Callback):
    """Makes the weights no numbers, once."""

    done = False

    def on_train_batch_end(self, batch, logs=None):
        if batch == 4 and not self.done:
            self.done = True
            self.model.set_weights([weight * np.nan for weight in self.model.get_weights()])


def test_a_run_that_goes_back_tells_that_training_begins_again(tmp_path):
    recorder = Recorder()
    result = trained(tmp_path, [recorder, Poisons()])

    began = [number for number, call in enumerate(recorder.calls) if call == ("train begins",)]
    assert len(result.run.rollbacks) == 1
    assert [recorder.calls[number + 1] for number in began] == [("epoch begins", 0)] * 2
    assert [call[0] for call in recorder.calls].count("train ends") == 1


def test_the_run_chooses_the_weights_not_a_callback_that_restores_some(tmp_path):
    early = keras.callbacks.EarlyStopping(monitor="loss", mode="max", patience=1, restore_best_weights=True)
    result = trained(tmp_path, [early], keep="latest", epochs=4)

    assert result.run.step == 2 * STEPS_PER_EPOCH
    for average, weight in zip(result.run.averages, result.network.get_weights(), strict=True):
        np.testing.assert_array_equal(average.numpy(), weight)
    assert any((a != b).any() for a, b in zip(early.best_weights, result.network.get_weights(), strict=True))
