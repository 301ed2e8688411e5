"""The memory that training takes, told before it begins, so that what cannot fit is refused instead of killed."""

from typing import NamedTuple

from tasks.learning.hyperparameters import Fit
from tasks.network.memory import usable_memory
from tasks.network.parameters import TrainingParameters

FLOAT = 4
GIGA = 10**9


class TooLargeError(RuntimeError):
    """Training would need more memory than there is."""


class Footprint(NamedTuple):
    """Bytes that training holds at once, at least: what goes with the weights, and what with the characters of a step.

    `weights` is how many weights there are.
    """

    weights: int
    of_weights: int
    of_step: int


def require_memory(parameters: TrainingParameters, fitted: Fit, vocabulary_size: int, shape: tuple[int, int]) -> None:
    """See that there is memory for a training, whose steps are of so many sequences of so many characters.

    Raises:
        TooLargeError: more is needed than this process may use.
    """
    needs, has = footprint(parameters, fitted, vocabulary_size, shape), usable_memory()
    if needs.of_weights + needs.of_step <= has:
        return
    lower = "--units or --layers" if needs.of_weights > needs.of_step else "--batch-size, --seq-length or --units"
    raise TooLargeError(
        f"training needs at least {_told(needs.of_weights + needs.of_step)} of memory, and there are {_told(has)}: "
        f"{_told(needs.of_weights)} for {needs.weights:,} weights and what goes with them, {_told(needs.of_step)} for "
        f"the {shape[0] * shape[1]:,} characters of a step; lower {lower}"
    )


def footprint(parameters: TrainingParameters, fitted: Fit, vocabulary_size: int, shape: tuple[int, int]) -> Footprint:
    """What a training takes whose steps are of so many sequences of so many characters."""
    kernels, others = _weights(parameters, vocabulary_size)
    copies = 2 + parameters.averaged + (parameters.keep == "best")  # the weights, their gradients, means and the best
    moments = 2 * others + kernels * (1 if fitted.optimizer == "muon" else 2)
    of_weights = FLOAT * ((kernels + others) * copies + moments)
    return Footprint(kernels + others, of_weights, shape[0] * shape[1] * _bytes_of_place(parameters, vocabulary_size))


def _weights(parameters: TrainingParameters, vocabulary_size: int) -> tuple[int, int]:
    """How many weights the kernels of recurrent layers have, and how many all else has."""
    units, gates = parameters.units, _gates(parameters)
    inputs = parameters.embedding_dim + (parameters.layers - 1) * units
    biases = parameters.layers * gates * units * (1 if parameters.cell == "lstm" else 2)
    ends = vocabulary_size * (parameters.embedding_dim + units + 1)
    return gates * units * (inputs + parameters.layers * units), biases + ends


def _bytes_of_place(parameters: TrainingParameters, vocabulary_size: int) -> int:
    """What a step keeps for each character of each sequence until its gradient is taken.

    With what TensorFlow holds for a while half as much again was measured: what is counted here is needed at least.
    """
    item = 2 if parameters.precision == "bfloat16" else FLOAT
    outputs_cells_and_gates = parameters.layers * (item + FLOAT + _gates(parameters) * item)
    inputs_above_the_first = (parameters.layers - 1) * _gates(parameters) * FLOAT
    logits_and_their_gradient = vocabulary_size * 2 * FLOAT
    gradients_of_a_layer = _gates(parameters) * item
    of_unit = outputs_cells_and_gates + inputs_above_the_first + gradients_of_a_layer
    return parameters.units * of_unit + logits_and_their_gradient


def _gates(parameters: TrainingParameters) -> int:
    return 4 if parameters.cell == "lstm" else 3


def _told(size: int) -> str:
    return f"{size / GIGA:,.1f} GB"
