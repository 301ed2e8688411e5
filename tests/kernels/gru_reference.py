"""A GRU over a sequence and its gradients in NumPy and float64, its reset gate after the product."""

from dataclasses import dataclass

import ml_dtypes
import numpy as np

from tests.kernels.reference import sigmoid


@dataclass
class Sequence:
    """Inputs of both loops, none of them zero; without resets keep is one everywhere."""

    indices: np.ndarray
    table: np.ndarray
    recurrent: np.ndarray
    bias: np.ndarray
    h: np.ndarray
    d_outputs: np.ndarray
    d_h: np.ndarray
    keep: np.ndarray


def sequence(layer, rows, steps):
    random, units = np.random.default_rng(rows), layer.units
    dtype = ml_dtypes.bfloat16 if layer.bfloat16 else np.float32

    def normal(*shape, dtype=np.float32, scale=0.5):
        return random.normal(0, scale, shape).astype(dtype)

    return Sequence(
        indices=random.integers(0, 5, (steps, rows)).astype(np.int32),
        table=normal(5, 3 * units),
        recurrent=normal(units, 3 * units, dtype=dtype, scale=units**-0.5),
        bias=normal(3, units),
        h=normal(rows, units),
        d_outputs=normal(steps, rows, units, dtype=dtype),
        d_h=normal(rows, units),
        keep=(random.random((steps, rows)) < (0.7 if layer.resets else 1)).astype(np.float32),
    )


def textbook(given):
    """States and what is saved, then d_z, d_table, d_bias and d_h, all in float64."""
    weights, bias = given.recurrent.astype(float), given.bias.astype(float)
    states, saved = [given.h.astype(float)], []
    for indices, keep in zip(given.indices, given.keep, strict=True):
        before = states[-1] * keep[:, None]
        x_z, x_r, x_h = np.split(given.table[indices].astype(float), 3, 1)
        y_z, y_r, y_h = np.split(before @ weights + bias.ravel(), 3, 1)
        z, r = sigmoid(x_z + y_z), sigmoid(x_r + y_r)
        candidate = np.tanh(x_h + r * y_h)
        states.append(z * before + (1 - z) * candidate)
        saved.append(np.concatenate([z, r, candidate, y_h], 1))
    d_state, d_table, d_zs = given.d_h.astype(float), np.zeros(given.table.shape), []
    for t in reversed(range(len(given.indices))):
        z, r, candidate, y_h = np.split(saved[t], 4, 1)
        keep = given.keep[t][:, None]
        d_state = d_state + given.d_outputs[t].astype(float)
        d_x_h = d_state * (1 - z) * (1 - candidate**2)
        d_x_r = d_x_h * y_h * r * (1 - r)
        d_x_z = d_state * (states[t] * keep - candidate) * z * (1 - z)
        np.add.at(d_table, given.indices[t], np.concatenate([d_x_z, d_x_r, d_x_h], 1))
        d_zs.insert(0, np.concatenate([d_x_z, d_x_r, d_x_h * r], 1))
        d_state = keep * (d_state * z + d_zs[0] @ weights.T)
    d_z = np.array(d_zs)
    return [np.array(states), np.array(saved)], [d_z, d_table, d_z.sum((0, 1)).reshape(3, -1), d_state]
