import bz2
import itertools
import json
import lzma
import math
import re
import shutil
from collections import Counter

import numpy as np
import pyarrow.parquet as pq
import pytest

from tasks.caching import Artifact, Session, Store
from tasks.caching.keys.digests import digest_of_file
from tasks.caching.running.execute import execute
from tasks.data.dataset import Dataset
from tasks.data.documents import DocumentWriter
from tasks.data.ids import Ids
from tasks.data.passages import read_passages
from tasks.encode import encode
from tasks.shard import shard
from tasks.text.vocabulary import Vocabulary, vocabulary_of
from tests.normal_text import normal_text

TEXT = "".join(f"Line {number} of a play, spoken aloud.\n" for number in range(300))


@pytest.fixture
def encoded(tmp_path):
    out = tmp_path / "encoded"
    out.mkdir()
    encode.function(out, documents(tmp_path / "text"))
    return Artifact.of_folder(out)


@pytest.fixture
def table(tmp_path, encoded):
    return Artifact.of_folder(tmp_path / "text")


def documents(folder):
    """The text, each line a document."""
    return normal_text(folder, TEXT, starts=[n for n in range(len(TEXT)) if n == 0 or TEXT[n - 1] == "\n"])


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def text_of(out, split):
    vocabulary = Vocabulary.from_json((out / "vocabulary.json").read_text())
    return vocabulary.decode(Ids.open(sorted(out.glob(f"{split}-*.parquet")))[:])


def test_beginnings_of_validation_text_are_named_and_count_in_the_digest(out, encoded, table, monkeypatch):
    outcome = shard.function(out, encoded, table)
    passages = read_passages(out / "passages.json")
    monkeypatch.setattr("tasks.data.passage_choice.MOST", 2)
    shutil.rmtree(out)
    out.mkdir()

    assert len(passages) > 2
    assert {one.text for one in passages} <= {line for line in TEXT.split("\n") if line.startswith("Line ")}
    assert shard.function(out, encoded, table).digest != outcome.digest


def test_the_end_of_the_text_is_held_out(out, encoded, table):
    outcome = shard.function(out, encoded, table, validation_fraction=0.2, test_fraction=0.1)

    lengths = outcome.facts["characters"]
    assert list(lengths) == ["train", "validation", "test"]
    assert "".join(text_of(out, split) for split in lengths) == TEXT
    assert {split: len(text_of(out, split)) for split in lengths} == lengths
    assert lengths["validation"] == pytest.approx(0.2 * len(TEXT), abs=2)


def test_no_test_split_is_made_unless_asked_for(out, encoded, table):
    outcome = shard.function(out, encoded, table)

    assert sorted(path.name for path in out.iterdir()) == [
        "floors.json",
        "passages.json",
        "seams.json",
        "train-00000-of-00001.parquet",
        "validation-00000-of-00001.parquet",
        "vocabulary.json",
    ]
    assert outcome.facts["shards"] == 2
    assert len(text_of(out, "validation")) == pytest.approx(0.1 * len(TEXT), abs=2)


def test_a_long_split_is_cut_into_shards_that_know_their_place(out, encoded, table, monkeypatch):
    monkeypatch.setattr("tasks.data.id_files.FILE_CHARACTERS", 1000)
    facts = shard.function(out, encoded, table).facts

    paths = sorted(out.glob("*.parquet"))
    rows = [row for path in paths for row in pq.read_table(path).to_pylist()]
    ids = Ids.open([encoded.path("ids-00000.parquet")])[:].tobytes()
    assert facts["shards"] == len(paths) > 10
    assert [row["offset"] for row in rows] == sorted(row["offset"] for row in rows)
    assert all(ids[row["offset"] :].startswith(row["ids"]) for row in rows)
    assert sum(len(row["ids"]) for row in rows) == len(TEXT)


def test_each_shard_names_its_split_and_what_it_was_made_of(out, encoded, table):
    shard.function(out, encoded, table)

    for path in out.glob("*.parquet"):
        metadata = pq.read_schema(path).metadata
        assert metadata[b"charflow.split"].decode() == path.name.partition("-")[0]
        assert metadata[b"charflow.encoded"].decode() == encoded.digest
        assert metadata[b"charflow.vocabulary"].decode() == vocabulary_of(TEXT).sha256


def test_the_floors_are_measured(out, encoded, table):
    facts = shard.function(out, encoded, table).facts

    assert json.loads((out / "floors.json").read_text()) == facts["floors"]
    assert facts["floors"]["uniform"] == pytest.approx(math.log2(len(set(TEXT))))
    ids = Ids.open([encoded.path("ids-00000.parquet")])[:]
    train = facts["characters"]["train"]
    frequencies = (np.bincount(ids[:train], minlength=len(set(TEXT))) + 1) / (train + len(set(TEXT)))
    assert facts["floors"]["unigram"] == pytest.approx(-np.log2(frequencies[ids[train:]]).mean())
    grown = len(bz2.compress(TEXT.encode())) - len(bz2.compress(TEXT[:train].encode()))
    assert facts["floors"]["bzip2"] == pytest.approx(grown * 8 / (len(TEXT) - train))
    assert facts["compressed_characters"] == facts["characters"]


def test_the_compressors_are_given_the_end_of_the_training_text_and_the_beginning_of_what_is_held_out(
    out, encoded, table, monkeypatch
):
    monkeypatch.setattr("tasks.quality.floors.TRAINING_BYTES", 3000)
    monkeypatch.setattr("tasks.quality.floors.HELD_OUT_BYTES", 700)
    facts = shard.function(out, encoded, table, hold_out="blocks").facts

    train, held_out = text_of(out, "train")[-3000:], text_of(out, "validation")[:700]
    grown = len(lzma.compress((train + held_out).encode())) - len(lzma.compress(train.encode()))
    assert facts["compressed_characters"] == {"train": 3000, "validation": 700}
    assert facts["floors"]["xz"] == pytest.approx(grown * 8 / 700)


