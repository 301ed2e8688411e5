"""Keras callbacks: the training loop calls them where `model.fit` would."""

import contextlib
from collections.abc import Iterator, Sequence

import keras

from tasks.learning.update import Updates


class Hooks:
    """Callbacks, and how far the epoch is.

    One that sets `model.stop_training` ends the run. The learning rate is the schedule's: what a callback makes of it
    holds until the next step. At the end of an epoch the model has the running means of its weights, where the run
    keeps them. A run that is taken up in the middle begins with the epoch that it is in.

    A run that goes back after it diverged trains anew: callbacks are told so, without having been told of an end, and
    those that count, as `EarlyStopping` does, begin again. Which weights the model has is the run's choice: those that
    a callback restores at the end are replaced by them.

    Args:
        callbacks: as `model.fit` takes them.
        updates: the steps that they are told of.
    """

    def __init__(self, callbacks: Sequence[keras.callbacks.Callback], updates: Updates) -> None:
        self._run, self._network = updates.run, updates.run.network
        # TensorBoard reads the rate there. A model that was never compiled is saved without it.
        self._network.optimizer = updates.run.optimizer
        self._network.stop_training = False
        self._steps, self._last = updates.batches.steps_per_epoch, updates.fitted.steps
        epochs = -(-self._last // self._steps)
        self._told = keras.callbacks.CallbackList(callbacks, model=self._network, epochs=epochs, steps=self._steps)
        self._losses: list[float] = []
        self._validation: dict[str, float] = {}

    @property
    def stop(self) -> bool:
        """Whether a callback asked for the end."""
        return bool(self._network.stop_training)

    @contextlib.contextmanager
    def training(self, step: int) -> Iterator[None]:
        """Tell of the beginning of training, or of its going on from a step, and of its end."""
        self._told.on_train_begin()
        if step % self._steps:
            self._told.on_epoch_begin(step // self._steps)
        yield
        self._told.on_train_end({"loss": self._losses[-1], **self._validation} if self._losses else {})

    def before(self, step: int) -> None:
        """Tell of the beginning of the step of this number, counted from 0, and of its epoch's."""
        epoch, place = divmod(step, self._steps)
        if place == 0:
            self._losses = []
            self._told.on_epoch_begin(epoch)
        self._told.on_train_batch_begin(place)

    def after(self, step: int, loss: float, validation_loss: float | None) -> None:
        """Tell of the end of the step, with its loss, and of its epoch's, with the mean loss and the newest validation.

        Args:
            step: as before.
            loss: in nats.
            validation_loss: in nats; None where the step is not followed by a validation.
        """
        epoch, place = divmod(step, self._steps)
        self._losses.append(loss)
        if validation_loss is not None:
            self._validation = {"val_loss": validation_loss}
        self._told.on_train_batch_end(place, {"loss": loss})
        if place == self._steps - 1 or step == self._last - 1:
            with self._run.averaged():
                self._told.on_epoch_end(epoch, {"loss": sum(self._losses) / len(self._losses), **self._validation})
