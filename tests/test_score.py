import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from tasks.caching import Artifact
from tasks.caching.keys.code import code_of
from tasks.data.passages import Passage, write_passages
from tasks.data.samples import write_samples
from tasks.data.scores import SCORED
from tasks.data.sharding import write_shards
from tasks.network.files import save_model
from tasks.reference import reference
from tasks.score import score
from tasks.text.vocabulary import vocabulary_of
from tests.kernel_setting import with_and_without
from tests.page.reviews import a_sample
from tests.tiny_models import in_lines, losses, losses_by_line, random_network

WORDS = ["time", "year", "people", "way", "day", "man", "thing", "woman", "life", "child", "world", "school", "state"]
CARD = {"cell": "LSTM", "layers": 1, "units": 12, "bits": 2.0, "cold": 3.0, "prompt": "\n"}


def prose(words, seed):
    return " ".join(np.random.default_rng(seed).choice(WORDS, words)) + "\n"


CORPUS = prose(2000, seed=1)
VOCABULARY = vocabulary_of(CORPUS)
TRAINING = len(CORPUS) * 9 // 10


def dataset_of(folder, held_out, seams=(0,)):
    ids = in_lines(VOCABULARY.encode(CORPUS[:TRAINING] + held_out))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.data.id_files.FILE_CHARACTERS", 3000)
        write_shards(folder, "train", ids, [(0, TRAINING)], metadata={})
        write_shards(folder, "validation", ids, [(TRAINING, len(ids))], metadata={})
    (folder / "vocabulary.json").write_text(VOCABULARY.to_json(), encoding="ascii")
    (folder / "floors.json").write_text(json.dumps({"uniform": 4.5}), encoding="ascii")
    write_passages(folder / "passages.json", [Passage(7, held_out[7:20], [*seams, len(held_out)][1])])
    (folder / "seams.json").write_text(json.dumps(seams))
    lengths = {"train": TRAINING, "validation": len(held_out)}
    return Artifact.of_folder(folder, {"characters": lengths})


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    return dataset_of(tmp_path_factory.mktemp("dataset"), CORPUS[TRAINING:])


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    save_model(folder, random_network(size=VOCABULARY.size), VOCABULARY, {"card": CARD})
    return Artifact.of_folder(folder)


@pytest.fixture(scope="module")
def windows(tmp_path_factory, dataset, model):
    folder = tmp_path_factory.mktemp("reference")
    outcome = reference.function(folder, dataset, model, 100, 6)
    return Artifact.of_folder(folder, outcome.facts)


def record_in(folder):
    """The record of a training, as far as the verdict looks at it."""
    folder.mkdir()
    (folder / "training.json").write_text(json.dumps({"validation_bits_per_character": 2.0, "best_step": 1}))
    (folder / "metrics.jsonl").touch()
    return Artifact.of_folder(folder)


def scored(folder, dataset, windows, **texts):
    """The stage's outcome for samples by temperature, `t05` for 0.5, and what it wrote."""
    samples = []
    for name, drawn in texts.items():
        source = folder / name
        source.mkdir(parents=True)
        rows = [a_sample(text, int(name[1:]) / 10, number, bits=3.0) for number, text in enumerate(drawn)]
        write_samples(source / "samples.parquet", rows)
        samples.append(Artifact.of_folder(source))
    out = folder / "out"
    out.mkdir()
    outcome = score.function(out, dataset, record_in(folder / "record"), windows, samples)
    rows = pq.read_table(out / "samples.parquet").to_pylist()
    return outcome, rows, json.loads((out / "scores.json").read_text())


def test_a_window_is_held_out_text_at_its_offset_scored_after_its_context(windows):
    rows = pq.read_table(windows.path("reference.parquet")).to_pylist()
    network = random_network(size=VOCABULARY.size)

    assert len(rows) == windows.facts["windows"] == (len(CORPUS) - TRAINING - 6) // 100
    for row in rows[:3]:
        offset = row["offset"]
        assert offset >= TRAINING + 6
        assert row["text"] == CORPUS[offset : offset + 100]
        nats = losses(network, VOCABULARY.encode(CORPUS[offset - 6 : offset + 100]))[5:]
        assert row["log_probability"] == pytest.approx(-nats.sum(), rel=1e-4)
        assert np.frombuffer(row["surprise"], "<f2") == pytest.approx(nats / np.log(2), rel=1e-2)


def test_windows_and_what_follows_passages_run_over_no_seam(tmp_path, model):
    held_out, out = CORPUS[TRAINING:], tmp_path / "reference"
    out.mkdir()
    dataset = dataset_of(tmp_path, held_out, seams=(0, 90, 580))

    reference.function(out, dataset, model, 100, 6)

    starts = [row["offset"] - TRAINING for row in pq.read_table(out / "reference.parquet").to_pylist()]
    assert starts[:5] == [96, 196, 296, 396, 586]
    (row,) = pq.read_table(out / "continuations.parquet").to_pylist()
    assert row["text"] == held_out[20:90]


