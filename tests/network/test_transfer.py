import numpy as np
import pytest

from tasks.network.model import build
from tasks.network.transfer import transferred
from tests.tiny_models import parameters, random_network

EARLIER, NOW = "\nabcdeé", "\n bdeézß"  # a and c are gone, the blank, z and ß are new
SHARED = [character for character in NOW if character in EARLIER]


def networks(cell, layers):
    earlier = random_network(cell, layers, size=len(EARLIER), units=16)
    fresh = build(parameters(cell=cell, layers=layers), len(NOW))
    warm = build(parameters(cell=cell, layers=layers), len(NOW))
    warm.set_weights(transferred(earlier, EARLIER, warm, NOW))
    return earlier, fresh, warm


def logits(network, characters, text):
    ids = np.array([[characters.index(character) for character in text]], np.int32)
    return network([ids, *(np.zeros((1, s.shape[-1]), np.float32) for s in network.inputs[1:])])[0].numpy()[0]


@pytest.mark.parametrize(("cell", "layers"), [("lstm", 2), ("gru", 1)])
def test_before_any_step_shared_characters_have_the_logits_that_the_earlier_model_gives(cell, layers):
    earlier, _, warm = networks(cell, layers)
    text = "bé\ned" * 4

    before = logits(earlier, EARLIER, text)[:, [EARLIER.index(c) for c in SHARED]]
    after = logits(warm, NOW, text)[:, [NOW.index(c) for c in SHARED]]

    np.testing.assert_allclose(after, before, rtol=1e-5, atol=1e-6)


def test_new_characters_begin_as_in_a_network_that_is_built():
    _, fresh, warm = networks("lstm", 1)
    new = [number for number, character in enumerate(NOW) if character not in EARLIER]

    for got, expected, axis in zip(
        [warm.get_weights()[n] for n in (0, -2, -1)],
        [fresh.get_weights()[n] for n in (0, -2, -1)],
        (0, 1, 0),
        strict=True,
    ):
        np.testing.assert_array_equal(got.take(new, axis), expected.take(new, axis))


@pytest.mark.parametrize("other", [{"units": 12}, {"units": 16, "layers": 2}, {"units": 16, "cell": "gru"}], ids=str)
def test_a_network_of_another_shape_is_refused(other):
    earlier = random_network(size=len(EARLIER), **other)

    with pytest.raises(ValueError, match="the earlier network has another"):
        transferred(earlier, EARLIER, build(parameters(), len(NOW)), NOW)
