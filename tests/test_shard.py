import bz2
import json
import math

import numpy as np
import pyarrow.parquet as pq
import pytest

from tasks.caching import Artifact, Session, Store
from tasks.caching.keys.digests import digest_of_file
from tasks.caching.running.execute import execute
from tasks.data.ids import Ids
from tasks.encode import encode
from tasks.shard import shard
from tasks.text.vocabulary import Vocabulary, vocabulary_of

TEXT = "".join(f"Line {number} of a play, spoken aloud.\n" for number in range(300))


@pytest.fixture
def encoded(tmp_path):
    given, out = tmp_path / "text", tmp_path / "encoded"
    given.mkdir()
    out.mkdir()
    (given / "text.txt").write_text(TEXT)
    encode.function(out, Artifact.of_folder(given))
    return Artifact.of_folder(out)


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def text_of(out, split):
    vocabulary = Vocabulary.from_json((out / "vocabulary.json").read_text())
    return vocabulary.decode(Ids.open(sorted(out.glob(f"{split}-*.parquet")))[:])


def test_the_end_of_the_text_is_held_out(out, encoded):
    outcome = shard.function(out, encoded, validation_fraction=0.2, test_fraction=0.1)

    lengths = outcome.facts["characters"]
    assert list(lengths) == ["train", "validation", "test"]
    assert "".join(text_of(out, split) for split in lengths) == TEXT
    assert {split: len(text_of(out, split)) for split in lengths} == lengths
    assert lengths["validation"] == pytest.approx(0.2 * len(TEXT), abs=2)


def test_no_test_split_is_made_unless_asked_for(out, encoded):
    outcome = shard.function(out, encoded)

    assert sorted(path.name for path in out.iterdir()) == [
        "floors.json",
        "train-00000-of-00001.parquet",
        "validation-00000-of-00001.parquet",
        "vocabulary.json",
    ]
    assert outcome.facts["shards"] == 2
    assert len(text_of(out, "validation")) == pytest.approx(0.1 * len(TEXT), abs=2)


def test_a_long_split_is_cut_into_shards_that_know_their_place(out, encoded, monkeypatch):
    monkeypatch.setattr("tasks.data.writing.FILE_CHARACTERS", 1000)
    facts = shard.function(out, encoded).facts

    paths = sorted(out.glob("*.parquet"))
    rows = [row for path in paths for row in pq.read_table(path).to_pylist()]
    ids = Ids.open([encoded.path("ids-00000.parquet")])[:].tobytes()
    assert facts["shards"] == len(paths) > 10
    assert [row["offset"] for row in rows] == sorted(row["offset"] for row in rows)
    assert all(ids[row["offset"] :].startswith(row["ids"]) for row in rows)
    assert sum(len(row["ids"]) for row in rows) == len(TEXT)


def test_each_shard_names_its_split_and_what_it_was_made_of(out, encoded):
    shard.function(out, encoded)

    for path in out.glob("*.parquet"):
        metadata = pq.read_schema(path).metadata
        assert metadata[b"charflow.split"].decode() == path.name.partition("-")[0]
        assert metadata[b"charflow.encoded"].decode() == encoded.digest
        assert metadata[b"charflow.vocabulary"].decode() == vocabulary_of(TEXT).sha256


def test_the_floors_are_measured(out, encoded):
    facts = shard.function(out, encoded).facts

    assert json.loads((out / "floors.json").read_text()) == facts["floors"]
    assert facts["floors"]["uniform"] == pytest.approx(math.log2(len(set(TEXT))))
    ids = Ids.open([encoded.path("ids-00000.parquet")])[:]
    train = facts["characters"]["train"]
    frequencies = (np.bincount(ids[:train], minlength=len(set(TEXT))) + 1) / (train + len(set(TEXT)))
    assert facts["floors"]["unigram"] == pytest.approx(-np.log2(frequencies[ids[train:]]).mean())
    assert facts["floors"]["bzip2"] == pytest.approx(len(bz2.compress(TEXT.encode(), 9)) * 8 / len(TEXT))


def test_the_digest_is_of_the_content_and_not_of_how_it_is_sharded(out, encoded, tmp_path, monkeypatch):
    first = shard.function(out, encoded).digest
    monkeypatch.setattr("tasks.data.writing.FILE_CHARACTERS", 1000)
    folders = [tmp_path / "again", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()

    assert shard.function(folders[0], encoded).digest == first
    assert shard.function(folders[1], encoded, validation_fraction=0.2).digest != first


def test_too_little_to_hold_out_is_refused(out, encoded):
    with pytest.raises(ValueError, match="the validation split would have"):
        shard.function(out, encoded, validation_fraction=0.001)


def test_the_store_holds_one_copy_of_the_files_that_a_split_shares_with_the_ids(tmp_path, monkeypatch):
    monkeypatch.setattr("tasks.data.writing.FILE_CHARACTERS", 1000)
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "text.txt").write_text(TEXT)
    store = Store(tmp_path / "store")
    session = Session(store=store, answer=execute)
    with session.active():
        ids = encode(Artifact.of_folder(tmp_path / "text"))
        dataset = shard(ids)
        again = shard(ids, test_fraction=0.1)

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
