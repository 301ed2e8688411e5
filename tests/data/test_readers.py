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
    monkeypatch.setattr("tasks.data.id_files.FILE_CHARACTERS", 10_000)
    vocabulary = vocabulary_of(text)
    ids = vocabulary.encode(text)
    assert ids.itemsize == request.param
    for folder in ("data", "model"):
        (tmp_path / folder).mkdir()
    for split, part in parts_of(text).items():
        write_shards(tmp_path / "data", split, Ids.of(ids), [(part.start, part.stop)], metadata={})
    (tmp_path / "model/vocabulary.json").write_text(vocabulary.to_json())
    monkeypatch.chdir(tmp_path)
    return text, np.dtype(f"<u{request.param}")


def parts_of(text):
    """The characters of each split."""
    end = len(text)
    return {"train": slice(0, end - 1500), "validation": slice(end - 1500, end - 500), "test": slice(end - 500, end)}


def characters_of(ids):
    characters = json.loads(Path("model/vocabulary.json").read_text())["characters"]
    return "".join(characters[i] for i in ids)


def test_duckdb_reads_the_shards(dataset):
    duckdb = pytest.importorskip("duckdb")
    text, dtype = dataset

    blocks = duckdb.sql("SELECT ids FROM 'data/train-*.parquet' ORDER BY \"offset\"").fetchall()
    ids = np.frombuffer(b"".join(block for (block,) in blocks), dtype)

    assert characters_of(ids) == text[parts_of(text)["train"]]


def test_duckdb_counts_the_shards_without_python(dataset):
    duckdb = pytest.importorskip("duckdb")
    text, dtype = dataset

    ((total,),) = duckdb.sql("SELECT sum(octet_length(ids)) FROM 'data/train-*.parquet'").fetchall()

    assert total == len(text[parts_of(text)["train"]]) * dtype.itemsize


def test_polars_reads_the_shards(dataset):
    polars = pytest.importorskip("polars")
    text, dtype = dataset

    frame = polars.read_parquet("data/train-*.parquet").sort("offset")
    ids = np.frombuffer(b"".join(frame["ids"]), dtype)

    assert characters_of(ids) == text[parts_of(text)["train"]]


def test_pandas_reads_the_shards(dataset):
    pandas = pytest.importorskip("pandas")
    text, dtype = dataset

    frame = pandas.concat(map(pandas.read_parquet, sorted(Path().glob("data/train-*.parquet"))))
    ids = np.frombuffer(b"".join(frame["ids"]), dtype)

    assert characters_of(ids) == text[parts_of(text)["train"]]


def test_datasets_reads_the_shards(dataset, monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    text, dtype = dataset

    train = datasets.load_dataset(
        "parquet", data_files="data/train-*.parquet", split="train", cache_dir=tmp_path / "cache"
    )
    ids = np.frombuffer(b"".join(train["ids"]), dtype)

    assert characters_of(ids) == text[parts_of(text)["train"]]


def from_pyarrow(path):
    return pytest.importorskip("pyarrow.dataset").dataset(path).to_table().to_pylist()


def from_pandas(path):
    return pytest.importorskip("pandas").read_parquet(path).to_dict("records")


def from_polars(path):
    return pytest.importorskip("polars").scan_parquet(path).collect().to_dicts()


def from_duckdb(path):
    return pytest.importorskip("duckdb").sql(f"SELECT * FROM '{path}/*.parquet'").to_arrow_table().to_pylist()


@pytest.mark.parametrize("read", [from_pyarrow, from_pandas, from_polars, from_duckdb])
def test_the_folder_as_a_whole_is_read_in_a_line(dataset, read):
    text, dtype = dataset

    rows = sorted(read("data"), key=lambda row: row["offset"])
    ids = np.frombuffer(b"".join(row["ids"] for row in rows), dtype)

    assert characters_of(ids) == text


def test_duckdb_and_polars_tell_the_splits_of_the_folder_apart(dataset):
    duckdb, polars = pytest.importorskip("duckdb"), pytest.importorskip("polars")
    text, dtype = dataset
    bytes_of = {split: len(text[part]) * dtype.itemsize for split, part in parts_of(text).items()}

    split = "regexp_extract(filename, '([a-z]+)-[^/]*$', 1)"
    counted = f"SELECT {split}, sum(octet_length(ids)) FROM read_parquet('data/*.parquet', filename=true) GROUP BY 1"
    frame = polars.scan_parquet("data", include_file_paths="file").with_columns(
        polars.col("file").str.extract("([a-z]+)-[^/]*$")
    )

    assert dict(duckdb.sql(counted).fetchall()) == bytes_of
    assert dict(frame.group_by("file").agg(polars.col("ids").bin.size().sum()).collect().iter_rows()) == bytes_of


@pytest.mark.parametrize(
    "how",
    [{"path": "data"}, {"path": "parquet", "data_dir": "data"}],
    ids=["by its path", "as the folder of Parquet"],
)
def test_datasets_finds_the_splits_in_the_folder(dataset, how, monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    text, dtype = dataset

    splits = datasets.load_dataset(**how, cache_dir=tmp_path / "cache")

    assert {name: characters_of(np.frombuffer(b"".join(split["ids"]), dtype)) for name, split in splits.items()} == {
        name: text[part] for name, part in parts_of(text).items()
    }
