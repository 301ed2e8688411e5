from dataclasses import replace

import numpy as np
import pytest

from tasks.kernels.gru_loops import GruLoops, gru_loops_of
from tasks.kernels.layer import Layer
from tasks.kernels.processor import Processor, this_processor
from tests.kernels.gru_reference import sequence, textbook
from tests.kernels.reference import packed
from tests.kernels.test_loops import assert_close, by_row, by_step

HERE = this_processor()
KINDS = [HERE, Processor(8, 3, "widened"), Processor(4, 5, "widened")]


def gru(units, bfloat16=False, processor=HERE, **options):
    return Layer(units, bfloat16, processor, gates=3, **options)


def both(layer, given, threads=1):
    loops, keep = GruLoops(layer, given.h.shape[0]), [given.keep] if layer.resets else []
    weights = packed(given.recurrent, layer.packing_forward)
    hidden, last, states, saved, _ = loops.forward(
        threads, given.indices, given.table, weights, given.bias, given.h, *keep
    )
    weights, rest = packed(given.recurrent, layer.packing_backward), (given.d_h, len(given.table), *keep)
    d_z, *others = loops.backward(threads, given.indices, weights, given.d_outputs, states, saved, *rest)
    assert np.array_equal(by_row(states)[-1], last)
    shape = len(saved), loops.rows, -1
    made = [hidden, by_row(states), saved.transpose(0, 2, 3, 1, 4).reshape(shape)]
    return made, [by_step(d_z, (*shape[:2], 3 * layer.units)), *others]


def assert_same_bits(got, expected):
    assert all(np.array_equal(g, e) for part in zip(got, expected, strict=True) for g, e in zip(*part, strict=True))


@pytest.mark.parametrize("resets", [False, True])
@pytest.mark.parametrize(("units", "rows"), [(16, 1), (48, 7), (64, 21)])
@pytest.mark.parametrize(("bfloat16", "tolerance"), [(False, 4e-6), (True, 3e-2)])
@pytest.mark.parametrize("processor", KINDS, ids=str)
def test_the_loops_compute_what_the_textbook_says(processor, bfloat16, tolerance, units, rows, resets):
    layer = gru(units, bfloat16, processor, resets=resets)
    given = sequence(layer, rows, steps=6)

    (hidden, *made), gradients = both(layer, given)
    expected, expected_gradients = textbook(given)

    assert_close([hidden, *made], [expected[0], *expected], tolerance)
    assert_close(gradients, expected_gradients, tolerance)


@pytest.mark.parametrize("bfloat16", [False, True])
def test_the_number_of_threads_changes_no_bit(bfloat16):
    layer = gru(96, bfloat16)
    assert min(layer.blocks_forward, layer.blocks_backward) >= 3
    given = sequence(layer, rows=7, steps=9)

    for threads in (2, 3, 16):
        assert_same_bits(both(layer, given, threads), both(layer, given))


@pytest.mark.parametrize("bfloat16", [False, True])
def test_where_every_step_is_kept_the_bits_are_those_without_resets(bfloat16):
    plain, resetting = gru(48, bfloat16), gru(48, bfloat16, resets=True)
    given = sequence(plain, rows=7, steps=6)

    assert_same_bits(both(resetting, given), both(plain, given))


def test_only_the_product_sees_the_state_in_bfloat16():
    layer = gru(16, bfloat16=True)
    given = sequence(layer, rows=3, steps=50)
    given.table[:, :16] = 20  # z is one: the state stays as it was

    hidden, states, _ = both(layer, given)[0]

    assert np.array_equal(states[-1], given.h)
    assert not np.array_equal(hidden[-1].astype(np.float32), given.h)


def test_without_gradients_outputs_and_states_are_the_same_bits():
    layer, plain = gru(48), gru(48, differentiable=False)
    given = sequence(layer, rows=7, steps=6)
    weights = packed(given.recurrent, layer.packing_forward)
    expected, (hidden, _, states, saved, _) = (
        GruLoops(one, 7).forward(2, given.indices, given.table, weights, given.bias, given.h) for one in (layer, plain)
    )

    assert np.array_equal(hidden, expected[0])
    assert np.array_equal(states, expected[2])
    assert len(saved) == 0


def test_equal_layers_are_compiled_once():
    assert gru_loops_of(gru(16), 3) is gru_loops_of(gru(16), 3)


@pytest.mark.parametrize("name", ["indices", "table", "recurrent", "bias", "h", "d_outputs", "d_h", "keep"])
def test_an_array_of_another_type_or_shape_is_refused(name):
    layer = gru(16, resets=True)
    given = sequence(layer, rows=2, steps=3)
    array = getattr(given, name)

    with pytest.raises(TypeError, match=r"must be (float32|int32), not float64"):
        both(layer, replace(given, **{name: array.astype(np.float64)}))
    if name != "recurrent":  # which is packed first
        with pytest.raises(ValueError, match="must be of the shape"):
            both(layer, replace(given, **{name: array[..., 1:].copy()}))


def test_loops_of_another_cell_are_refused():
    with pytest.raises(ValueError, match="no layer of 3 gates"):
        GruLoops(Layer(16, False, HERE), 2)
