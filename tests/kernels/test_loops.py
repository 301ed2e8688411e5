import itertools
from dataclasses import replace

import numpy as np
import pytest

from tasks.kernels.layer import Layer
from tasks.kernels.loops import Loops, loops_of
from tasks.kernels.processor import Processor, this_processor
from tests.kernels.reference import document_by_document, packed, sequence, textbook

HERE = this_processor()
RESETS = [[2, 5], [], [0], [1, 2, 3], [0, 1, 2, 3, 4, 5], [5], [0, 3]]  # at which of six steps
KINDS = [HERE, Processor(8, 3, "widened"), Processor(4, 5, "widened")]


def both(layer, given, threads=1, keep=()):
    """What both loops give, by row and unit as the textbook has it."""
    loops = Loops(layer, given.indices.shape[1])
    hidden, _, cells, gates, _ = forward(loops, given, threads, *keep)
    backward = packed(given.recurrent, layer.packing_backward)
    states = given.d_h, given.d_c
    d_z, d_table, *d_states = loops.backward(
        threads, given.indices, backward, given.d_outputs, cells, gates, *states, len(given.table), *keep
    )
    shape = gates.shape[0], gates.shape[2], 4 * layer.units
    made = hidden, by_row(cells), gates.transpose(0, 2, 3, 1, 4).reshape(shape)
    return list(made), [by_step(d_z, shape), d_table, *d_states]


def forward(loops, given, threads, *keep):
    weights = packed(given.recurrent, loops.layer.packing_forward)
    return loops.forward(threads, given.indices, given.table, weights, given.h, given.c, *keep)


def by_row(blocks):
    """States by step, block, row and lane as states by step, row and unit."""
    return blocks.swapaxes(1, 2).reshape(blocks.shape[0], blocks.shape[2], -1)


def by_step(d_z, shape):
    """Gradients in tiles, if they are, by step, row and column."""
    return d_z if d_z.ndim == 3 else d_z.swapaxes(2, 3).reshape(shape[0], -1, shape[2])[:, : shape[1]]


def assert_close(got, expected, tolerance):
    for array, exact in zip(got, expected, strict=True):
        assert array.shape == exact.shape
        assert np.abs(array.astype(float) - exact).max() < tolerance * np.abs(exact).max()


@pytest.mark.parametrize("rows", [1, 7, 21])
@pytest.mark.parametrize("units", [16, 48, 64])
@pytest.mark.parametrize(("bfloat16", "tolerance"), [(False, 2e-6), (True, 2e-2)])
@pytest.mark.parametrize("processor", KINDS, ids=str)
def test_the_loops_compute_what_the_textbook_says(processor, bfloat16, tolerance, units, rows):
    layer = Layer(units, bfloat16, processor)
    given = sequence(layer, rows, steps=6)

    for got, expected in zip(both(layer, given), textbook(given), strict=True):
        assert_close(got, expected, tolerance)


@pytest.mark.parametrize("rows", [1, 7, 21])
@pytest.mark.parametrize("units", [16, 48, 64])
@pytest.mark.parametrize(("bfloat16", "tolerance"), [(False, 2e-6), (True, 2e-2)])
@pytest.mark.parametrize("processor", KINDS, ids=str)
def test_with_resets_each_document_is_computed_as_if_it_stood_alone(processor, bfloat16, tolerance, units, rows):
    layer = Layer(units, bfloat16, processor, resets=True)
    given = sequence(layer, rows, steps=6)
    keep = np.ones((6, rows), np.float32)
    for row, resets in enumerate(itertools.islice(itertools.cycle(RESETS), rows)):
        keep[resets, row] = 0

    for got, expected in zip(both(layer, given, 2, [keep]), document_by_document(given, keep), strict=True):
        assert_close(got, expected, tolerance)


@pytest.mark.parametrize("bfloat16", [False, True])
def test_where_every_step_is_kept_the_bits_are_those_without_resets(bfloat16):
    plain, resetting = Layer(48, bfloat16, HERE), Layer(48, bfloat16, HERE, resets=True)
    given = sequence(plain, rows=7, steps=6)
    expected, got = both(plain, given), both(resetting, given, keep=[np.ones((6, 7), np.float32)])

    assert all(np.array_equal(g, e) for part in zip(got, expected, strict=True) for g, e in zip(*part, strict=True))


@pytest.mark.parametrize("bfloat16", [False, True])
def test_the_number_of_threads_changes_no_bit(bfloat16):
    layer = Layer(96, bfloat16, HERE)
    assert min(layer.blocks_forward, layer.blocks_backward) >= 3
    given = sequence(layer, rows=7, steps=9)
    expected = both(layer, given)

    for threads in (2, 3, 16):
        got = both(layer, given, threads)
        assert all(np.array_equal(g, e) for part in zip(got, expected, strict=True) for g, e in zip(*part, strict=True))


def test_many_steps_in_more_threads_than_processors_come_to_an_end_and_agree():
    layer = Layer(8 * HERE.lanes, False, HERE)
    assert layer.blocks_forward == 8
    given = sequence(layer, rows=1, steps=5000)

    assert np.array_equal(both(layer, given, threads=8)[0][0], both(layer, given)[0][0])


