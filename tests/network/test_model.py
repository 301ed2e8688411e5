import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

from tasks.network.model import build, describe_layers, dropout_masks, forward, zero_states
from tasks.network.step import step, weights_for_steps
from tests.tiny_models import VOCABULARY, noise, parameters, random_network, random_states

SHAPES = [(1, 1), (3, 1), (4, 7)]


def ids_of_shape(batch, length):
    return noise(batch * length, seed=batch).reshape(batch, length).astype(np.int32)


def close(got, expected, tolerance=1e-5):
    np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance)


@tf.function
def fast_pass(network, ids, states, pulls, dtype=tf.float32):
    with tf.GradientTape() as tape:
        tape.watch(states)
        logits, new = forward(network, ids, states, dtype)
        outputs = [tf.transpose(logits, (1, 0, 2)), *new]
        loss = tf.add_n([tf.reduce_sum(o * p) for o, p in zip(outputs, pulls, strict=True)])
    return outputs, tape.gradient(loss, [w.value for w in network.trainable_weights] + states)


def stock_pass(network, ids, states, pulls):
    with tf.GradientTape() as tape:
        tape.watch(states)
        outputs = network([tf.constant(ids), *states])
        loss = tf.add_n([tf.reduce_sum(o * p) for o, p in zip(outputs, pulls, strict=True)])
    return outputs, tape.gradient(loss, [w.value for w in network.trainable_weights] + states)


