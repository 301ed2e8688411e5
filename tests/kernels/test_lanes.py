import numpy as np

from tasks.kernels import lanes
from tasks.kernels.emitting import Code
from tasks.kernels.running import Compiled
from tasks.kernels.values import FLOAT


def computed(function, x):
    """The function of every vector of eight numbers, as emitted code gives it."""
    code = Code("computed", ["thread", "threads", "steps"], ["counter", "x", "y"])
    x_memory, y_memory = (code.memory(argument, FLOAT, 8, 1) for argument in ("x", "y"))
    with code.loop(0, code.number("steps")) as vector:
        y_memory.at(vector).store(function(x_memory.at(vector).load(8)))
    y = np.empty_like(x)
    Compiled("computed", code.finish()).run(1, len(x) // 8, x, y)
    return y


def test_powers_of_two_are_exact_to_two_units_in_the_last_place_and_zero_where_they_are_no_normal_floats():
    x = np.concatenate([np.linspace(-126, 0, 1 << 16), [-0.0, 0.0, -126, -126.01, -1e9, -np.inf, np.nan, -1]])

    y = computed(lanes.power_of_two, x.astype(np.float32))

    np.testing.assert_allclose(y[:-8], 2.0 ** x[:-8].astype(np.float32).astype(float), rtol=2.4e-7)
    np.testing.assert_equal(y[-8:], np.array([1, 1, 2.0**-126, 0, 0, 0, np.nan, 0.5], np.float32))


def test_the_sum_and_the_largest_of_a_vector_are_in_all_of_its_lanes():
    x = np.random.default_rng(1).normal(size=(5, 8)).astype(np.float32)

    np.testing.assert_allclose(computed(lanes.summed, x.ravel()).reshape(5, 8), x.sum(1, keepdims=True) + 0 * x, 1e-5)
    np.testing.assert_array_equal(computed(lanes.largest, x.ravel()).reshape(5, 8), x.max(1, keepdims=True) + 0 * x)
