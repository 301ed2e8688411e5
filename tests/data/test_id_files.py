import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.data import blocks, id_files
from tasks.data.id_files import files_needed, write_files
from tasks.data.ids import Ids


@pytest.fixture(autouse=True, scope="module")
def _small_files():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(id_files, "FILE_CHARACTERS", 24)
        for part in (blocks, id_files, "tasks.data.parts", "tasks.data.layout"):
            where = part if isinstance(part, str) else part.__name__
            patch.setattr(f"{where}.BLOCK_CHARACTERS", 4)
        for part in (blocks, id_files):
            patch.setattr(part, "ROW_GROUP_BLOCKS", 2)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("writing")


def cut(array, places):
    return np.split(array, sorted(min(place, len(array)) for place in places))


def written(folder, pieces, starts):
    for path in folder.iterdir():
        path.unlink()
    paths = [folder / f"{number}.parquet" for number in range(10)]
    count = write_files(paths, pieces, np.dtype("<u2"), offset=100, metadata={"a": "b"}, starts=starts)
    return count, {path.name: path.read_bytes() for path in paths if path.exists()}


CUTS = st.lists(st.integers(0, 100), max_size=6)


@settings(max_examples=50, deadline=None)
@given(length=st.integers(1, 100), cuts=CUTS, begun=st.sets(st.integers(100, 199), max_size=9), other_cuts=CUTS)
def test_any_cut_of_the_pieces_gives_the_same_files(folder, length, cuts, begun, other_cuts):
    ids = np.random.default_rng(1).integers(0, 1000, length).astype("<u2")
    starts = np.array(sorted(place for place in begun if place < 100 + length), np.int64)

    count, expected = written(folder, [ids], [starts])

    assert count == length
    assert len(expected) == files_needed(length) == -(-length // 24)
    read = Ids.open([folder / name for name in expected])
    np.testing.assert_array_equal(read[:], ids)
    assert [place for piece in read.starts() for place in piece.tolist()] == (starts - 100).tolist()
    assert written(folder, cut(ids, cuts), cut(starts, other_cuts)) == (count, expected)


def test_no_ids_are_no_file(folder):
    assert written(folder, [np.zeros(0, "<u2")], []) == (0, {})


def test_what_goes_wrong_while_a_group_is_written_comes_out(folder, monkeypatch):
    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(blocks.IdsFile, "write", full)

    with pytest.raises(OSError, match="no space left"):
        written(folder, [np.zeros(50, "<u2")], [])
