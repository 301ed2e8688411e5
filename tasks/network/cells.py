"""The recurrent cells: what a layer of each has, and what it computes in one step and over a sequence."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from tasks.kernels import gru, lstm
from tasks.kernels.cell_step import CellStep
from tasks.network.gru_scan import gru_scan
from tasks.network.parameters import CellName
from tasks.network.scan import lstm_scan

Step = Callable[[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]


@dataclass(frozen=True)
class Cell:
    """A kind of recurrent layer. Of its states the last is its memory, float32; one before it is its output.

    Attributes:
        name: as the parameters have it.
        gates: how many parts its kernels have, side by side, each for all units.
        biases: one for inputs; a second one where the recurrent product has its own.
        states: their names.
        layer: the stock Keras layer.
        step: output, in the type of the products, and memory after a step. It takes the output before times the
            recurrent kernel, `(batch, gates * units)`; the input times the kernel, the same in float32; the layer's
            bias; the memory before, `(batch, units)`.
        scan: the same over a sequence, in machine code: see `lstm_scan`.
        emitted: the step as the loops that draw emit it.
    """

    name: CellName
    gates: int
    biases: int
    states: tuple[str, ...]
    layer: type[keras.layers.RNN]
    step: Step
    scan: Callable[..., Any]
    emitted: CellStep


def _lstm(products: tf.Tensor, inputs: tf.Tensor, bias: tf.Tensor, c: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Hochreiter and Schmidhuber 1997, with forget gate; gates in the order i f c o."""
    i, f, g, o = tf.split(tf.cast(products, tf.float32) + inputs + bias, 4, 1)
    c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
    return tf.cast(tf.sigmoid(o) * tf.tanh(c), products.dtype), c


def _gru(products: tf.Tensor, inputs: tf.Tensor, bias: tf.Tensor, h: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Cho et al. 2014, in the variant whose reset gate is applied after the product; gates in the order z r h."""
    x_z, x_r, x_h = tf.split(inputs + bias[0], 3, 1)
    h_z, h_r, h_h = tf.split(tf.cast(products, tf.float32) + bias[1], 3, 1)
    z = tf.sigmoid(x_z + h_z)
    new = z * h + (1 - z) * tf.tanh(x_h + tf.sigmoid(x_r + h_r) * h_h)
    return tf.cast(new, products.dtype), new


LSTM = Cell(
    name="lstm",
    gates=lstm.GATES,
    biases=1,
    states=("h", "c"),
    layer=keras.layers.LSTM,
    step=_lstm,
    scan=lstm_scan,
    emitted=lstm.STEP,
)
GRU = Cell(
    name="gru",
    gates=gru.GATES,
    biases=2,
    states=("h",),
    layer=keras.layers.GRU,
    step=_gru,
    scan=gru_scan,
    emitted=gru.STEP,
)
CELLS = LSTM, GRU


def cell_named(name: CellName) -> Cell:
    """The cell of this name."""
    return next(cell for cell in CELLS if cell.name == name)


def cell_of(layer: keras.layers.Layer) -> Cell:
    """The cell of a stock recurrent layer."""
    return next(cell for cell in CELLS if isinstance(layer, cell.layer))
