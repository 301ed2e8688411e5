import json
import math

import pytest

from tasks.caching import Artifact
from tasks.caching.manifest import Manifest
from tasks.data.ids import Ids
from tasks.data.passages import Passage, write_passages
from tasks.data.sharding import write_shards
from tasks.learning import cadence, preview
from tasks.network.loading import load_network
from tasks.network.numerics import HERE
from tasks.network.saved_model import TAKEN, digest_of_model
from tasks.progress import listening
from tasks.text.vocabulary import Vocabulary
from tasks.train import train
from tests.tiny_models import VOCABULARY, losses, parameters, text

LOSS = ("loss_nats", "standard_error_nats", "bits_per_character", "standard_error_bits", "characters", "blocks")
COLD = (
    "loss_cold_nats",
    "standard_error_cold_nats",
    "bits_per_character_cold",
    "standard_error_cold_bits",
    "characters_cold",
    "blocks_cold",
)
FILES = {
    "model.keras",
    "vocabulary.json",
    "config.json",
    "README.md",
    "trained_on.npy",
    "metrics.jsonl",
    "training.json",
}


@pytest.fixture(autouse=True, scope="module")
def _short_previews():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preview, "LENGTH", 3)
        yield


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    folder, ids = tmp_path_factory.mktemp("dataset"), Ids.of(text(1500))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.data.id_files.FILE_CHARACTERS", 500)
        write_shards(folder, "train", ids, [(0, 1200)], metadata={})
    write_shards(folder, "validation", ids, [(1200, 1400)], metadata={})
    write_shards(folder, "test", ids, [(1400, len(ids))], metadata={})
    (folder / "vocabulary.json").write_text(VOCABULARY.to_json(), encoding="ascii")
    write_passages(folder / "passages.json", [Passage(4, "quick brown", 200)])
    return Artifact.of_folder(folder)


def run(folder, dataset, **overrides):
    out = folder / "out"
    out.mkdir(parents=True, exist_ok=True)
    return out, train.function(out, dataset, parameters(**{"epochs": 2, **overrides}))


@pytest.fixture(scope="module")
def made(tmp_path_factory, dataset):
    return run(tmp_path_factory.mktemp("train"), dataset, layers=2)


def test_the_model_its_card_and_its_history_are_written(made):
    out, _ = made

    assert {p.name for p in out.iterdir()} == FILES
    assert Vocabulary.from_json((out / "vocabulary.json").read_text()) == VOCABULARY
    assert "LSTM, 2 x 16 units" in (out / "README.md").read_text()


def test_previews_go_on_from_the_first_held_out_passage(made):
    out, _ = made

    assert json.loads((out / "training.json").read_text())["preview_prompt"] == "quick brown"


def test_the_facts_say_what_was_made_and_how_good_it_is(made):
    out, outcome = made
    facts, network = outcome.facts, load_network(out / "model.keras")
    loss = losses(network, text(1400)[1200:]).mean()

    assert set(facts) == {
        "parameters",
        "steps",
        "epochs",
        *(f"{split}_{fact}" for split in ("validation", "test", "training") for fact in LOSS),
        *(f"{split}_{fact}" for split in ("validation", "test") for fact in COLD),
        "best_step",
        "precision",
        "findings",
        "threads",
        "onednn",
        "device",
        "gpu",
        "kernels",
    }
    assert set(outcome.notes) == {"characters_per_second", "train_seconds"}
    assert (facts["threads"], facts["onednn"]) == (HERE.threads, HERE.onednn)
    assert facts["findings"] == []
    assert (facts["parameters"], facts["precision"]) == (network.count_params(), "float32")
    assert facts["validation_loss_nats"] == pytest.approx(loss, rel=1e-4)
    assert facts["validation_loss_cold_nats"] == pytest.approx(loss, rel=1e-4)
    assert facts["validation_bits_per_character"] == pytest.approx(loss / math.log(2), rel=1e-4)
    assert 0 < facts["best_step"] <= facts["steps"] == 18
    assert facts["epochs"] == pytest.approx(18 * 8 * 16 / 1200, abs=1e-3)
    notes = outcome.notes
    assert notes["characters_per_second"] == pytest.approx(18 * 8 * 16 / notes["train_seconds"], rel=0.01)
    assert json.loads(json.dumps(facts)) == facts
    assert outcome.resumed_from is None


def test_what_is_held_out_to_the_end_and_training_text_are_measured_with_the_same_weights(made):
    out, outcome = made
    facts, network, ids = outcome.facts, load_network(out / "model.keras"), text(1500)

    test, first_stretch = losses(network, ids[1400:]).mean(), losses(network, ids[:257]).mean()
    assert facts["test_loss_nats"] == facts["test_loss_cold_nats"] == pytest.approx(test, rel=1e-4)
    assert facts["test_characters"] == len(ids) - 1401
    assert facts["training_loss_nats"] == pytest.approx(first_stretch, rel=1e-4)
    assert facts["training_characters"] == 256


def test_the_layers_and_hyperparameters_are_described(made):
    out, outcome = made

    details = json.loads((out / "training.json").read_text())

    assert [(layer["name"], layer["type"]) for layer in details["layers"]] == [
        ("embedding", "Embedding"),
        ("lstm_1", "LSTM"),
        ("lstm_2", "LSTM"),
        ("logits", "Dense"),
    ]
    assert sum(layer["parameters"] for layer in details["layers"]) == outcome.facts["parameters"]
    chosen = {
        "batch_size": 8,
        "steps": 18,
        "optimizer": "adam",
        "learning_rate": 0.004,
        "weight_decay": 0.0,
        "dropout": 0.0,
        "warmup_steps": 5,
        "averaging_steps": 1,
        "validate_every": 1,
    }
    assert details["hyperparameters"] == {**parameters(epochs=2, layers=2).model_dump(), **chosen}
    assert details["previews"][0]["step"] == 0
    assert details["previews"][-1]["step"] == outcome.facts["steps"]
    said = {**outcome.facts, **outcome.notes}
    assert {name: details[name] for name in said} == said
    config = json.loads((out / "config.json").read_text())
    assert (config["fit"], config["vocabulary"]) == (chosen, VOCABULARY.sha256)


