import numpy as np
import pytest

from tasks.data.ids import Ids
from tasks.data.sharding import write_shards
from tasks.learning import hyperparameters
from tasks.learning.run import checkpoint_of, restore
from tasks.learning.training import train
from tasks.learning.update import updates_of
from tests.tiny_models import VOCABULARY, in_lines, lines, losses_by_line, parameters, text


def updates(**overrides):
    return updates_of(Ids.of(text(1200)), VOCABULARY.size, parameters(**overrides))


def test_the_averages_follow_the_weights_over_a_share_of_the_steps_and_at_first_over_less():
    made, expected = updates(epochs=40), None

    for step in range(60):
        made.step()
        share = max(1 / made.fitted.averaging_steps, 9 / (step + 9))
        weights = made.run.network.get_weights()
        expected = [e + share * (w - e) for e, w in zip(expected or weights, weights, strict=True)]

    for average, value in zip(made.run.averages, expected, strict=True):
        np.testing.assert_allclose(average, value, rtol=1e-4, atol=1e-6)


def test_the_network_has_the_averages_only_for_the_time_being():
    made = updates(epochs=40)
    for _ in range(5):
        made.step()
    own = made.run.network.get_weights()

    with made.run.averaged():
        within = made.run.network.get_weights()

    for average, had, weight, after in zip(made.run.averages, within, own, made.run.network.get_weights(), strict=True):
        np.testing.assert_array_equal(had, average.numpy())
        np.testing.assert_array_equal(after, weight)
    assert any((had != weight).any() for had, weight in zip(within, own, strict=True))


@pytest.mark.parametrize("cell", ["lstm", pytest.param("gru", marks=pytest.mark.slow)])
@pytest.mark.parametrize("preset", ["quick", "notebook"])
def test_with_resets_a_steps_loss_is_that_of_its_documents_each_by_itself(tmp_path, preset, cell):
    ids = in_lines(lines(1500, seed=1))
    write_shards(tmp_path, "train", ids, [(0, 1500)], metadata={})
    shards, settings = Ids.open(sorted(tmp_path.iterdir())), parameters(preset, cell=cell, layers=2, reset_at="lines")
    made = updates_of(shards, VOCABULARY.size, settings)
    batch, network = made.batches.batch(0), made.run.network
    rows = np.concatenate([batch.inputs, batch.targets[:, -1:]], 1)
    expected = np.mean([losses_by_line(network, row) for row in rows])

    assert (batch.keep == 0).sum() > 10
    assert made.step() == pytest.approx(expected, rel=1e-5)


@pytest.mark.usefixtures("short_previews")
def test_a_model_is_the_average_of_the_weights(tmp_path):
    settings = parameters(keep="latest")

    result = train(Ids.of(text(1200)), Ids.of(text(300)), VOCABULARY, settings, tmp_path / "kept", tmp_path / "shared")

    for average, weight in zip(result.run.averages, result.network.get_weights(), strict=True):
        np.testing.assert_array_equal(average.numpy(), weight)


@pytest.mark.parametrize("options", [{"averaged": False}, {"preset": "notebook"}], ids=str)
def test_without_averaging_the_weights_are_the_model(options):
    made = updates(**options)
    made.step()
    own = made.run.network.get_weights()

    with made.run.averaged():
        within = made.run.network.get_weights()

    assert made.run.averages == []
    for had, weight in zip(within, own, strict=True):
        np.testing.assert_array_equal(had, weight)


@pytest.mark.parametrize(
    ("optimizer", "cell"),
    [
        ("muon", "lstm"),
        ("adam", "gru"),
        pytest.param("adam", "lstm", marks=pytest.mark.slow),
        pytest.param("muon", "gru", marks=pytest.mark.slow),
    ],
)
def test_a_run_that_was_restored_takes_the_same_steps(optimizer, cell):
    made, restored = (updates(optimizer=optimizer, cell=cell) for _ in range(2))
    for _ in range(3):
        made.step()
    restore(restored.run, checkpoint_of(made.run))

    assert [made.step() for _ in range(3)] == [restored.step() for _ in range(3)]
    for one, other in zip(
        checkpoint_of(made.run).arrays.items(), checkpoint_of(restored.run).arrays.items(), strict=True
    ):
        assert one[0] == other[0]
        np.testing.assert_array_equal(one[1], other[1])


def test_muons_kernels_decay_as_the_rule_has_it(monkeypatch):
    decaying = updates(optimizer="muon")
    monkeypatch.setattr(hyperparameters, "MAXIMUM_DECAY", 0.0)
    lasting = updates(optimizer="muon")
    before, factor = lasting.run.network.get_layer("lstm_1").get_weights(), 0.004 / 5 * decaying.fitted.weight_decay

    for made in (decaying, lasting):
        made.step()

    (*decayed, bias), (*kept, same) = (m.run.network.get_layer("lstm_1").get_weights() for m in (decaying, lasting))
    assert lasting.fitted.weight_decay == 0 < factor
    np.testing.assert_array_equal(bias, same)
    for own, other, first in zip(decayed, kept, before[:2], strict=True):
        np.testing.assert_allclose(other - own, factor * first, atol=2e-7)
