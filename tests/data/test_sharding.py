import errno
import os

import numpy as np
import pyarrow.parquet as pq
import pytest

from tasks.data import id_files
from tasks.data.id_files import write_files
from tasks.data.ids import Ids
from tasks.data.sharding import write_shards

METADATA = {"charflow.vocabulary": "abc"}


@pytest.fixture
def given_files(tmp_path, monkeypatch):
    """Ids in files of 1000 each, and a folder for shards."""
    monkeypatch.setattr(id_files, "FILE_CHARACTERS", 1000)
    (tmp_path / "out").mkdir()
    everything = np.random.default_rng(1).integers(0, 200, 4500).astype("<u1")
    paths = [tmp_path / f"ids-{number}.parquet" for number in range(5)]
    write_files(paths, [everything], everything.dtype, offset=0, metadata={}, starts=[np.arange(0, 4500, 300)])
    return everything, paths, tmp_path / "out"


def sharded(out, ids, start, end, split="train"):
    return [out / name for name in write_shards(out, split, ids, [(start, end)], metadata=METADATA)]


@pytest.mark.parametrize(
    ("start", "end", "linked", "count"),
    [(0, 4500, 5, 5), (0, 3000, 3, 3), (0, 3100, 3, 4), (900, 3100, 2, 4), (100, 900, 0, 1), (1000, 2000, 1, 1)],
)
def test_a_split_is_made_of_the_files_that_lie_in_it_and_the_parts_of_those_at_its_ends(
    given_files, start, end, linked, count
):
    everything, paths, out = given_files

    shards = sharded(out, Ids.open(paths), start, end)

    assert [path.name for path in shards] == [f"train-{n:05}-of-{count:05}.parquet" for n in range(count)]
    assert sorted(out.iterdir()) == shards
    assert len({path.stat().st_ino for path in shards} & {path.stat().st_ino for path in paths}) == linked
    split = Ids.open(shards)
    np.testing.assert_array_equal(split[:], everything[start:end])
    begun = [place for piece in split.starts() for place in piece.tolist()]
    assert begun == [place - start for place in range(0, 4500, 300) if start <= place < end]
    offsets = [offset for path in shards for offset in pq.read_table(path)["offset"].to_pylist()]
    assert offsets[0] == start
    assert offsets == sorted(offsets)


def test_where_nothing_can_be_linked_files_are_copied(given_files, monkeypatch):
    def refused(*_):
        raise OSError(errno.EPERM, "not permitted")

    _, paths, out = given_files
    monkeypatch.setattr(os, "link", refused)

    shards = sharded(out, Ids.open(paths), 0, 2000)

    assert [path.read_bytes() for path in shards] == [path.read_bytes() for path in paths[:2]]
    assert not {path.stat().st_ino for path in shards} & {path.stat().st_ino for path in paths}


def test_ids_in_memory_are_cut_into_files(given_files):
    everything, _, out = given_files

    shards = sharded(out, Ids.of(everything), 500, 4500)

    assert len(shards) == 4
    np.testing.assert_array_equal(Ids.open(shards)[:], everything[500:])


def test_a_shard_of_its_own_says_what_it_is_of(given_files):
    _, paths, out = given_files
    (shard,) = sharded(out, Ids.open(paths), 10, 20, "validation")

    assert pq.read_schema(shard).metadata == {
        b"charflow.split": b"validation",
        b"charflow.vocabulary": b"abc",
        b"charflow.id_bytes": b"1",
    }