def test_a_state_that_would_be_reset_nowhere_is_a_finding(tmp_path, dataset):
    _, outcome = run(tmp_path, dataset, epochs=1, reset_at="files")

    assert outcome.facts["findings"] == ["--reset-state resets nothing: the training text is a single document"]


def test_metrics_are_a_line_for_each_logged_step(made):
    out, outcome = made

    lines = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]

    assert [line["step"] for line in lines] == sorted({line["step"] for line in lines})
    assert lines[-1]["step"] == outcome.facts["steps"]
    for line in lines:
        assert set(line) == {
            "step",
            "characters",
            "seconds",
            "train_loss_nats",
            "validation_loss_nats",
            "validation_standard_error_nats",
            "learning_rate",
        }
        assert line["characters"] == line["step"] * 8 * 16


@pytest.mark.slow
def test_equal_runs_have_equal_digests_and_others_do_not(tmp_path, dataset, made):
    _, again = run(tmp_path / "again", dataset, layers=2)
    _, other = run(tmp_path / "other", dataset, layers=2, training_seed=2)

    assert again.digest == made[1].digest != other.digest


def test_a_run_that_was_cut_short_goes_on_and_says_from_where(tmp_path, dataset, made, monkeypatch):
    def cut(event):
        if event.step >= 10:
            raise KeyboardInterrupt

    monkeypatch.setattr(cadence, "SHARE", math.inf)
    with listening(cut), pytest.raises(KeyboardInterrupt):
        run(tmp_path, dataset, layers=2, checkpoint_steps=1)

    out, outcome = run(tmp_path, dataset, layers=2)

    assert outcome.resumed_from == "step 9"
    assert outcome.digest == made[1].digest
    assert json.loads((out / "training.json").read_text())["resumed_from"] == [9]
    assert {p.name for p in out.iterdir()} == FILES


@pytest.mark.slow
def test_a_run_with_more_epochs_says_from_where_it_goes_on(tmp_path, dataset):
    recipe = {"schedule": "trapezoid", "keep": "latest"}
    (tmp_path / "longer").mkdir()
    run(tmp_path / "shorter", dataset, epochs=1, **recipe)
    (tmp_path / "longer" / "family").symlink_to(tmp_path / "shorter" / "family")

    out, outcome = run(tmp_path / "longer", dataset, epochs=2, **recipe)

    assert outcome.resumed_from == "step 7 of a run with fewer epochs"
    details = json.loads((out / "training.json").read_text())
    assert (details["lent_from"], details["rollbacks"]) == (7, [])
    assert details["checkpoints"]["count"] == 1
    assert {p.name for p in out.iterdir()} == FILES


@pytest.mark.parametrize("options", [{"cell": "gru"}, {"preset": "notebook"}])
def test_other_recipes_leave_the_same_files(tmp_path, dataset, options):
    out, outcome = run(tmp_path, dataset, **options)

    assert {p.name for p in out.iterdir()} == FILES
    if "preset" in options:
        assert outcome.facts["best_step"] == outcome.facts["steps"]


def earlier_model(folder):
    paths = {name: folder / name for name in TAKEN}
    return Artifact(Manifest(stage="", name="", digest=digest_of_model(paths)), paths)


def test_the_key_and_the_family_of_checkpoints_depend_on_the_content_of_the_initial_model_alone(made, dataset):
    here = earlier_model(made[0])
    elsewhere = Artifact(here.manifest, {"model.keras": made[0] / "renamed"})
    other = Artifact(Manifest(stage="", name="", digest="0" * 64), {})
    calls = [train.bind(dataset, parameters(), initial_model=one) for one in (here, elsewhere, other, None)]

    assert calls[0].key == calls[1].key
    assert len({call.key for call in calls}) == len({call.family for call in calls}) == 3


@pytest.mark.slow
def test_a_run_from_an_earlier_model_says_so_and_what_that_had_seen(tmp_path, made, dataset):
    initial = earlier_model(made[0])
    out = tmp_path / "out"
    out.mkdir()

    outcome = train.function(out, dataset, parameters(layers=2, epochs=1), initial_model=initial)

    assert outcome.facts["initial"] == {
        "sha256": initial.digest,
        "validation_bits_per_character": pytest.approx(made[1].facts["validation_bits_per_character"], rel=1e-6),
        "new_characters": 0,
        "dropped_characters": 0,
        "validation_seen": 0.0,
        "test_seen": 0.0,
    }
    assert json.loads((out / "training.json").read_text())["initial"] == outcome.facts["initial"]
    assert initial.digest in (out / "README.md").read_text()
    assert outcome.facts["validation_loss_nats"] < made[1].facts["validation_loss_nats"]
    assert {p.name for p in out.iterdir()} == FILES


def test_an_initial_model_that_was_changed_since_it_was_chosen_is_refused(tmp_path, made, dataset):
    initial = Artifact(Manifest(stage="", name="", digest="0" * 64), {name: made[0] / name for name in TAKEN})

    with pytest.raises(ValueError, match="was changed meanwhile"):
        train.function(tmp_path, dataset, parameters(layers=2), initial_model=initial)