@pytest.mark.parametrize(("batch", "length"), SHAPES)
@pytest.mark.parametrize("layers", [1, 2, pytest.param(3, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("cell", "units"), [("lstm", 12), pytest.param("lstm", 64, marks=pytest.mark.slow), ("gru", 12)]
)
def test_outputs_and_all_gradients_are_those_of_the_stock_layers(cell, units, layers, batch, length):
    network = random_network(cell, layers, units=units)
    ids, states = ids_of_shape(batch, length), [tf.constant(s) for s in random_states(network, batch)]
    random = np.random.default_rng(1)
    shapes = [(batch, length, VOCABULARY.size), *(s.shape for s in states)]
    pulls = [tf.constant(random.normal(0, 0.3, shape), tf.float32) for shape in shapes]

    outputs, gradients = fast_pass(network, tf.constant(ids), states, pulls)
    expected_outputs, expected_gradients = stock_pass(network, ids, states, pulls)

    for got, expected in zip(outputs, expected_outputs, strict=True):
        close(got, expected)
    for got, expected in zip(gradients, expected_gradients, strict=True):
        close(tf.convert_to_tensor(got), tf.convert_to_tensor(expected))


def test_on_a_gpu_the_stock_layer_runs_and_computes_the_same(monkeypatch):
    network, ids = random_network("lstm", 2), tf.constant(ids_of_shape(4, 7))
    states = [tf.constant(state) for state in random_states(network, 4)]
    fast, fast_states = forward(network, ids, states, tf.float32)
    called = []
    stock_call = keras.layers.LSTM.call
    monkeypatch.setattr(keras.layers.LSTM, "call", lambda *a, **k: called.append(1) or stock_call(*a, **k))

    stock, stock_states = forward(network, ids, states, tf.float32, device="gpu")

    assert len(called) == 2
    for got, expected in zip([fast, *fast_states], [stock, *stock_states], strict=True):
        close(got, expected)


RESETS = [[0], [6], [2, 3, 4], []]  # of each row, at which of seven characters


def resets(states):
    """Where seven characters of four rows are kept; each row's documents with the states that they go on from."""
    keep, documents = np.ones((4, 7), np.float32), []
    for row, places in enumerate(RESETS):
        keep[row, places] = 0
        bounds = sorted({0, *places, 7})
        for start, end in itertools.pairwise(bounds):
            documents.append((row, start, end, [s[row : row + 1] * keep[row, start] * (start == 0) for s in states]))
    return tf.constant(keep), documents


@tf.function
def pass_with_resets(network, ids, states, pull, keep, dtype=tf.float32, device="cpu"):
    with tf.GradientTape() as tape:
        tape.watch(states)
        logits, new = forward(network, ids, states, dtype, keep=keep, device=device)
        loss = tf.reduce_sum(tf.transpose(logits, (1, 0, 2)) * pull)
    return tf.transpose(logits, (1, 0, 2)), new, tape.gradient(loss, [w.value for w in network.trainable_weights])


@pytest.mark.parametrize(
    ("cell", "units", "layers", "device"),
    [
        ("lstm", 12, 1, "cpu"),
        ("lstm", 12, 2, "cpu"),
        ("lstm", 64, 2, "cpu"),
        ("lstm", 12, 2, "gpu"),
        ("gru", 12, 2, "cpu"),
    ],
)
def test_with_resets_outputs_and_gradients_are_those_of_the_stock_layers_document_by_document(
    cell, units, layers, device
):
    network, ids = random_network(cell, layers, units=units), ids_of_shape(4, 7)
    states = [tf.constant(s) for s in random_states(network, 4)]
    pull = tf.constant(np.random.default_rng(1).normal(0, 0.3, (4, 7, VOCABULARY.size)), tf.float32)
    keep, documents = resets(states)
    logits, last, loss = np.zeros(pull.shape, np.float32), [np.zeros(s.shape) for s in states], 0.0
    with tf.GradientTape() as tape:
        for row, start, end, before in documents:
            made, *after = network([tf.constant(ids[row : row + 1, start:end]), *before])
            logits[row, start:end], loss = made, loss + tf.reduce_sum(made * pull[row : row + 1, start:end])
            for state, new in zip(last, after, strict=True):
                state[row] = new
    expected = tape.gradient(loss, [w.value for w in network.trainable_weights])

    got, got_last, gradients = pass_with_resets(network, tf.constant(ids), states, pull, keep, device=device)

    close(got, logits)
    for one, other in zip([*got_last, *gradients], [*last, *expected], strict=True):
        close(tf.convert_to_tensor(one), tf.convert_to_tensor(other))


@pytest.mark.parametrize(
    ("cell", "dtype", "tolerance"),
    [
        ("lstm", tf.bfloat16, 0.05),
        ("gru", tf.float32, 1e-5),
        pytest.param("lstm", tf.float32, 1e-5, marks=pytest.mark.slow),
        pytest.param("gru", tf.bfloat16, 0.05, marks=pytest.mark.slow),
    ],
)
def test_without_kernels_it_computes_the_same_resets_and_gradients_included(turn_kernels, cell, dtype, tolerance):
    network, ids = random_network(cell, layers=2), tf.constant(ids_of_shape(4, 7))
    states = [tf.constant(s) for s in random_states(network, 4)]
    pull = tf.constant(np.random.default_rng(1).normal(0, 0.3, (4, 7, VOCABULARY.size)), tf.float32)
    given, made = (network, ids, states, pull, resets(states)[0], dtype), []
    for switch in ("on", "off"):
        turn_kernels(switch)
        logits, new, gradients = tf.function(pass_with_resets.python_function)(*given)
        made.append([logits, *new, *map(tf.convert_to_tensor, gradients)])

    for expected, got in zip(*made, strict=True):
        assert got.dtype == expected.dtype
        assert np.linalg.norm(got - expected) < tolerance * np.linalg.norm(expected)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_where_every_character_is_kept_the_network_computes_what_it_does_without_resets(cell):
    network, ids = random_network(cell, layers=2), ids_of_shape(4, 7)
    states = [tf.constant(s) for s in random_states(network, 4)]

    plain, plain_states = forward(network, ids, states, tf.float32)
    kept, kept_states = forward(network, ids, states, tf.float32, keep=tf.ones((4, 7)))

    for got, expected in zip([kept, *kept_states], [plain, *plain_states], strict=True):
        (close if cell == "gru" else np.testing.assert_array_equal)(got, expected)


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_bfloat16_is_close_to_float32_and_not_the_same(cell, layers):
    network, ids = random_network(cell, layers), ids_of_shape(4, 7)

    exact, exact_states = forward(network, ids, zero_states(network, 4), tf.float32)
    rough, states = forward(network, ids, zero_states(network, 4), tf.bfloat16)

    assert {rough.dtype, *(s.dtype for s in states)} == {tf.float32}
    for got, expected in zip([rough, *states], [exact, *exact_states], strict=True):
        assert 0 < np.abs(got - expected).max() < 0.1


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize(("units", "embedding_dim"), [(12, 8), (64, 8), (64, VOCABULARY.size)])
def test_gradients_in_bfloat16_are_close_to_those_in_float32(units, embedding_dim, layers):
    network, ids = (
        random_network(layers=layers, units=units, embedding_dim=embedding_dim),
        tf.constant(ids_of_shape(4, 7)),
    )
    states = [tf.constant(state) for state in random_states(network, 4)]
    random = np.random.default_rng(1)
    shapes = [(4, 7, VOCABULARY.size), *(state.shape for state in states)]
    pulls = [tf.constant(random.normal(0, 0.3, shape), tf.float32) for shape in shapes]

    _, exact = fast_pass(network, ids, states, pulls)
    _, rough = fast_pass(network, ids, states, pulls, tf.bfloat16)

    pairs = [(tf.convert_to_tensor(r), tf.convert_to_tensor(e)) for r, e in zip(rough, exact, strict=True)]
    assert {got.dtype for got, _ in pairs} == {tf.float32}
    errors = [np.linalg.norm(got - expected) / np.linalg.norm(expected) for got, expected in pairs]
    assert 0 < max(errors) < 0.05


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_states_carried_over_two_calls_give_what_one_long_call_gives(cell, layers):
    network, ids = random_network(cell, layers), ids_of_shape(3, 11)
    whole, last = forward(network, ids, zero_states(network, 3), tf.float32)

    first, states = forward(network, ids[:, :4], zero_states(network, 3), tf.float32)
    second, states = forward(network, ids[:, 4:], states, tf.float32)

    close(np.concatenate([first, second]), whole)
    for got, expected in zip(states, last, strict=True):
        close(got, expected)


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_step_at_a_time_gives_what_a_whole_sequence_gives(cell, layers):
    network, ids = random_network(cell, layers), ids_of_shape(3, 6)
    states = [tf.constant(s) for s in random_states(network, 3)]
    whole, last = forward(network, ids, states, tf.float32)

    weights, stepped = weights_for_steps(network, tf.float32), []
    for column in ids.T:
        logits, states = step(weights, tf.constant(column), states, tf.float32)
        stepped.append(logits)

    close(np.stack(stepped), whole)
    for got, expected in zip(states, last, strict=True):
        close(got, expected)


def test_steps_in_bfloat16_are_close_to_those_in_float32():
    network = random_network(layers=2)
    ids = tf.constant([1, 2, 3])

    exact, _ = step(weights_for_steps(network, tf.float32), ids, zero_states(network, 3), tf.float32)
    rough, _ = step(weights_for_steps(network, tf.bfloat16), ids, zero_states(network, 3), tf.bfloat16)

    assert 0 < np.abs(rough - exact).max() < 0.1


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_mask_multiplies_a_layers_outputs_at_every_step_and_leaves_its_state_alone(cell):
    network, ids = random_network(cell, layers=2), ids_of_shape(3, 5)
    rates = parameters(layers=2, units=12)
    masks = dropout_masks(rates, 0.5, 3, tf.constant(7))
    states = [tf.constant(s) for s in random_states(network, 3)]
    embedding, *recurrent, dense = (layer for layer in network.layers if layer.weights)

    x, expected_states, width = embedding(ids), [], len(states) // 2
    for number, layer in enumerate(recurrent):
        before = states[width * number : width * (number + 1)]
        x, *new = layer(x, initial_state=before if width > 1 else before[0])
        x *= masks[number][:, None]
        expected_states += new
    logits, new_states = forward(network, ids, states, tf.float32, masks)

    close(tf.transpose(logits, (1, 0, 2)), dense(x))
    for got, expected in zip(new_states, expected_states, strict=True):
        close(got, expected)


def test_dropout_masks_depend_on_seed_step_and_layer_alone():
    def masks(seed=1, step=3):
        return [
            m.numpy()
            for m in dropout_masks(parameters(training_seed=seed, layers=2, units=64), 0.25, 8, tf.constant(step))
        ]

    first, second = masks()

    assert np.array_equal(first, masks()[0])
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, masks(step=4)[0])
    assert not np.array_equal(first, masks(seed=2)[0])


@pytest.mark.parametrize("rate", [0.1, 0.141, 0.5])
def test_dropout_drops_its_share_and_scales_the_rest_so_that_the_mean_stays(rate):
    (mask,) = dropout_masks(parameters(units=1024, training_seed=(1 << 32) - 1), rate, 64, tf.constant(0))

    nothing, scale = np.unique(mask)
    assert (nothing, scale) == (0, pytest.approx(1 / (1 - rate), rel=0.004))
    assert scale == tf.cast(tf.constant(scale), tf.bfloat16).numpy()
    assert np.mean(mask == 0) == pytest.approx(rate, abs=0.01)


def test_the_seed_alone_decides_the_first_weights():
    first, again, other = (build(parameters(training_seed=seed), 10).get_weights() for seed in (1, 1, 2))

    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])


