import numpy as np
import pytest

from tasks.kernels import activations
from tasks.kernels.emitting import Code
from tasks.kernels.processor import this_processor
from tasks.kernels.running import Compiled
from tasks.kernels.values import FLOAT

LANES = sorted({4, this_processor().lanes})
EXACT = {"sigmoid": lambda x: 1 / (1 + np.exp(-x)), "tanh": np.tanh}


def computed(name, x, lanes=4):
    """The function of every number, as emitted code gives it."""
    code = Code(name, ["thread", "threads", "steps"], ["counter", "x", "y"])
    x_memory, y_memory = (code.memory(argument, FLOAT, lanes) for argument in ("x", "y"))
    with code.loop(0, code.number("steps")) as vector:
        y_memory.at(vector).store(getattr(activations, name)(x_memory.at(vector).load(lanes)))
    x, y = np.asarray(x, np.float32), np.empty(len(x), np.float32)
    Compiled(name, code.finish()).run(1, len(x) // lanes, x, y)
    return y


@pytest.mark.parametrize("lanes", LANES)
@pytest.mark.parametrize("name", EXACT)
def test_they_are_exact_to_within_two_units_in_the_last_place_of_one(name, lanes):
    x = np.linspace(-30, 30, 1 << 18)

    assert np.abs(computed(name, x, lanes) - EXACT[name](x.astype(np.float32).astype(float))).max() < 2 * 2**-24 * 2


@pytest.mark.parametrize("lanes", LANES)
def test_small_values_of_tanh_have_all_their_digits(lanes):
    x = np.concatenate([s * np.geomspace(1e-30, 0.1, 1000) for s in (-1, 1)]).astype(np.float32)

    np.testing.assert_allclose(computed("tanh", x, lanes), np.tanh(x.astype(float)), rtol=4e-7)


@pytest.mark.parametrize("lanes", LANES)
@pytest.mark.parametrize(("name", "ends"), [("sigmoid", (0, 1)), ("tanh", (-1, 1))])
def test_far_from_zero_they_stay_at_their_ends_and_what_is_no_number_stays_so(name, ends, lanes):
    got = computed(name, [-np.inf, np.inf, -3e38, 3e38, np.nan, 0.0, -0.0, 1.0] * 2, lanes)

    np.testing.assert_allclose(got[:4], [*ends, *ends], atol=1e-30)
    assert np.isnan(got[4])
    assert list(got[5:7]) == [EXACT[name](0.0)] * 2
