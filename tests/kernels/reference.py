"""An LSTM over a sequence and its gradients in NumPy and float64, written as the textbook has them."""

import itertools
from dataclasses import dataclass, replace

import ml_dtypes
import numpy as np

from tasks.kernels.layer import Layer


@dataclass
class Sequence:
    """Inputs of both loops, none of them zero."""

    indices: np.ndarray
    table: np.ndarray
    recurrent: np.ndarray
    h: np.ndarray
    c: np.ndarray
    d_outputs: np.ndarray
    d_h: np.ndarray
    d_c: np.ndarray


def sequence(layer: Layer, rows: int, steps: int) -> Sequence:
    random, units = np.random.default_rng(rows), layer.units
    dtype = ml_dtypes.bfloat16 if layer.bfloat16 else np.float32

    def normal(*shape, dtype=np.float32, scale=0.5):
        return random.normal(0, scale, shape).astype(dtype)

    return Sequence(
        indices=random.integers(0, 5, (steps, rows)).astype(np.int32),
        table=normal(5, 4 * units),
        recurrent=normal(units, 4 * units, dtype=dtype, scale=units**-0.5),
        h=normal(rows, units, dtype=dtype),
        c=normal(rows, units),
        d_outputs=normal(steps, rows, units, dtype=dtype),
        d_h=normal(rows, units),
        d_c=normal(rows, units),
    )


def packed(weights, packing):
    return np.ascontiguousarray(weights.reshape(packing.shape).transpose(packing.axes))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def textbook(given: Sequence):
    """Hidden, cells, gates, then d_z, d_table, d_h and d_c, all in float64."""
    weights = given.recurrent.astype(float)
    hidden, cells, gates = [given.h.astype(float)], [given.c.astype(float)], []
    for indices in given.indices:
        i, f, g, o = np.split(hidden[-1] @ weights + given.table[indices], 4, 1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        cells.append(f * cells[-1] + i * g)
        hidden.append(o * np.tanh(cells[-1]))
        gates.append(np.concatenate([i, f, g, o], 1))
    d_h, d_c = given.d_h.astype(float), given.d_c.astype(float)
    d_z, d_table = [], np.zeros(given.table.shape)
    for t in reversed(range(len(given.indices))):
        i, f, g, o = np.split(gates[t], 4, 1)
        squashed = np.tanh(cells[t + 1])
        d_h = d_h + given.d_outputs[t].astype(float)
        d_c = d_c + d_h * o * (1 - squashed**2)
        parts = d_c * g * i * (1 - i), d_c * cells[t] * f * (1 - f), d_c * i * (1 - g**2), d_h * squashed * o * (1 - o)
        d_z.insert(0, np.concatenate(parts, 1))
        np.add.at(d_table, given.indices[t], d_z[0])
        d_h, d_c = d_z[0] @ weights.T, d_c * f
    return [np.array(hidden), np.array(cells), np.array(gates)], [np.array(d_z), d_table, d_h, d_c]


def document_by_document(given: Sequence, keep: np.ndarray):
    """The textbook's numbers where each row is several sequences: one begins from a zero state wherever keep is 0."""
    (steps, rows), units = keep.shape, given.h.shape[1]
    hidden, cells = np.zeros((2, steps + 1, rows, units))
    gates, d_z, d_table = np.zeros((steps, rows, 4 * units)), np.zeros((steps, rows, 4 * units)), 0
    d_h, d_c = np.zeros((2, rows, units))
    hidden[0], cells[0] = given.h, given.c
    for row in range(rows):
        bounds = sorted({0, *np.flatnonzero(keep[:, row] == 0).tolist(), steps})
        for start, end in itertools.pairwise(bounds):
            at, one = slice(start, end), slice(row, row + 1)
            goes_on, is_last = keep[start, row], end == steps
            piece = replace(
                given,
                indices=given.indices[at, one],
                h=given.h[one] * goes_on,
                c=given.c[one] * goes_on,
                d_outputs=given.d_outputs[at, one],
                d_h=given.d_h[one] * is_last,
                d_c=given.d_c[one] * is_last,
            )
            made, gradients = textbook(piece)
            hidden[start + 1 : end + 1, one], cells[start + 1 : end + 1, one] = made[0][1:], made[1][1:]
            gates[at, one], d_z[at, one], d_table = made[2], gradients[0], d_table + gradients[1]
            if start == 0:
                d_h[one], d_c[one] = gradients[2] * goes_on, gradients[3] * goes_on
    return [hidden, cells, gates], [d_z, d_table, d_h, d_c]
