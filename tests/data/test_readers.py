import json
from pathlib import Path

import numpy as np
import pytest

from tasks.data.ids import Ids
from tasks.data.sharding import write_shards
from tasks.text.vocabulary import vocabulary_of

TEXT = "".join(f"{number} Verse über die Straße 😀\n" for number in range(1000))


@pytest.fixture(params=[1, 2], ids=["one byte", "two bytes"])
def dataset(request, tmp_path, monkeypatch):
    extra = "".join(map(chr, range(0x4E00, 0x4E00 + 300))) if request.param == 2 else ""
    text = TEXT + extra
    monkeypatch.setattr("tasks.data.writing.FILE_CHARACTERS", 10_000)
    vocabulary = vocabulary_of(text)
    ids = vocabulary.encode(text)
    assert ids.itemsize == request.param
    train = len(ids) - 1000
    write_shards(tmp_path, "train", Ids.of(ids), [(0, train)], metadata={})
    write_shards(tmp_path, "validation", Ids.of(ids), [(train, len(ids))], metadata={})
    (tmp_path / "vocabulary.json").write_text(vocabulary.to_json())
    monkeypatch.chdir(tmp_path)
    return text[:train], np.dtype(f"<u{request.param}")


def characters_of(ids):
    characters = json.loads(Path("vocabulary.json").read_text())["characters"]
    return "".join(characters[i] for i in ids)


def test_duckdb_reads_the_shards(dataset):
    duckdb = pytest.importorskip("duckdb")
    text, dtype = dataset

    blocks = duckdb.sql("SELECT ids FROM 'train-*.parquet' ORDER BY \"offset\"").fetchall()
    ids = np.frombuffer(b"".join(block for (block,) in blocks), dtype)

    assert characters_of(ids) == text


def test_duckdb_counts_the_shards_without_python(dataset):
    duckdb = pytest.importorskip("duckdb")
    text, dtype = dataset

    ((total,),) = duckdb.sql("SELECT sum(octet_length(ids)) FROM 'train-*.parquet'").fetchall()

    assert total == len(text) * dtype.itemsize


def test_polars_reads_the_shards(dataset):
    polars = pytest.importorskip("polars")
    text, dtype = dataset

    frame = polars.read_parquet("train-*.parquet").sort("offset")
    ids = np.frombuffer(b"".join(frame["ids"]), dtype)

    assert characters_of(ids) == text


def test_pandas_reads_the_shards(dataset):
    pandas = pytest.importorskip("pandas")
    text, dtype = dataset

    frame = pandas.concat(map(pandas.read_parquet, sorted(Path().glob("train-*.parquet"))))
    ids = np.frombuffer(b"".join(frame["ids"]), dtype)

    assert characters_of(ids) == text


def test_datasets_reads_the_shards(dataset, monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    text, dtype = dataset

    train = datasets.load_dataset("parquet", data_files="train-*.parquet", split="train", cache_dir=tmp_path / "cache")
    ids = np.frombuffer(b"".join(train["ids"]), dtype)

    assert characters_of(ids) == text
