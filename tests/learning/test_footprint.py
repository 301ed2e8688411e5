import pytest

from tasks.data.ids import Ids
from tasks.learning import footprint as of
from tasks.learning.footprint import TooLargeError, footprint
from tasks.learning.hyperparameters import fit
from tasks.learning.update import updates_of
from tasks.network.model import build
from tests.tiny_models import VOCABULARY, parameters, text


def taken(shape=(128, 64), **overrides):
    settings = parameters(**overrides)
    return footprint(settings, fit(settings, 1_000_000, lambda rows: 100), 65, shape)


@pytest.mark.parametrize("options", [{"layers": 3}, {"cell": "gru", "layers": 2}], ids=str)
def test_the_weights_are_those_that_the_network_has(options):
    assert taken(**options).weights == build(parameters(**options), 65).count_params()


def test_adam_holds_a_moment_more_than_muon_for_each_weight_of_the_kernels():
    adam, muon = (taken(optimizer=name).of_weights for name in ("adam", "muon"))

    assert adam - muon == 4 * 4 * 16 * (8 + 16)


def test_means_and_best_weights_are_copies_of_all():
    with_both, with_neither = taken(optimizer="adam"), taken(optimizer="adam", keep="latest", averaged=False)

    assert with_both.of_weights - with_neither.of_weights == 2 * 4 * with_both.weights


def test_a_step_takes_room_for_each_of_its_characters():
    assert taken((128, 64)).of_step == 8 * taken((16, 64)).of_step == 8192 * (16 * (4 + 4 + 16 + 16) + 65 * 8)


def test_a_model_that_cannot_fit_is_refused_before_it_is_built_with_the_numbers():
    ids = Ids.of(text(3000))

    with pytest.raises(
        TooLargeError, match=r"needs at least 2\d\d\.\d GB of memory, and there .* lower --units or --layers$"
    ):
        updates_of(ids, VOCABULARY.size, parameters(units=8192, layers=16))


def test_steps_that_cannot_fit_are_refused_with_what_makes_them_smaller(monkeypatch):
    monkeypatch.setattr(of, "usable_memory", lambda: 50_000)

    with pytest.raises(TooLargeError, match=r"0\.0 GB for the 128 characters of a step; lower --batch-size"):
        updates_of(Ids.of(text(3000)), VOCABULARY.size, parameters())
