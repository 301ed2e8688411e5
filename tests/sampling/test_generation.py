import dataclasses
import math
import tempfile
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tasks.kernels.sampler import Sampler
from tasks.network.parameters import SamplingParameters
from tasks.sampling import engine, generation
from tasks.sampling.chunks import KeptGroup
from tasks.sampling.finished_model import FinishedModel
from tasks.sampling.generation import Generation
from tasks.sampling.loop import TensorLoop, compiled_reader
from tasks.text.vocabulary import vocabulary_of
from tests.tiny_models import VOCABULARY, losses, losses_by_line, random_network

NETWORK = random_network(layers=2)


def samples(network=NETWORK, temperature=0.8, samples=3, length=12, vocabulary=VOCABULARY, **overrides):
    defaults = {"samples_per_temperature": samples, "sample_length": length, "prompts": ["the"], "seed": 1}
    parameters = SamplingParameters(**{**defaults, **overrides})
    with tempfile.TemporaryDirectory() as folder:
        return list(Generation(network, vocabulary, temperature, parameters, Path(folder)))


def bits_of(sample):
    return sample.text, sample.surprise.tobytes(), sample.log_probability


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

    drawn = samples(network, temperature=0.0, prompts=[prompt])

    assert [one.text for one in drawn] == [text[len(prompt) :]] * 3


@pytest.mark.parametrize("temperature", [1e-6, 1e-30, 1e-300])
def test_the_coldest_temperatures_are_as_zero(temperature):
    assert [one.text for one in samples(temperature=temperature)] == [one.text for one in samples(temperature=0.0)]


@pytest.mark.parametrize("temperature", [0.3, 1.0, 3.0])
def test_characters_are_drawn_as_often_as_the_softmax_at_the_temperature_says(temperature):
    network = random_network()
    network.set_weights([weight * 3 for weight in network.get_weights()])
    drawn = samples(network, temperature, samples=4096, length=1, prompts=["th"])
    counts = np.bincount(VOCABULARY.encode("".join(one.text for one in drawn)), minlength=VOCABULARY.size)

    assert chi_square(counts, probabilities(network, "th", temperature)) < 4
    assert chi_square(counts, probabilities(network, "th", temperature * 1.3)) > 8
    assert chi_square(counts, probabilities(network, "qh", temperature)) > 8


@pytest.mark.parametrize("temperature", [pytest.param(0.0, marks=pytest.mark.slow), 1.0])
def test_no_sample_has_the_unknown_character_and_surprise_is_the_models(temperature):
    likeliest = VOCABULARY.characters[int(logits_after(NETWORK, "the").argmax())]
    vocabulary = dataclasses.replace(VOCABULARY, unknown_character=likeliest)

    drawn = samples(temperature=temperature, samples=40, vocabulary=vocabulary)

    assert likeliest in "".join(one.text for one in samples(temperature=temperature, samples=40))
    assert likeliest not in "".join(one.text for one in drawn)
    for one in drawn:
        nats = losses(NETWORK, VOCABULARY.encode("the" + one.text))[2:]
        assert one.surprise == pytest.approx(nats / math.log(2), rel=1e-3)


def test_later_characters_follow_those_drawn_before():
    drawn = samples(temperature=0.5, samples=4096, length=2, prompts=["t"])
    firsts = [one.text[0] for one in drawn]
    likeliest = max(set(firsts), key=firsts.count)
    seconds = VOCABULARY.encode("".join(one.text[1] for one in drawn if one.text[0] == likeliest))

    counts = np.bincount(seconds, minlength=VOCABULARY.size)

    assert len(seconds) > 300
    assert chi_square(counts, probabilities(NETWORK, "t" + likeliest, 0.5)) < 4


@pytest.fixture(
    scope="module",
    params=[
        ("lstm", "bfloat16", "kernels"),
        ("lstm", "float32", "kernels"),
        ("gru", "float32", "kernels"),
        ("gru", "float32", "tensorflow"),
    ],
    ids="-".join,
)
def every(request):
    """Samples of two prompts in more than one group, and what draws more from the same network in the same way."""
    cell, precision, drawing = request.param
    network = random_network(cell, layers=2)

    def draw(**asked):
        with pytest.MonkeyPatch.context() as patch:
            if drawing == "tensorflow":
                patch.setattr(engine, "available", lambda: False)
            return samples(network, precision=precision, **asked)

    drawn = draw(samples=130, prompts=["the", "a quick fox"])
    return {(one.prompt, one.index): bits_of(one) for one in drawn}, draw


@pytest.fixture
def no_kernels(monkeypatch):
    monkeypatch.setattr(engine, "available", lambda: False)


