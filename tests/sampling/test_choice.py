import functools
import math

import numpy as np
import pytest
import tensorflow as tf

from tasks.kernels.choice import Choice
from tasks.kernels.emitting import Code
from tasks.kernels.rules import Rules
from tasks.kernels.running import Compiled
from tasks.kernels.values import FLOAT, INT, Number
from tasks.sampling.choice import allowed, choose

PROBABILITIES = [0.05, 0.4, 0.1, 0.3, 0.05, 0.1]


compiled = tf.function(allowed)
rules_of = functools.cache(Rules)  # tf.function compiles again for each new object


def left(p, **rules):
    return np.flatnonzero(compiled(tf.constant([p]), rules_of(**rules)).numpy()[0]).tolist()


def chosen(logits, uniform=0.5, recent=(-1,), temperature=1.0, **rules):
    (chosen_id,), (surprise,) = choose(
        tf.constant([logits], tf.float32),
        tf.constant([recent]),
        tf.constant([uniform], tf.float32),
        tf.constant(temperature),
        rules_of(**rules),
    )
    return int(chosen_id), float(surprise)


@pytest.mark.parametrize(
    ("rules", "ids"),
    [
        ({}, [0, 1, 2, 3, 4, 5]),
        ({"top_k": 1}, [1]),
        ({"top_k": 2}, [1, 3]),
        ({"top_k": 3}, [1, 2, 3, 5]),  # the third and the fourth are as likely
        ({"top_k": 6}, [0, 1, 2, 3, 4, 5]),
        ({"top_p": 0.01}, [1]),
        ({"top_p": 0.41}, [1, 3]),
        ({"top_p": 0.69}, [1, 3]),
        ({"top_p": 0.75}, [1, 2, 3, 5]),
        ({"top_p": 0.999}, [0, 1, 2, 3, 4, 5]),
        ({"min_p": 0.5}, [1, 3]),
        ({"min_p": 0.76}, [1]),
        ({"min_p": 0.1}, [0, 1, 2, 3, 4, 5]),
        ({"min_p": 1.0}, [1]),
        ({"top_k": 2, "top_p": 0.5}, [1]),  # top-p counts what top-k left: 4/7 is enough
        ({"top_k": 4, "min_p": 0.5}, [1, 3]),
    ],
    ids=str,
)
def test_each_filter_leaves_the_characters_that_it_is_defined_to_leave(rules, ids):
    assert left(PROBABILITIES, **rules) == ids


def test_filters_agree_with_sorting():
    random = np.random.default_rng(1)
    for _ in range(20):
        p = random.dirichlet(np.full(70, 0.3)).astype(np.float32)
        order = np.argsort(-p)
        before = np.cumsum(p[order]) - p[order]

        assert left(p, top_k=7) == sorted(order[:7])
        assert left(p, top_p=0.8) == sorted(order[before < 0.8])


def test_what_a_filter_leaves_keeps_its_proportions():
    kept = allowed(tf.constant([PROBABILITIES]), Rules(top_k=2)).numpy()[0]

    assert kept[1] / kept[3] == pytest.approx(4 / 3)


def test_the_filters_see_the_probabilities_at_the_temperature():
    logits = np.log(PROBABILITIES)

    hot = {chosen(logits, u, temperature=3.0, top_p=0.41)[0] for u in np.linspace(0, 0.999, 9)}
    cold = {chosen(logits, u, temperature=0.2, top_p=0.41)[0] for u in np.linspace(0, 0.999, 9)}

    assert (hot, cold) == ({1, 3}, {1})


def test_surprise_is_in_bits_under_the_logits_alone():
    logits = np.log(PROBABILITIES)

    drawn, surprise = chosen(logits, 0.99, temperature=0.3, top_k=2, recent=(3,), repetition_penalty=2.0, window=1)

    assert surprise == pytest.approx(-math.log2(PROBABILITIES[drawn]), rel=1e-5)


@pytest.mark.parametrize(
    ("recent", "window", "id"),
    [((-1, -1), 2, 0), ((2, 0), 2, 1), ((0, 2), 1, 0), ((1, 0), 2, 2)],
    ids=["nothing yet", "the likeliest came last", "it is out of the window", "two came"],
)
def test_the_penalty_makes_recent_characters_less_likely(recent, window, id):
    rules = {"greedy": True, "repetition_penalty": 2.0, "window": window}

    assert chosen([3.0, 2.0, 1.6], recent=recent, **rules)[0] == id


def test_the_penalty_lowers_negative_logits_too():
    rules = {"greedy": True, "repetition_penalty": 2.0, "window": 1}

    assert chosen([-1.0, -1.5, -3.0], recent=(0,), **rules)[0] == 1


@pytest.mark.parametrize("uniform", [0.0, 0.5, float(np.nextafter(np.float32(1), np.float32(0))), 1.0])
def test_rounding_at_the_ends_draws_no_character_without_a_share(uniform):
    logits = [-300.0] * 3 + [0.0] * 7 + [-300.0] * 3

    assert chosen(logits, uniform)[0] in range(3, 10)


