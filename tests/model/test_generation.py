import math

import numpy as np
import pytest
import tensorflow as tf

from tasks.model.generation import _choose, generate
from tasks.model.parameters import SamplingParameters
from tests.model.tiny import VOCABULARY, losses, random_network

NETWORK = random_network(layers=2)


def samples(network=NETWORK, temperature=0.8, **overrides):
    defaults = {"samples": 3, "length": 12, "prompt": "the", "seed": 1}
    return list(generate(network, VOCABULARY, temperature, SamplingParameters(**{**defaults, **overrides})))


def bits_of(sample):
    return sample.index, sample.text, sample.surprise.tobytes()


def logits_after(network, text):
    zeros = [np.zeros((1, s.shape[-1]), np.float32) for s in network.inputs[1:]]
    return network([VOCABULARY.encode(text)[None].astype(np.int32), *zeros])[0].numpy()[0, -1].astype(np.float64)


def probabilities(network, text, temperature):
    shares = np.exp(logits_after(network, text) / temperature)
    return shares / shares.sum()


def chi_square(counts, expected):
    """Pearson's statistic in standard deviations from its mean; rare characters count as one."""
    rare = expected * counts.sum() < 5
    counts = np.append(counts[~rare], counts[rare].sum())
    expected = np.append(expected[~rare], expected[rare].sum() + 1e-12)
    freedom = len(counts) - 1
    return ((counts - expected * counts.sum()) ** 2 / (expected * counts.sum())).sum() / np.sqrt(2 * freedom) - np.sqrt(
        freedom / 2
    )


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("prompt", ["t", "the quick "])
def test_temperature_zero_takes_the_likeliest_character_every_time(cell, prompt):
    network, text = random_network(cell), prompt
    for _ in range(12):
        text += VOCABULARY.characters[int(logits_after(network, text).argmax())]

    drawn = samples(network, temperature=0.0, prompt=prompt)

    assert [one.text for one in drawn] == [text[len(prompt) :]] * 3


@pytest.mark.parametrize("temperature", [1e-6, 1e-30, 1e-300])
def test_the_coldest_temperatures_are_as_zero(temperature):
    assert [one.text for one in samples(temperature=temperature)] == [one.text for one in samples(temperature=0.0)]


@pytest.mark.parametrize("temperature", [0.3, 1.0, 3.0])
def test_characters_are_drawn_as_often_as_the_softmax_at_the_temperature_says(temperature):
    network = random_network()
    network.set_weights([weight * 3 for weight in network.get_weights()])
    drawn = samples(network, temperature, samples=4096, length=1, prompt="th")
    counts = np.bincount(VOCABULARY.encode("".join(one.text for one in drawn)), minlength=VOCABULARY.size)

    assert chi_square(counts, probabilities(network, "th", temperature)) < 4
    assert chi_square(counts, probabilities(network, "th", temperature * 1.3)) > 8
    assert chi_square(counts, probabilities(network, "qh", temperature)) > 8


def test_later_characters_follow_those_drawn_before():
    drawn = samples(temperature=0.5, samples=4096, length=2, prompt="t")
    firsts = [one.text[0] for one in drawn]
    likeliest = max(set(firsts), key=firsts.count)
    seconds = VOCABULARY.encode("".join(one.text[1] for one in drawn if one.text[0] == likeliest))

    counts = np.bincount(seconds, minlength=VOCABULARY.size)

    assert len(seconds) > 300
    assert chi_square(counts, probabilities(NETWORK, "t" + likeliest, 0.5)) < 4


@pytest.mark.parametrize("count", [1, 3, 64, 65])
def test_a_sample_does_not_depend_on_how_many_are_asked_for(count):
    every = samples(samples=130)

    drawn = samples(samples=count)

    assert list(map(bits_of, drawn)) == list(map(bits_of, every[:count]))
    assert [one.index for one in every] == list(range(130))
    assert len({one.text for one in every}) == 130


def test_a_shorter_sample_is_the_start_of_a_longer_one():
    shorter, longer = samples(length=5), samples(length=12)

    assert [one.text for one in shorter] == [one.text[:5] for one in longer]


@pytest.mark.parametrize("changed", [{"seed": 2}, {"temperature": 0.81}, {"prompt": "then"}, {"prompt": "eht"}])
def test_another_seed_temperature_or_prompt_gives_other_samples(changed):
    assert not {one.text for one in samples(**changed)} & {one.text for one in samples()}


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("temperature", [0.0, 0.5, 2.0])
def test_the_surprise_of_each_character_is_what_the_stock_model_gives_the_text_at_temperature_one(cell, temperature):
    network = random_network(cell, layers=2)

    for one in samples(network, temperature):
        by_character = losses(network, VOCABULARY.encode("the" + one.text))
        assert one.surprise * math.log(2) == pytest.approx(by_character[len("the") - 1 :], rel=1e-4)
        assert one.log_probability == pytest.approx(-by_character[len("the") - 1 :].sum(), rel=1e-5)


def test_characters_of_no_probability_are_never_drawn():
    network = random_network()
    *others, bias = network.get_weights()
    impossible = [0, 7, VOCABULARY.size - 1]
    bias[impossible] = -300
    network.set_weights([*others, bias])

    drawn = "".join(one.text for one in samples(network, temperature=1.0, samples=64, length=50))

    assert not set(VOCABULARY.encode(drawn)) & set(impossible)


@pytest.mark.parametrize("uniform", [0.0, 0.5, float(np.nextafter(np.float32(1), np.float32(0))), 1.0])
def test_rounding_at_the_ends_draws_no_character_without_a_share(uniform):
    logits = tf.constant([[-300.0] * 3 + [0.0] * 7 + [-300.0] * 3])

    (drawn,) = _choose(logits, tf.constant([uniform]), 1.0).numpy()

    assert drawn in range(3, 10)
