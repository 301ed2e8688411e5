import numpy as np

from tasks.learning.preview import LENGTH, _compiled_loop, preview
from tasks.network.model import build
from tests.tiny_models import VOCABULARY, parameters, random_network


def test_the_seed_decides_the_preview():
    network = random_network()

    first, again, other = (preview(network, seed) for seed in (1, 1, 2))

    assert first == again != other
    assert len(first) == LENGTH
    assert set(first) <= set(range(VOCABULARY.size))


def test_networks_of_different_cells_and_sizes_are_previewed_in_turn():
    for cell, size in [("lstm", 5), ("gru", 5), ("lstm", 1), ("gru", 7)]:
        assert max(preview(random_network(cell, layers=2, size=size), 1)) < size


def test_what_is_never_drawn_is_in_no_preview():
    network = build(parameters(), 6)
    network.set_weights([*network.get_weights()[:-1], np.eye(6)[4] * 50 + np.eye(6)[2] * 25])

    assert preview(network, 1, never=(4,)) == [2] * LENGTH


def test_a_preview_follows_the_network():
    network = build(parameters(), 6)
    network.set_weights([*network.get_weights()[:-1], np.eye(6)[4] * 50])

    assert preview(network, 1) == [4] * LENGTH


def test_a_preview_goes_on_from_its_prompt(monkeypatch):
    monkeypatch.setattr("tasks.learning.preview.LENGTH", 40)
    network, (first, second) = random_network(), VOCABULARY.encode("th").tolist()

    drawn = [preview(network, 1, prompt=prompt) for prompt in ([first], [second], [first, second])]

    assert len({tuple(one) for one in drawn}) == 3
    assert {len(one) for one in drawn} == {40}


def test_prompts_of_many_lengths_need_no_further_loops(monkeypatch):
    monkeypatch.setattr("tasks.learning.preview.LENGTH", 2)
    network = random_network()
    for length in (3, 4):
        preview(network, 1, prompt=[1] * length)
    traced = _compiled_loop(None).experimental_get_tracing_count()

    for length in (1, 7, 8, 30, 31):
        preview(network, 1, prompt=[1] * length)

    assert _compiled_loop(None).experimental_get_tracing_count() == traced
