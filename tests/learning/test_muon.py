import keras
import numpy as np
import pytest
import tensorflow as tf

from tasks.learning.muon import Muon
from tasks.network.precision import fastest_precision
from tests.tiny_models import random_network

RATE, DECAY = 0.01, 0.7
KERNELS = ("kernel", "recurrent_kernel")


def gradients_of(network, seed=0):
    random = np.random.default_rng(seed)
    return [tf.constant(random.normal(0, 0.01, w.shape), tf.float32) for w in network.trainable_variables]


def is_kernel(variable):
    return variable.path.split("/")[-1] in KERNELS and "cell" in variable.path


def muon(gates=4, dtype=tf.float32, clip_norm=1.0):
    return Muon(RATE, gates, dtype, beta_2=0.99, clip_norm=clip_norm, weight_decay=DECAY)


def moves(gradients, cell="lstm", steps=1, clip_norm=0.0, dtype=tf.float32):
    """By name of the variable, how it moved under Muon; of a kernel, what its gradient moved."""
    network = random_network(cell)
    before = network.get_weights()
    optimizer = muon({"lstm": 4, "gru": 3}[cell], dtype, clip_norm)
    optimizer.build(network.trainable_variables)
    for _ in range(steps):
        optimizer.apply(gradients)
    moved = [
        after - (1 - RATE * DECAY * is_kernel(variable)) * b
        for variable, after, b in zip(network.weights, network.get_weights(), before, strict=True)
    ]
    return {v.path.split("/")[-1] if is_kernel(v) else v.path: m for v, m in zip(network.weights, moved, strict=True)}


@pytest.mark.parametrize(("cell", "gates"), [("lstm", 4), ("gru", 3)])
def test_a_kernels_step_is_nearly_orthogonal_gate_by_gate_and_goes_down_hill(cell, gates):
    network = random_network(cell)
    gradients = gradients_of(network)

    moved = moves(gradients, cell)

    by_name = {
        v.path.split("/")[-1]: g.numpy() for v, g in zip(network.weights, gradients, strict=True) if is_kernel(v)
    }
    for name in KERNELS:
        scale = RATE * 0.2 * np.sqrt(max(moved[name].shape[0], moved[name].shape[1] // gates))
        for step, gradient in zip(np.split(moved[name], gates, 1), np.split(by_name[name], gates, 1), strict=True):
            turned = -step / scale
            singular = np.linalg.svd(turned, compute_uv=False)
            assert singular.max() < 1.4
            assert np.median(singular) > 0.6
            downhill = np.sum(turned * gradient) / np.linalg.svd(gradient, compute_uv=False).sum()
            assert downhill > 0.6  # one, were it exactly orthogonal


def test_kernels_and_nothing_else_decay():
    network = random_network()
    before = network.get_weights()
    optimizer = muon()
    optimizer.build(network.trainable_variables)

    optimizer.apply([tf.zeros(weight.shape) for weight in network.trainable_variables])

    for variable, after, b in zip(network.weights, network.get_weights(), before, strict=True):
        np.testing.assert_allclose(after, b * (1 - RATE * DECAY) if is_kernel(variable) else b, rtol=1e-6)


def test_a_step_of_a_kernel_is_of_the_size_of_adams():
    step = moves(gradients_of(random_network()))["recurrent_kernel"]

    assert np.sqrt(np.mean(step**2)) == pytest.approx(0.2 * RATE, rel=0.3)


def test_a_kernels_step_in_bfloat16_is_that_in_float32_but_for_rounding():
    gradients = gradients_of(random_network())

    rounded, exact = (moves(gradients, dtype=dtype) for dtype in (tf.bfloat16, tf.float32))

    for name in KERNELS:
        error = np.linalg.norm(rounded[name] - exact[name]) / np.linalg.norm(exact[name])
        # Where a processor has no instructions for bfloat16, TensorFlow cuts its sums off instead of rounding them.
        assert 0 < error < (0.04 if fastest_precision() == "float32" else 0.02)


def test_the_size_of_a_gradient_does_not_count_for_a_kernel():
    gradients = gradients_of(random_network())

    one, other = moves(gradients), moves([1000 * g for g in gradients])

    np.testing.assert_allclose(one["kernel"], other["kernel"], rtol=1e-3, atol=1e-6)


def test_the_gradient_of_one_gate_moves_no_other():
    network = random_network()
    gradients = gradients_of(network)
    place = next(n for n, v in enumerate(network.weights) if v.path.endswith("/recurrent_kernel"))
    changed = gradients[place].numpy()
    changed[:, :12] *= -1

    before = moves(gradients)["recurrent_kernel"]
    after = moves([*gradients[:place], tf.constant(changed), *gradients[place + 1 :]])["recurrent_kernel"]

    np.testing.assert_array_equal(before[:, 12:], after[:, 12:])
    np.testing.assert_allclose(before[:, :12], -after[:, :12], rtol=1e-4, atol=1e-7)


def test_all_other_weights_are_moved_as_by_adam():
    network = random_network()
    gradients, before = gradients_of(network), network.get_weights()
    adam = keras.optimizers.Adam(RATE, beta_2=0.99, global_clipnorm=0.05)
    adam.build(network.trainable_variables)

    for _ in range(3):
        adam.apply(gradients)
    moved = moves(gradients, steps=3, clip_norm=0.05)

    others = [n for n, variable in enumerate(network.weights) if not is_kernel(variable)]
    assert len(others) == 4
    for n in others:
        expected = network.get_weights()[n] - before[n]
        np.testing.assert_allclose(moved[network.weights[n].path], expected, rtol=1e-3, atol=1e-6)


def test_kernels_have_one_moment_and_others_two():
    network = random_network()
    optimizer = muon()
    optimizer.build(network.trainable_variables)

    moments = [variable.path for variable in optimizer.variables if "momentum" in variable.path]
    velocities = [variable.path for variable in optimizer.variables if "velocity" in variable.path]
    assert len(moments) == 6
    assert len(velocities) == 4
