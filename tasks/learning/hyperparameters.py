"""The rule that fits a preset to a corpus: batch, steps, optimizer, rates and dropout from the length of its text."""

import math
from dataclasses import dataclass
from typing import Any

from tasks.network.parameters import OptimizerName, TrainingParameters

SMALL_BATCH, STEPS_PER_EPOCH = 8, 20
MAXIMUM_EPOCHS = 40
VALIDATIONS = 20
AVERAGING_SHARE = 1 / 20
WARMUP_SHARE, MAXIMUM_WARMUP = 0.15, 100
ENOUGH_FOR_MUON = 200_000
USUAL_BATCH, USUAL_UNITS, USUAL_EPOCHS = 64, 512, 3
MUON_RATE, ADAM_RATE = 1.7e-2, 8.5e-3
FORGETTING_EPOCHS, MAXIMUM_DECAY = 2 / 3, 3.0
WARM_SHARE = 1 / 5  # of the steps of a start from scratch, and of its warm-up


@dataclass(frozen=True, kw_only=True)
class Fit:
    """What the rule chose for a corpus.

    `learning_rate` is the peak, `averaging_steps` how far back the running mean of the weights reaches.
    """

    batch_size: int
    steps: int
    optimizer: OptimizerName
    learning_rate: float
    weight_decay: float
    dropout: float
    warmup_steps: int
    averaging_steps: int
    validate_every: int


def fit(parameters: TrainingParameters, characters: int, steps_per_epoch_at: Any) -> Fit:
    """Fit the parameters to a training split of so many characters; what they give stays.

    The rule: a batch has 64 sequences, or as many fewer as give an epoch 20 steps, but 8 at least, so that a small
    corpus gets enough steps. Without a number of epochs the budget of characters decides, but no more than 40 epochs.
    Muon learns from 200,000 characters on, from fewer Adam, which overfits less. The peak learning rate goes with the
    square root of the batch; Adam's falls as the units grow. At the peak Muon's weight decay, 3 at most, lets the
    weights forget within two thirds of an epoch (Wang and Aitchison 2024), so that a text which is seen often is not
    learned by heart. Dropout grows with the epochs, too: see `_dropout`. The rate rises during the first 0.15 of the
    steps, 100 at most; the running mean of the weights reaches over a twentieth of them, however often is validated.
    A warm start has a fifth of the steps and of the warm-up; all else, the peak rate and how far the mean reaches too,
    is as from scratch: at a lower rate it learned less.

    Args:
        parameters: as resolved.
        characters: length of the training split.
        steps_per_epoch_at: gives the number of steps of an epoch for a batch size.
    """
    batch_size = parameters.batch_size or _batch_size(characters, parameters.seq_length)
    per_epoch = steps_per_epoch_at(batch_size)
    by_budget = epochs_by_budget(parameters, characters)
    shortened = WARM_SHARE if parameters.warm else 1
    epochs = parameters.epochs or shortened * by_budget
    steps = max(1, round(epochs * per_epoch))
    # Where the schedule lets a longer run go on from a shorter one, nothing may depend on where it ends.
    paced = (parameters.schedule == "cosine" and parameters.epochs) or by_budget
    optimizer = parameters.optimizer or ("muon" if characters >= ENOUGH_FOR_MUON else "adam")
    rate = parameters.learning_rate or _rate(optimizer, batch_size, parameters.units)
    decay = min(MAXIMUM_DECAY, 1 / (FORGETTING_EPOCHS * per_epoch * rate)) if optimizer == "muon" else 0.0
    dropout = _dropout(parameters.units, paced) if parameters.dropout is None else parameters.dropout
    paced_steps = round(paced * per_epoch)
    warmup = round(shortened * min(MAXIMUM_WARMUP, round(WARMUP_SHARE * paced_steps)))
    every = per_epoch if parameters.keep == "latest" else max(1, paced_steps // VALIDATIONS)
    return Fit(
        batch_size=batch_size,
        steps=steps,
        optimizer=optimizer,
        learning_rate=rate,
        weight_decay=decay,
        dropout=dropout,
        warmup_steps=warmup if parameters.warmup_steps is None else parameters.warmup_steps,
        averaging_steps=max(1, int(AVERAGING_SHARE * paced_steps)),
        validate_every=every,
    )


def epochs_by_budget(parameters: TrainingParameters, characters: int) -> float:
    """Passes over a training split of so many characters that training from scratch has, where none are given."""
    return min(MAXIMUM_EPOCHS, parameters.budget / characters)


def shrunk(parameters: TrainingParameters, sequences: int, length: int) -> list[str]:
    """What a step has less of than the parameters say, or is usual, because the training split is short; a phrase each.

    Args:
        parameters: as resolved.
        sequences: of a step, as they are.
        length: of a sequence, in characters, as it is.
    """
    asked = {
        "sequences of a step": (parameters.batch_size or USUAL_BATCH, sequences),
        "characters of a sequence": (parameters.seq_length, length),
    }
    return [f"{what}: {are:,} instead of {were:,}" for what, (were, are) in asked.items() if are < were]


def _batch_size(characters: int, length: int) -> int:
    return min(USUAL_BATCH, max(SMALL_BATCH, characters // (STEPS_PER_EPOCH * length)))


def _rate(optimizer: OptimizerName, batch_size: int, units: int) -> float:
    peak = MUON_RATE if optimizer == "muon" else ADAM_RATE * min(1.0, USUAL_UNITS / units)
    return peak * math.sqrt(batch_size / USUAL_BATCH)


def _dropout(units: int, epochs: float) -> float:
    """0 for 512 units and three epochs, 0.2 more with every doubling of the units, 0.4 with ten times the epochs.

    Fewer take away as much; it stays between 0 and 0.5.
    """
    share = 0.2 * math.log2(units / USUAL_UNITS) + 0.4 * math.log10(epochs / USUAL_EPOCHS)
    return round(min(0.5, max(0.0, share)), 3)
