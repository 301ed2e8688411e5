import numpy as np
import pytest
import tensorflow as tf

from tasks.kernels.processor import Processor, this_processor
from tasks.network import scan
from tasks.network.cells import CELLS
from tasks.network.fallback import scan as in_operations

HERE, EIGHT_LANES = this_processor(), Processor(8, 3, "widened")


def a_layer(cell, units):
    """A table, its rows by step and row, recurrent weights, bias if any and states, and where the state is kept."""
    random = np.random.default_rng(units)
    columns, rows, steps = cell.gates * units, 3, 50

    def numbers(*shape):
        return tf.constant(random.normal(size=shape, scale=0.3), tf.float32)

    indices = tf.constant(random.integers(0, 5, (steps, rows)), tf.int32)
    keep = tf.constant(random.random((steps, rows)) > 0.1, tf.float32)
    bias = [numbers(columns)] if cell.name == "gru" else []
    states = [numbers(rows, units) for _ in cell.states]
    return [numbers(5, columns), indices, numbers(units, columns) / units**0.5, *bias, *states], keep


@pytest.mark.parametrize("resets", [False, True])
@pytest.mark.parametrize("units", [12, 64])
@pytest.mark.parametrize(
    "processor", dict.fromkeys([HERE, EIGHT_LANES]), ids=lambda processor: f"{processor.lanes} lanes"
)
@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)
def test_outputs_and_gradients_are_those_of_plain_operations(monkeypatch, cell, processor, units, resets):
    monkeypatch.setattr(scan, "this_processor", lambda: processor)
    (table, indices, *given), keep = a_layer(cell, units)
    keep = keep if resets else None

    def outputs_and_gradients(run):
        with tf.GradientTape() as tape:
            tape.watch([table, *given])
            outputs, *_ = run(table, indices, *given, dtype=tf.float32, keep=keep)
            loss = tf.reduce_sum(outputs * tf.cos(tf.range(units, dtype=tf.float32)))
        return [outputs, *map(tf.convert_to_tensor, tape.gradient(loss, [table, *given]))]

    made = outputs_and_gradients(cell.scan)

    for ours, plain in zip(
        made, outputs_and_gradients(lambda *them, **how: in_operations(cell, *them, **how)), strict=True
    ):
        np.testing.assert_allclose(ours, plain, rtol=2e-4, atol=2e-4)