@pytest.mark.parametrize("size", [127, 128, 129, 300])
def test_characters_of_a_large_vocabulary_have_their_share_of_the_random_numbers(size):
    p = np.random.default_rng(size).dirichlet(np.full(size, 0.2))
    uniforms = np.linspace(0, 0.9999, 997)
    logits = tf.repeat(tf.constant(np.log(p)[None], tf.float32), 997, 0)

    ids, _ = choose(logits, tf.fill((997, 1), -1), tf.constant(uniforms, tf.float32), tf.constant(1.0), rules_of())

    ends = np.concatenate([[0.0], np.cumsum(p)])
    assert (ends[ids.numpy()] <= uniforms + 1e-5).all()
    assert (uniforms <= ends[ids.numpy() + 1] + 1e-5).all()


@pytest.mark.parametrize(
    "rules",
    [{}, {"top_k": 1}, {"top_p": 0.3}, {"min_p": 1.0}, {"repetition_penalty": 2.0, "window": 1}, {"greedy": True}],
)
def test_what_is_never_drawn_leaves_its_share_to_the_others(rules):
    logits, uniforms = np.log(PROBABILITIES), np.linspace(0, 0.999, 40)

    found = [chosen(logits, uniform, recent=(1,), never=(1, 4), **rules) for uniform in uniforms]

    ids = {one for one, _ in found}
    assert ids == ({0, 2, 3, 5} if not rules or "window" in rules else {3})
    assert all(surprise == pytest.approx(-math.log2(PROBABILITIES[one]), rel=1e-5) for one, surprise in found)
    if not rules:
        assert sum(one == 3 for one, _ in found) == pytest.approx(40 * 0.3 / 0.55, abs=1)


def chosen_by_kernel(logits, recent, uniform, temperature, rules, lanes):
    """Ids and surprise as `choose` gives them."""
    rows, vocabulary = logits.shape
    size = -(-vocabulary // lanes) * lanes
    names = "counter", "bias", "never", "logits", "recent", "uniform", "scale", "ids", "surprise"
    code = Code("choice", ["thread", "threads", "rows"], names)
    choice = Choice(code, vocabulary, size, lanes, rules)
    memory = {name: code.memory(name, INT if name in ("recent", "ids") else FLOAT, 1) for name in names[3:]}
    scale = memory["scale"].load_broadcast(lanes)
    with code.loop(0, code.number("rows")) as row:
        last = memory["recent"].past(row * rules.remembered)
        one, surprise = choice.emit(
            code.memory("logits", FLOAT, size, 1).at(row),
            lambda back: last.past(rules.remembered - 1 - back).load_index(),
            memory["uniform"].at(row).load_broadcast(lanes),
            scale,
        )
        memory["ids"].at(row).store(Number(code.builder, code.builder.trunc(one.value, INT)))
        memory["surprise"].at(row).store(surprise)
    never = np.zeros(size + 1, np.float32)
    never[list(rules.never)] = -np.inf
    bias = np.pad(np.zeros(vocabulary, np.float32), (0, size - vocabulary), constant_values=-np.inf)
    padded = np.append(np.pad(logits, ((0, 0), (0, size - vocabulary))), np.float32(0))
    ids, bits = np.zeros(rows, np.int32), np.zeros(rows, np.float32)
    scale = np.array([1 / temperature], np.float32)
    Compiled("choice", code.finish()).run(1, rows, bias, never, padded, recent, uniform, scale, ids, bits)
    return ids, bits


@pytest.mark.parametrize(
    ("rules", "lanes"),
    [
        ({"never": (0, 69)}, 16),
        ({"greedy": True, "never": (0, 69)}, 16),
        ({"top_k": 7, "min_p": 0.2}, 16),
        ({"top_p": 0.8, "repetition_penalty": 1.8, "window": 5}, 16),
        ({"top_k": 9, "top_p": 0.7, "repetition_penalty": 3.0, "window": 2, "stop": (1, 2, 3), "never": (4,)}, 4),
    ],
    ids=str,
)
def test_the_kernels_choose_the_same(rules, lanes):
    rules, random = Rules(**rules), np.random.default_rng(3)
    logits = random.normal(0, 2, (300, 70)).astype(np.float32)
    recent = random.integers(-1, 70, (300, rules.remembered)).astype(np.int32)
    uniform = random.random(300, np.float32)

    ids, bits = chosen_by_kernel(logits, recent, uniform, 0.7, rules, lanes)

    expected = choose.python_function(*map(tf.constant, (logits, recent, uniform, 0.7)), rules)
    assert len(set(ids)) > 20
    assert ids.tolist() == expected[0].numpy().tolist()
    np.testing.assert_allclose(bits, expected[1], rtol=1e-5, atol=1e-5)


def test_where_logits_are_no_numbers_the_kernels_choose_an_id_all_the_same():
    logits, uniform = np.full((2, 70), np.nan, np.float32), np.full(2, 0.5, np.float32)

    for rules in (Rules(), Rules(greedy=True)):
        ids, _ = chosen_by_kernel(logits, np.zeros((2, 1), np.int32), uniform, 1.0, rules, 16)
        assert all(0 <= one < 70 for one in ids)


@pytest.mark.parametrize("uniform", [0.0, 0.5, float(np.nextafter(np.float32(1), np.float32(0))), 1.0])
def test_rounding_at_the_ends_lets_the_kernels_choose_no_character_without_a_share(uniform):
    logits = np.array([[-300.0] * 3 + [0.0] * 7 + [-300.0] * 30], np.float32)

    ids, _ = chosen_by_kernel(logits, np.zeros((1, 1), np.int32), np.array([uniform], np.float32), 1.0, Rules(), 8)

    assert ids[0] in range(3, 10)