def test_what_is_no_number_stays_so():
    layer = Layer(16, False, HERE)
    given = sequence(layer, rows=2, steps=3)
    given.c[1, 5] = np.nan

    hidden, cells, _ = both(layer, given)[0]

    assert np.isnan(hidden[1, 1, 5])
    assert np.isnan(cells[-1, 1]).any()
    assert np.isfinite(hidden[:, 0]).all()


def test_the_gradients_handed_in_are_not_written_to():
    layer = Layer(16, False, HERE)
    given = sequence(layer, rows=2, steps=3)
    before = given.d_h.copy(), given.d_c.copy()

    both(layer, given)

    assert np.array_equal(given.d_h, before[0])
    assert np.array_equal(given.d_c, before[1])


def test_equal_layers_are_compiled_once():
    assert loops_of(Layer(16, True, HERE), 3) is loops_of(Layer(16, True, HERE), 3)


@pytest.mark.parametrize("index", [-1, 5])
def test_an_index_outside_the_table_is_refused(index):
    given = sequence(Layer(16, False, HERE), rows=2, steps=3)
    given.indices[1, 1] = index

    with pytest.raises(ValueError, match=f"{index}.* 5 rows"):
        both(Layer(16, False, HERE), given)


ARRAYS = ["indices", "table", "recurrent", "h", "c", "d_outputs", "d_h", "d_c"]


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_of_another_type_or_shape_is_refused(name):
    layer = Layer(16, False, HERE)
    given = sequence(layer, rows=2, steps=3)
    array = getattr(given, name)

    with pytest.raises(TypeError, match=r"must be (float32|int32), not float64"):
        both(layer, replace(given, **{name: array.astype(np.float64)}))
    with pytest.raises(TypeError, match=r"must be (float32|int32), not >"):
        both(layer, replace(given, **{name: array.astype(array.dtype.newbyteorder(">"))}))
    if name != "recurrent":  # which is packed first
        with pytest.raises(ValueError, match="must be of the shape"):
            both(layer, replace(given, **{name: array[..., 1:].copy()}))
        with pytest.raises(ValueError, match="must be of the shape"):
            both(layer, replace(given, **{name: array[np.newaxis]}))


@pytest.mark.parametrize("name", ["table", "h", "c", "d_outputs", "d_h", "d_c"])
def test_arrays_in_another_order_are_refused(name):
    layer = Layer(16, False, HERE)
    given = sequence(layer, rows=2, steps=3)

    with pytest.raises(ValueError, match=f"{name} must be contiguous"):
        both(layer, replace(given, **{name: np.asfortranarray(getattr(given, name))}))


def test_what_is_no_array_is_refused():
    layer = Layer(16, False, HERE)
    given = sequence(layer, rows=2, steps=3)

    with pytest.raises(TypeError, match="h must be an array, not list"):
        both(layer, replace(given, h=given.h.tolist()))


def test_the_backward_pass_takes_only_what_the_forward_pass_makes():
    layer = Layer(64, False, HERE)
    given, loops = sequence(layer, rows=2, steps=3), Loops(layer, 2)
    weights = packed(given.recurrent, layer.packing_forward)
    _, _, cells, gates, _ = forward(loops, given, 1)

    def backward(cells, gates, weights):
        loops.backward(1, given.indices, weights, given.d_outputs, cells, gates, given.d_h, given.d_c, 5)

    packed_backward = packed(given.recurrent, layer.packing_backward)
    for wrong in [
        (cells[1:], gates, packed_backward),
        (cells, gates[1:], packed_backward),
        (cells, gates, weights),
    ]:
        with pytest.raises(ValueError, match=r"(cells|gates|weights) must be of the shape"):
            backward(*wrong)


def test_only_a_layer_that_resets_its_state_takes_what_is_kept():
    plain, resetting = Layer(16, False, HERE), Layer(16, False, HERE, resets=True)
    given, keep = sequence(plain, rows=2, steps=3), np.ones((3, 2), np.float32)

    for layer, kept in [(plain, [keep]), (resetting, []), (resetting, [keep, keep]), (resetting, [keep[1:]])]:
        with pytest.raises(ValueError, match=r"arrays of what is kept|keep must be of the shape"):
            both(layer, given, keep=kept)
    with pytest.raises(TypeError, match="keep must be float32"):
        both(resetting, given, keep=[keep.astype(bool)])


@pytest.mark.parametrize("layer", [Layer(20, False, HERE), Layer(16, False, HERE, gates=3)], ids=["units", "gates"])
def test_a_layer_that_the_loops_are_not_for_is_refused(layer):
    with pytest.raises(ValueError, match="no layer of 4 gates and whole vectors of units"):
        Loops(layer, 2)


@pytest.mark.parametrize("bfloat16", [False, True])
def test_without_gates_outputs_and_cells_are_the_same_bits(bfloat16):
    layer, plain = Layer(48, bfloat16, HERE), Layer(48, bfloat16, HERE, differentiable=False)
    given = sequence(layer, rows=7, steps=6)
    expected, (hidden, _, cells, gates, _) = (forward(Loops(one, 7), given, 2) for one in (layer, plain))

    assert np.array_equal(hidden, expected[0])
    assert np.array_equal(cells, expected[2])
    assert len(gates) == 0