def test_the_keras_initialiser_starts_recurrent_weights_glorot_uniform_and_the_other_orthogonal():
    def recurrent(initialiser):
        network = build(parameters(initialiser=initialiser, units=16), 10)
        return network.get_layer("lstm_1").get_weights()[1], network.get_layer("embedding").get_weights()[0]

    glorot, narrow = recurrent("keras")
    orthogonal, wide = recurrent("unit variance")

    assert np.abs(glorot).max() <= np.sqrt(6 / (16 + 64))
    assert np.abs(narrow).max() <= 0.05
    close(orthogonal @ orthogonal.T, np.eye(16))
    assert 0.7 < wide.std() < 1.3


@pytest.mark.parametrize(("cell", "weights"), [("lstm", 4 * (8 + 16 + 1) * 16), ("gru", 3 * (8 + 16 + 2) * 16)])
def test_layers_are_described_with_their_shapes_and_sizes(cell, weights):
    described = describe_layers(build(parameters(cell=cell), 10))

    assert described == [
        {"name": "embedding", "type": "Embedding", "output_shape": ["batch", "time", 8], "parameters": 80},
        {"name": f"{cell}_1", "type": cell.upper(), "output_shape": ["batch", "time", 16], "parameters": weights},
        {"name": "logits", "type": "Dense", "output_shape": ["batch", "time", 10], "parameters": 170},
    ]