@pytest.mark.usefixtures("no_kernels")
def test_prompts_of_other_lengths_need_no_other_loop():
    network, reader = random_network("gru"), compiled_reader("float32", None)
    samples(network, prompts=["the"])
    traced = reader.experimental_get_tracing_count()
    for length in (1, 7, 40):
        samples(network, prompts=["quick " * length], length=1)

    assert reader.experimental_get_tracing_count() == traced > 0


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_kernels_draw_where_there_are_any(cell, monkeypatch):
    network = random_network(cell)

    assert isinstance(engine.engine_of(network, tf.float32, 1), Sampler)
    monkeypatch.setattr(engine, "available", lambda: False)
    assert isinstance(engine.engine_of(network, tf.float32, 1), TensorLoop)


@pytest.mark.parametrize(("cell", "layers", "seed"), [("lstm", 2, 0), ("gru", 3, 2)])
def test_without_kernels_the_same_is_drawn(monkeypatch, cell, layers, seed):
    network = random_network(cell, layers, seed=seed)
    rules = {"top_k": 12, "top_p": 0.95, "min_p": 0.01, "repetition_penalty": 1.3, "repetition_window": 3}
    asked = {"samples": 20, "length": 40, "prompts": ["the", "a"], "stop": "e", "minimum_length": 5, **rules}
    with_kernels = samples(network, **asked, reset_at="lines")
    monkeypatch.setattr(engine, "available", lambda: False)

    without = samples(network, **asked, reset_at="lines")

    assert "".join(one.text for one in without).count("\n") > 4
    assert len({len(one.text) for one in without}) > 5
    assert [one.text for one in with_kernels] == [one.text for one in without]
    for one, other in zip(with_kernels, without, strict=True):
        np.testing.assert_allclose(one.surprise, other.surprise, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("count", [5, 65])
def test_a_sample_is_the_same_bits_however_many_are_asked_for(every, count):
    drawn = every[1](samples=count)

    assert [bits_of(one) for one in drawn] == [every[0]["the", index] for index in range(count)]


def test_a_sample_is_the_same_bits_whatever_other_prompts_there_are_and_in_what_order(every):
    drawn = every[1](samples=7, prompts=["lazy", "a quick fox", "the"])

    assert [(one.prompt, one.index) for one in drawn[7:]] == [(p, i) for p in ("a quick fox", "the") for i in range(7)]
    assert [bits_of(one) for one in drawn[7:]] == [every[0][one.prompt, one.index] for one in drawn[7:]]


def test_prompts_that_share_the_samples_have_the_same_ones_as_by_themselves(every):
    drawn = every[1](samples=3, prompts=["the", "a quick fox"], shared=True)

    assert [(one.prompt, one.index) for one in drawn] == [("the", 0), ("the", 1), ("a quick fox", 0)]
    assert [bits_of(one) for one in drawn] == [every[0][one.prompt, one.index] for one in drawn]


def test_samples_come_by_prompt_and_index_and_differ(every):
    assert list(every[0]) == [(prompt, index) for prompt in ("the", "a quick fox") for index in range(130)]
    assert len(set(every[0].values())) == 260


@pytest.mark.usefixtures("no_kernels")
def test_a_sample_is_the_same_bits_in_a_larger_network_whose_products_depend_on_the_number_of_rows():
    network = random_network("gru", units=640, seed=3)
    larger = samples(network, samples=200, length=4)

    assert [bits_of(one) for one in samples(network, samples=5, length=4)] == list(map(bits_of, larger[:5]))


def test_a_sample_longer_than_a_chunk_is_the_same_bits_in_any_chunks(monkeypatch):
    whole = samples(length=300)
    monkeypatch.setattr(generation, "CHUNK", 64)

    assert [bits_of(one) for one in samples(length=300)] == list(map(bits_of, whole))
    assert {len(one.text) for one in whole} == {300}


def test_a_shorter_sample_is_the_start_of_a_longer_one():
    shorter, longer = samples(length=5), samples(length=12)

    assert [one.text for one in shorter] == [one.text[:5] for one in longer]


@pytest.mark.parametrize("changed", [{"seed": 2}, {"temperature": 0.81}, {"prompts": ["then"]}, {"prompts": ["eht"]}])
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


def test_a_sample_ends_with_the_stop_string_and_is_up_to_there_what_it_is_without():
    whole = samples(samples=40, length=60)
    cut = samples(samples=40, length=60, stop="e")

    for one, ended in zip(whole, cut, strict=True):
        assert ended.text == one.text.partition("e")[0] + "e" * ("e" in one.text)
        assert ended.surprise.tolist() == one.surprise[: len(ended.text)].tolist()
        assert ended.log_probability == pytest.approx(-ended.surprise.sum() * math.log(2), rel=1e-6)
    assert len({len(one.text) for one in cut}) > 5


def test_a_stop_string_counts_from_the_minimum_length_on():
    whole = samples(samples=40, length=60, prompts=["qu"])
    ended = samples(samples=40, length=60, prompts=["qu"], stop="u", minimum_length=20)

    for one, cut in zip(whole, ended, strict=True):
        place = one.text.find("u", 19)
        assert cut.text == (one.text[: place + 1] if place >= 0 else one.text)


def test_a_stop_string_that_begins_in_the_prompt_ends_nothing():
    text = samples(prompts=["qu"])[0].text

    assert samples(prompts=["qu"], stop="u" + text[:1])[0].text == text


def test_a_strong_repetition_penalty_lets_no_character_come_back_within_the_window():
    strong = {"repetition_penalty": 100.0, "repetition_window": 8}
    network = random_network()
    network.set_weights([*network.get_weights()[:-1], np.full(VOCABULARY.size, 5.0)])

    text = "the" + samples(network, 0.0, length=40, **strong)[0].text

    assert all(text[place] not in text[max(0, place - 8) : place] for place in range(3, len(text)))
    assert samples(network, 0.0, length=40)[0].text != text[3:]


def test_top_k_of_one_is_greedy_whatever_the_temperature():
    greedy = samples(temperature=0.0)[0].text

    assert {one.text for one in samples(temperature=2.0, top_k=1)} == {greedy}


def test_bfloat16_products_tell_nearly_the_surprise_of_float32():
    for one in samples(temperature=1.0, samples=20, precision="bfloat16"):
        expected = losses(NETWORK, VOCABULARY.encode("the" + one.text))[len("the") - 1 :] / math.log(2)
        assert np.abs(one.surprise - expected).mean() < 0.02


@pytest.fixture
def cut_short(tmp_path, monkeypatch):
    """A folder in which drawing was interrupted after five of eight chunks, and how to go on there."""
    monkeypatch.setattr(generation, "CHUNK", 8)
    parameters = SamplingParameters(samples_per_temperature=20, sample_length=64, prompts=["the"], seed=1)
    add = KeptGroup.add

    def interrupted(kept, chunk, position, state):
        if position == 48:
            raise KeyboardInterrupt
        add(kept, chunk, position, state)

    def again():
        return Generation(NETWORK, VOCABULARY, 0.8, parameters, tmp_path)

    monkeypatch.setattr(KeptGroup, "add", interrupted)
    with pytest.raises(KeyboardInterrupt):
        list(again())
    monkeypatch.setattr(KeptGroup, "add", add)
    return tmp_path / "000000", again


def test_drawing_goes_on_from_the_last_chunk_that_was_kept(cut_short):
    folder, again = cut_short
    assert len(list(folder.glob("chunk-*"))) == 5

    going_on = again()

    assert list(map(bits_of, going_on)) == list(map(bits_of, samples(samples=20, length=64)))
    assert going_on.resumed == 5 * 8 * 20
    assert list(map(bits_of, again())) == list(map(bits_of, samples(samples=20, length=64)))


@pytest.mark.parametrize("damaged", ["chunk-000000016", "state-000000040"])
def test_what_is_damaged_is_drawn_again(cut_short, damaged):
    folder, again = cut_short
    (path,) = folder.glob(f"{damaged}-*")
    content = bytearray(path.read_bytes())
    content[-9] ^= 1
    path.write_bytes(content)

    going_on = again()

    assert list(map(bits_of, going_on)) == list(map(bits_of, samples(samples=20, length=64)))
    assert going_on.resumed == 0


@pytest.mark.parametrize("cell", ["lstm", pytest.param("gru", marks=pytest.mark.slow)])
def test_where_documents_begin_anew_a_sample_begins_as_one_and_so_does_each_that_it_goes_on_with(cell):
    network, begun = (
        random_network(cell, layers=2),
        {"\n": "\n", "the": "\nthe", "a\nthe": "\na\nthe", "the\n": "\nthe\n"},
    )

    drawn = samples(network, length=60, prompts=list(begun), temperature=2.0, reset_at="lines")

    assert sum("\n" in one.text for one in drawn) > 4
    for one in drawn:
        bits = losses_by_line(network, VOCABULARY.encode(begun[one.prompt] + one.text)) / math.log(2)
        np.testing.assert_allclose(one.surprise, bits[-60:], rtol=1e-3, atol=1e-4)


def test_a_text_is_scored_document_by_document_as_samples_are_drawn():
    text = "the fox\n\nthe lazy dog\n\n\nfox\n"
    network = random_network(layers=2)

    def bits(**options):
        return [one.bits for one in FinishedModel(network, VOCABULARY, **options).score(text)]

    by_line = losses_by_line(network, VOCABULARY.encode("\n" + text)) / math.log(2)
    assert bits(reset_at="lines") == pytest.approx(by_line, rel=1e-4)
    carried = losses(network, VOCABULARY.encode("\n" + text)) / math.log(2)
    assert bits(reset_at="files") == pytest.approx(carried, rel=1e-4)
    assert bits() == pytest.approx(carried, rel=1e-4)


def test_in_a_text_that_is_scored_the_state_is_reset_after_what_ends_documents_as_in_samples():
    vocabulary = vocabulary_of("the fox\n\x03")
    model = FinishedModel(random_network(size=vocabulary.size), vocabulary, reset_at="files")

    alone, behind = ([one.bits for one in model.score(text)] for text in ("fox", "the\x03fox"))

    assert behind[-3:] == pytest.approx(alone, rel=1e-5)
