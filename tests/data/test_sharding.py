import numpy as np
import pyarrow.parquet as pq
import pytest

from tasks.data.blocks import read_ids
from tasks.data.sharding import write_shards


@pytest.fixture
def small_shards(monkeypatch):
    monkeypatch.setattr("tasks.data.sharding.SHARD_BYTES", 1000)


def shards(folder, count, dtype="<u1", split="train", offset=0):
    ids = np.arange(count).astype(dtype)
    return ids, write_shards(folder, split, ids, offset=offset, metadata={"charflow.vocabulary": "abc"})


@pytest.mark.parametrize(
    ("count", "dtype", "expected"),
    [(1, "<u1", 1), (1000, "<u1", 1), (1001, "<u1", 2), (1000, "<u2", 2), (1000, "<u4", 4), (2500, "<u1", 3)],
)
def test_a_split_is_cut_into_as_many_shards_as_it_has_bytes_for(tmp_path, small_shards, count, dtype, expected):
    ids, names = shards(tmp_path, count, dtype)

    assert names == [f"train-{number:05}-of-{expected:05}.parquet" for number in range(expected)]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    np.testing.assert_array_equal(read_ids([tmp_path / name for name in names]), ids)


def test_shards_are_of_even_length_and_know_their_place(tmp_path, small_shards):
    _, names = shards(tmp_path, 2500, offset=70)

    tables = [pq.read_table(tmp_path / name) for name in names]

    assert [table["offset"].to_pylist() for table in tables] == [[70], [903], [1736]]
    assert [len(table["ids"][0].as_py()) for table in tables] == [833, 833, 834]


def test_a_shard_says_what_it_is_of(tmp_path):
    _, (name,) = shards(tmp_path, 10, split="validation")

    assert name == "validation-00000-of-00001.parquet"
    assert pq.read_schema(tmp_path / name).metadata == {
        b"charflow.split": b"validation",
        b"charflow.vocabulary": b"abc",
        b"charflow.id_bytes": b"1",
    }
