"""What draws characters: kernels on a CPU where they are available, else TensorFlow."""

from collections.abc import Sequence
from typing import Protocol

import keras
import numpy as np
import tensorflow as tf

from tasks.kernels.availability import available
from tasks.kernels.cell_step import CellStep
from tasks.kernels.processor import this_processor
from tasks.kernels.rules import Rules
from tasks.kernels.sampler import Sampler, Samples
from tasks.kernels.stack import Stack
from tasks.kernels.weights import Weights
from tasks.network.device import used_device
from tasks.network.numerics import used_threads
from tasks.network.step import DenseWeights, RecurrentWeights, weights_for_steps
from tasks.sampling.loop import TensorLoop


class Engine(Protocol):
    """Draws characters from one network; each row's are the same whatever rows there are beside it."""

    def read(self, texts: Sequence[np.ndarray], reset_at: int | None) -> list[np.ndarray]:
        """The states after all but the last characters of some texts."""

    def draw(
        self, samples: Samples, uniforms: np.ndarray, temperature: float, position: int, rules: Rules
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, Samples]:
        """More characters: ids and surprise by step and row, how many each row has of them, where the samples stand."""


def engine_of(network: keras.Model, dtype: tf.DType, needed: int) -> Engine:
    """What draws from a network with products in this type, so many samples in all."""
    layers = weights_for_steps(network, dtype)
    cells = {layer.cell for layer in layers if isinstance(layer, RecurrentWeights)}
    if available() and used_device() == "cpu" and len(cells) == 1:
        return _sampler(layers, cells.pop().emitted, dtype == tf.bfloat16)
    return TensorLoop(layers, dtype, [state.shape[-1] for state in network.inputs[1:]], needed)


def _sampler(layers: Sequence[RecurrentWeights | DenseWeights], cell: CellStep, bfloat16: bool) -> Sampler:
    """The kernels with these weights for steps, all of one cell."""
    *recurrent, (kernel, bias) = [[weight.numpy() for weight in of_layer[:3]] for of_layer in layers]
    (table, first, _), *above = recurrent
    biases = [bias.reshape(-1, inner.shape[1]) for _, inner, bias in recurrent]
    units, processor = len(first), this_processor()
    weights = Weights(
        tables=[np.concatenate([table + biases[0][:1], biases[0][1:]]), *biases[1:]],
        products=[first, *(np.concatenate([outer, inner]) for outer, inner, _ in above)],
        kernel=kernel,
        bias=bias,
    )
    stack = Stack(
        cell=cell,
        layers=len(recurrent),
        units=units + -units % processor.lanes,
        vocabulary=kernel.shape[1],
        bfloat16=bfloat16,
        processor=processor,
    )
    return Sampler(stack, weights, used_threads())