def test_the_digest_is_of_the_content_and_not_of_how_it_is_sharded(out, encoded, table, tmp_path, monkeypatch):
    first = shard.function(out, encoded, table).digest
    monkeypatch.setattr("tasks.data.id_files.FILE_CHARACTERS", 1000)
    folders = [tmp_path / "again", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()

    assert shard.function(folders[0], encoded, table).digest == first
    assert shard.function(folders[1], encoded, table, validation_fraction=0.2).digest != first


def test_too_little_to_hold_out_is_refused(out, encoded, table):
    with pytest.raises(ValueError, match="the validation split would have"):
        shard.function(out, encoded, table, validation_fraction=0.001)


def test_the_store_holds_one_copy_of_the_files_that_a_split_shares_with_the_ids(tmp_path, monkeypatch):
    monkeypatch.setattr("tasks.data.id_files.FILE_CHARACTERS", 1000)
    table = documents(tmp_path / "text")
    store = Store(tmp_path / "store")
    session = Session(store=store, answer=execute)
    with session.active():
        ids = encode(table)
        dataset = shard(ids, table)
        again = shard(ids, table, test_fraction=0.1)

    whole = len(TEXT) * 9 // 10 // 1000
    for made in (dataset, again):
        shared = {ids.path(name) for name in ids.names} & {made.path(name) for name in made.names}
        assert len(shared) >= whole - 2
        assert Ids.open([made.path(name) for name in made.names if name.startswith("train")])[:].tobytes() in (
            vocabulary_of(TEXT).encode(TEXT).tobytes()
        )
    for blob in store.blobs:
        assert blob.stat().st_nlink == 1
        assert digest_of_file(blob) == blob.name
    assert not list((store.root / "scratch").iterdir())


@pytest.mark.parametrize("hold_out", ["documents", "blocks"])
def test_what_is_held_out_can_be_drawn_from_all_over(out, encoded, table, hold_out):
    facts = shard.function(out, encoded, table, hold_out=hold_out, validation_fraction=0.2).facts

    validation, train = text_of(out, "validation"), text_of(out, "train")
    assert len(validation) == facts["characters"]["validation"] == pytest.approx(0.2 * len(TEXT), abs=300)
    assert Counter(train + validation) == Counter(TEXT)
    tenths = {int(number) // 30 for number in re.findall(r"Line (\d+) of", validation)}
    assert len(tenths) > 4
    if hold_out == "documents":
        assert sorted((train + validation).splitlines()) == sorted(TEXT.splitlines())
        starts = np.concatenate([*Ids.open(sorted(out.glob("validation-*.parquet"))).starts()])
        assert "".join(validation[start] for start in starts) == "L" * len(validation.splitlines())


@pytest.mark.parametrize("hold_out", ["documents", "blocks", "tail"])
def test_what_follows_a_passage_in_its_text_follows_it_in_the_corpus(out, encoded, table, hold_out):
    shard.function(out, encoded, table, hold_out=hold_out, validation_fraction=0.2)

    validation, dataset = text_of(out, "validation"), Dataset.of(Artifact.of_folder(out))
    bounds = [*dataset.seams.tolist(), len(validation)]
    texts = [validation[start:stop] for start, stop in itertools.pairwise(bounds)]
    assert "".join(texts) == validation
    assert all(text in TEXT for text in texts)
    assert dataset.passages
    for one in dataset.passages:
        assert one.stop == next(bound for bound in bounds if bound > one.start)
    if hold_out == "documents":
        assert texts == validation.splitlines(keepends=True)
    assert (len(texts) == 1) == (hold_out == "tail")


def test_each_corpus_is_a_text_of_its_own(out, tmp_path):
    encoded, folder = tmp_path / "encoded", tmp_path / "text"
    for made in (encoded, folder):
        made.mkdir()
    (folder / "text.txt").write_text(TEXT)
    with DocumentWriter(folder / "documents.parquet") as writer:
        for source, start in enumerate((0, 4000)):
            writer.add(np.array([start]), source)
    table = Artifact.of_folder(folder)
    encode.function(encoded, table)
    shard.function(out, Artifact.of_folder(encoded), table)

    assert json.loads((out / "seams.json").read_text()) == [0, 400]
    assert {one.stop for one in read_passages(out / "passages.json")} == {400, len(text_of(out, "validation"))}


def test_the_seed_tells_what_is_drawn(out, encoded, table, tmp_path):
    digests = [shard.function(out, encoded, table, hold_out="blocks").digest]
    for seed in (1, 2):
        folder = tmp_path / f"seed{seed}"
        folder.mkdir()
        digests.append(shard.function(folder, encoded, table, hold_out="blocks", hold_out_seed=seed).digest)

    assert digests[0] == digests[1] != digests[2]


def test_a_tail_of_another_kind_is_said_with_what_helps(tmp_path):
    text = TEXT * 3 + "Все счастливые семьи похожи друг на друга.\n" * 60
    encoded, out, drawn = tmp_path / "encoded", tmp_path / "out", tmp_path / "drawn"
    for folder in (encoded, out, drawn):
        folder.mkdir()
    table = normal_text(tmp_path / "text", text)
    encode.function(encoded, table)
    given = Artifact.of_folder(encoded)

    (said,) = shard.function(out, given, table).facts["findings"]
    assert "characters that the training text lacks" in said
    assert "of another kind" in said
    assert "--hold-out blocks" in said
    assert shard.function(drawn, given, table, hold_out="blocks").facts["findings"] == []
