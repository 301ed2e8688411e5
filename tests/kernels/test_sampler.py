import math

import ml_dtypes
import numpy as np
import pytest

from tasks.kernels import gru, lstm
from tasks.kernels.processor import Processor, this_processor
from tasks.kernels.rules import Rules
from tasks.kernels.sampler import Sampler, Samples
from tasks.kernels.sampling_loop import emit_drawing
from tasks.kernels.stack import Stack
from tasks.kernels.weights import Weights
from tests.kernels.reference import sigmoid

HERE = this_processor()
PLAIN = Rules()


def lstm_after(x, y, c):
    i, f, g, o = np.split(x + y, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def gru_after(x, y, h):
    (x_z, x_r, x_h), (y_z, y_r, y_h) = np.split(x, 3), np.split(y, 3)
    z = sigmoid(x_z + y_z)
    h = z * h + (1 - z) * np.tanh(x_h + sigmoid(x_r + y_r) * y_h)
    return h, h


CELLS = {"lstm": lstm.STEP, "gru": gru.STEP}
AFTER = {lstm.STEP: lstm_after, gru.STEP: gru_after}


def weights_of(cell, units, layers, bfloat16, vocabulary=29):
    random, dtype = np.random.default_rng(units), ml_dtypes.bfloat16 if bfloat16 else np.float32

    def normal(*shape, scale=1.0):
        return random.normal(0, scale, shape).astype(np.float32)

    return Weights(
        tables=[normal((1 if number else vocabulary) + cell.apart, cell.gates * units) for number in range(layers)],
        products=[
            normal((2 if number else 1) * units, cell.gates * units, scale=units**-0.5).astype(dtype)
            for number in range(layers)
        ],
        kernel=normal(units, vocabulary, scale=units**-0.5).astype(dtype),
        bias=normal(vocabulary, scale=0.3),
    )


def sampler(cell, weights, bfloat16, processor=HERE, threads=1):
    units, vocabulary = weights.kernel.shape
    stack = Stack(
        cell=cell,
        layers=len(weights.tables),
        units=units + -units % processor.lanes,
        vocabulary=vocabulary,
        bfloat16=bfloat16,
        processor=processor,
    )
    return Sampler(stack, weights, threads)


def drawn(sampler, texts, steps=12, rules=PLAIN, rows=slice(None), position=0, temperature=0.8, samples=None):
    """Ids, surprise, lengths and where the samples stand, for some rows of a batch."""
    uniforms = np.random.default_rng(5).random((64, len(texts)), np.float32)[position : position + steps, rows]
    if samples is None:
        recent = np.full((len(texts), rules.remembered), -1, np.int32)
        for row, text in enumerate(texts):
            known = text[-rules.remembered :]
            recent[row, -len(known) :] = known
        ended = np.zeros(len(texts[rows]), bool)
        samples = Samples(states=sampler.read(texts[rows], rules.reset_at), recent=recent[rows], ended=ended)
    return sampler.draw(samples, uniforms, temperature, position, rules)


def logits_after(cell, weights, text, reset_at):
    """The logits after each character, in float64, as the textbook has them."""
    units, made = weights.kernel.shape[0], []
    for one in text:
        if not made or one == reset_at:
            h, memory = np.zeros((2, len(weights.tables), units))
        below = np.zeros(0)
        for number, (table, products) in enumerate(zip(weights.tables, weights.products, strict=True)):
            outer, inner = np.split(products.astype(float), [len(below)])
            x, y = below @ outer + table[0 if number else one], h[number] @ inner + (table[-1] if cell.apart else 0)
            below, memory[number] = AFTER[cell](x, y, memory[number])
            h[number] = below
        made.append(below @ weights.kernel.astype(float) + weights.bias)
    return np.array(made)


def surprise_of(cell, weights, prompt, ids, reset_at):
    logits = logits_after(cell, weights, [*prompt, *ids[:-1]], reset_at)[len(prompt) - 1 :]
    top = logits.max(1)
    return (np.log(np.exp(logits - top[:, None]).sum(1)) - (logits[np.arange(len(ids)), ids] - top)) / math.log(2)


@pytest.mark.parametrize(
    ("cell", "processor", "bfloat16", "units", "layers", "tolerance"),
    [
        ("lstm", HERE, False, 12, 2, 1e-5),
        ("lstm", HERE, True, 64, 2, 0.1),
        ("lstm", Processor(4, 5, "widened"), True, 10, 1, 0.1),
        ("gru", HERE, False, 12, 3, 1e-5),
        ("gru", HERE, True, 64, 2, 0.1),
        ("gru", Processor(4, 5, "widened"), True, 10, 2, 0.1),
    ],
    ids=str,
)
def test_the_surprise_of_what_is_drawn_is_what_the_textbook_says(cell, processor, bfloat16, units, layers, tolerance):
    cell, texts = CELLS[cell], [[1, 2, 3], [4], [3, 3, 4, 3, 0]]
    weights = weights_of(cell, units, layers, bfloat16, vocabulary=5)
    one = sampler(cell, weights, bfloat16, processor, threads=2)

    ids, bits, lengths, _ = drawn(one, texts, rules=Rules(reset_at=3))

    assert lengths.tolist() == [12] * 3
    assert (ids[:-1] == 3).any()
    for row, text in enumerate(texts):
        exact = surprise_of(cell, weights, text, ids[:, row], reset_at=3)
        assert np.abs(bits[:, row] - exact).max() < tolerance


@pytest.fixture(scope="module", params=CELLS.values(), ids=CELLS)
def batch(request):
    """A sampler in one thread, what it draws of 20 samples, and the sampler in more threads."""
    cell, texts = request.param, [[row % 9 + 1] * (row % 4 + 1) for row in range(20)]
    weights = weights_of(cell, 64, 2, bfloat16=True)
    one, several = (sampler(cell, weights, bfloat16=True, threads=threads) for threads in (1, 3))
    return one, texts, drawn(one, texts), several


def test_a_row_is_the_same_bits_whatever_rows_there_are_beside_it(batch):
    one, texts, (ids, bits, _, after), _ = batch

    for rows in (slice(0, 1), slice(7, 19)):
        again = drawn(one, texts, rows=rows)
        assert np.array_equal(again[0], ids[:, rows])
        assert np.array_equal(again[1], bits[:, rows])
        for got, expected in zip(again[3].states, after.states, strict=True):
            assert np.array_equal(got, expected[rows])


def test_the_number_of_threads_changes_no_bit(batch):
    _, texts, (ids, bits, _, after), several = batch

    again = drawn(several, texts)

    assert np.array_equal(again[0], ids)
    assert np.array_equal(again[1], bits)
    assert all(np.array_equal(got, expected) for got, expected in zip(again[3].states, after.states, strict=True))


def test_a_sample_goes_on_from_where_it_stands_as_if_it_had_not_been_interrupted(batch):
    one, texts, (ids, bits, _, after), _ = batch

    first = drawn(one, texts, steps=5)
    rest = drawn(one, texts, steps=7, position=5, samples=first[3])

    assert np.array_equal(np.concatenate([first[0], rest[0]]), ids)
    assert np.array_equal(np.concatenate([first[1], rest[1]]), bits)
    assert all(np.array_equal(got, expected) for got, expected in zip(rest[3].states, after.states, strict=True))


def test_drawing_stops_when_all_samples_have_ended():
    one, texts = sampler(lstm.STEP, weights_of(lstm.STEP, 12, 1, False, vocabulary=3), False), [[1], [2], [0], [1, 2]]
    whole, *_ = drawn(one, texts, steps=60)
    ends = [int(np.flatnonzero(row[2:] == 1)[0]) + 3 for row in whole.T]
    assert len(set(ends)) > 1

    ids, _, lengths, after = drawn(one, texts, steps=60, rules=Rules(stop=(1,), minimum_length=3))

    last = max(ends)
    assert lengths.tolist() == ends
    assert after.ended.all()
    assert after.recent.tolist() == whole[last - 1 : last].T.tolist()
    assert np.array_equal(ids[:last], whole[:last])
    assert not ids[last:].any()


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
@pytest.mark.parametrize("index", [-1, 29])
def test_a_character_that_the_table_lacks_is_refused(cell, index):
    one = sampler(cell, weights_of(cell, 12, 1, False), False)

    with pytest.raises(ValueError, match=f"{index}.* 29 rows"):
        one.read([[1, index]], None)
    with pytest.raises(ValueError, match=f"{index}.* 29 rows"):
        drawn(one, [[index]], samples=Samples(states=[], recent=np.array([[index]]), ended=np.zeros(1, bool)))


def test_a_long_text_that_ends_samples_takes_no_more_code():
    stack = Stack(cell=lstm.STEP, layers=1, units=16, vocabulary=29, bfloat16=False, processor=HERE)
    short, long = (len(emit_drawing(stack, 1, Rules(stop=(1,) * count))) for count in (2, 2000))

    assert long < short + 2 * 4 * 3 * 2000  # the constant's bytes, each written in three letters at most