@pytest.mark.slow
def test_with_resets_each_line_of_a_window_is_scored_by_itself(tmp_path, model):
    held_out, out = "".join(prose(4, seed) for seed in range(60)), tmp_path / "reference"
    dataset, network = dataset_of(tmp_path, held_out), random_network(size=VOCABULARY.size)
    out.mkdir()

    reference.function(out, dataset, model, 100, 6, reset_at="lines")

    rows = pq.read_table(out / "reference.parquet").to_pylist()
    assert len(rows) > 9
    for row in rows:
        offset = row["offset"] - TRAINING
        nats = losses_by_line(network, VOCABULARY.encode(held_out[offset - 6 : offset + 100]))[5:]
        assert row["log_probability"] == pytest.approx(-nats.sum(), rel=1e-4)


def test_what_follows_a_passage_is_scored_after_its_beginning_as_a_sample_is(windows):
    (row,) = pq.read_table(windows.path("continuations.parquet")).to_pylist()
    held_out = CORPUS[TRAINING:]

    assert (row["offset"], row["prompt"], row["text"]) == (20, held_out[7:20], held_out[20:120])
    nats = losses(random_network(size=VOCABULARY.size), VOCABULARY.encode(held_out[7:120]))[12:]
    assert row["log_probability"] == pytest.approx(-nats.sum(), rel=1e-4)
    assert np.frombuffer(row["surprise"], "<f2") == pytest.approx(nats / np.log(2), rel=1e-2)


def test_samples_of_all_temperatures_are_scored_beside_held_out_text(tmp_path, dataset, windows):
    copies = [CORPUS[place : place + 100] for place in (50, 700, 5000)]
    loops = ["time " * 20] * 3
    fresh = [prose(30, seed)[:100] for seed in (7, 8, 9)]

    outcome, rows, scores = scored(tmp_path, dataset, windows, t02=loops, t05=copies, t10=fresh)

    assert [(row["temperature"], row["index"]) for row in rows] == [(t, n) for t in (0.2, 0.5, 1.0) for n in range(3)]
    assert set(rows[0]) == set(SCORED.names)
    for row, place in zip(rows[3:6], (50, 700, 5000), strict=True):
        assert row["copied"] == [{"start": 0, "end": 100, "offset": place}]
    assert all(row["looped_share"] == 1 for row in rows[:3])
    by_temperature = {one["temperature"]: one["measures"] for one in scores["temperatures"]}
    assert by_temperature[0.5]["copied_share"]["value"] == 1
    assert by_temperature[1.0]["known_words"]["value"] == 1
    assert scores["reference"]["windows"] == windows.facts["windows"]
    assert scores["reference"]["measures"]["copied_share"]["value"] <= 0.01
    assert scores["has_words"]
    assert 10 < scores["least_copy"] <= 100
    assert scores["recommended"]["told"] is False  # by three samples
    assert "too-few-to-tell" in [one["code"] for one in scores["findings"]]
    assert outcome.facts == {"recommended": scores["recommended"], "verdict": scores["findings"], "findings": []}


def test_many_samples_are_scored_in_chunks_as_they_are_at_once(tmp_path, monkeypatch, dataset, windows):
    texts = {"t05": [prose(20, seed) for seed in range(9)], "t10": [prose(5, seed) for seed in range(4)]}
    at_once = scored(tmp_path / "at once", dataset, windows, **texts)
    monkeypatch.setattr("tasks.quality.measuring.CHUNK_CHARACTERS", 150)

    assert scored(tmp_path / "in chunks", dataset, windows, **texts) == at_once


def test_equal_inputs_give_equal_bytes(tmp_path, dataset, windows):
    for name in ("one", "two"):
        scored(tmp_path / name, dataset, windows, t05=[prose(20, 1), prose(20, 2)])

    for file in ("samples.parquet", "scores.json"):
        assert (tmp_path / "one/out" / file).read_bytes() == (tmp_path / "two/out" / file).read_bytes()


def test_without_kernels_the_scores_are_the_same(tmp_path, monkeypatch, dataset, windows):
    monkeypatch.setattr("tasks.quality.matches.WHOLE_BYTES", 0)
    monkeypatch.setattr("tasks.quality.matches.SORTED_BYTES", 500)
    texts = {"t05": [CORPUS[place : place + 80] for place in (50, 700, 5000)], "t10": [prose(20, 1), "lofe schhool\n"]}
    folders = iter((tmp_path / "with", tmp_path / "without"))

    compiled, without = with_and_without(lambda: scored(next(folders), dataset, windows, **texts))
    assert compiled == without


def test_no_code_of_the_model_counts_in_the_scores():
    reached = code_of(score.function).definitions

    assert "tasks.quality.matches:_matches_in" in reached
    assert not any(name.startswith(("tasks.network", "tasks.learning", "tasks.sampling")) for name in reached)


def test_held_out_text_that_stands_in_the_training_text_is_said(tmp_path, model):
    for name in ("dataset", "reference"):
        (tmp_path / name).mkdir()
    repeated = dataset_of(tmp_path / "dataset", CORPUS[TRAINING:] + CORPUS[500:1500])
    outcome = reference.function(tmp_path / "reference", repeated, model, 200, 6)
    windows = Artifact.of_folder(tmp_path / "reference", outcome.facts)

    (said,) = scored(tmp_path, repeated, windows, t10=["time and time again\n"])[0].facts["findings"]

    assert "of the held-out text stands word for word in the training text" in said
    assert "--duplicates" not in said  # The training text is one document.
    assert 0.3 < float(said.partition("%")[0]) / 100 < 0.6
