import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.data import blocks
from tasks.data import ids as module
from tasks.data.blocks import write_ids
from tasks.data.ids import Ids
from tasks.data.layout import layout_of

SMALL = {"BLOCK_CHARACTERS": 7, "ROW_GROUP_BLOCKS": 3}
QUICK = settings(max_examples=50, deadline=None)
LENGTHS = st.lists(st.sampled_from([0, 1, 6, 7, 8, 20, 21, 22, 42, 50]), min_size=1, max_size=4)


@pytest.fixture(autouse=True, scope="module")
def _small_blocks():
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SMALL.items():
            patch.setattr(blocks, name, value)
        for part in ("tasks.data.parts", "tasks.data.layout"):
            patch.setattr(f"{part}.BLOCK_CHARACTERS", SMALL["BLOCK_CHARACTERS"])
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("ids")


def written(folder, lengths, dtype="<u1", starts=blocks.NO_STARTS):
    """All ids, and the same in files of these lengths."""
    everything = np.random.default_rng(1).integers(0, 200, sum(lengths)).astype(dtype)
    paths, offset = [], 0
    for number, length in enumerate(lengths):
        paths.append(folder / f"{number}.parquet")
        ids = everything[offset : offset + length]
        write_ids(paths[-1], ids, offset=offset, metadata={}, starts=np.asarray(starts, np.int64))
        offset += length
    return everything, Ids.open(paths)


@QUICK
@given(lengths=LENGTHS, dtype=st.sampled_from(["<u1", "<u2", "<u4"]), data=st.data())
def test_a_slice_is_that_of_an_array(folder, lengths, dtype, data):
    everything, ids = written(folder, lengths, dtype)
    start, end = (data.draw(st.integers(-60, 220)) for _ in range(2))

    assert len(ids) == len(everything)
    assert ids.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(ids[start:end], everything[start:end])
    np.testing.assert_array_equal(ids[:], everything)


@QUICK
@given(lengths=LENGTHS.filter(any), data=st.data(), length=st.integers(1, 130))
def test_windows_go_round_the_end(folder, lengths, data, length):
    everything, ids = written(folder, lengths, "<u2")
    starts = np.array(data.draw(st.lists(st.integers(0, 400), min_size=1, max_size=5)))

    expected = everything.take(starts[:, None] + np.arange(length), mode="wrap")
    np.testing.assert_array_equal(ids.windows(starts, length), expected)
    np.testing.assert_array_equal(Ids.of(everything).windows(starts, length), expected)


@QUICK
@given(lengths=LENGTHS.filter(any), data=st.data(), length=st.integers(1, 130))
def test_windows_are_told_where_documents_begin_in_them(folder, lengths, data, length):
    total = sum(lengths)
    begun = sorted(data.draw(st.sets(st.integers(0, total - 1))))
    everything, ids = written(folder, lengths, starts=begun)
    starts = np.array(data.draw(st.lists(st.integers(0, 400), min_size=1, max_size=5)))

    expected = np.isin((starts[:, None] + np.arange(length)) % total, begun)
    np.testing.assert_array_equal(ids.beginnings(starts, length), expected)
    np.testing.assert_array_equal(Ids.of(everything, np.array(begun, int)).beginnings(starts, length), expected)


def test_of_a_row_group_it_is_read_once_where_documents_begin(tmp_path, monkeypatch):
    _, ids = written(tmp_path, [70], starts=[0, 30, 69])
    monkeypatch.setattr(blocks, "pq", None)
    with pytest.raises(AttributeError):
        ids.beginnings(np.array([0]), 5)
    monkeypatch.undo()
    ids.beginnings(np.array([0]), 5)
    monkeypatch.setattr(blocks, "pq", None)

    assert not ids.beginnings(np.array([5]), 16).any()
    with pytest.raises(AttributeError):
        ids.beginnings(np.array([5]), 17)


@QUICK
@given(lengths=LENGTHS, data=st.data())
def test_a_part_comes_in_pieces_with_its_counts_and_the_beginnings_of_documents(folder, lengths, data):
    total = sum(lengths)
    places = st.integers(0, total)
    starts = sorted(data.draw(st.sets(places, max_size=10)))
    everything, ids = written(folder, lengths, starts=starts)
    first, last = sorted((data.draw(places), data.draw(places)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PIECE_CHARACTERS", 10)
        pieces = list(ids.pieces(first, last))
        counts = ids.counts(200, first, last)

    part = everything[first:last]
    np.testing.assert_array_equal(np.concatenate([everything[:0], *pieces]), part)
    np.testing.assert_array_equal(counts, np.bincount(part, minlength=200))
    found = [place for piece in ids.starts(first, last) for place in piece.tolist()]
    assert found == [place for place in starts if first <= place < last]


@pytest.mark.parametrize("dtype", ["<u1", "<u2", "<u4"])
@pytest.mark.parametrize("length", [0, 1, 7, 21, 22, 70])
def test_the_blocks_of_a_file_are_read_where_they_lie(tmp_path, length, dtype):
    everything, _ = written(tmp_path, [length], dtype)
    path = tmp_path / "0.parquet"
    content = path.read_bytes()

    with pq.ParquetFile(path) as file, path.open("rb") as opened:
        layout = layout_of(file, np.dtype(dtype).itemsize, opened.fileno())

    assert (layout.characters, len(layout.groups)) == (length, -(-length // 21))
    for number, group in enumerate(layout.groups):
        block = everything[21 * number :][:7].tobytes()
        assert content[group : group + 4 + len(block)] == len(block).to_bytes(4, "little") + block


@pytest.mark.parametrize("options", [{"compression": "zstd"}, {"use_dictionary": True}, {"data_page_size": 1}], ids=str)
def test_a_file_that_is_laid_out_otherwise_is_read_all_the_same(tmp_path, options):
    everything, _ = written(tmp_path, [70])
    table, path = pq.read_table(tmp_path / "0.parquet"), tmp_path / "other.parquet"
    plain = {"compression": "none", "use_dictionary": False, "write_batch_size": 1}
    pq.write_table(table, path, **{**plain, **options})

    with pq.ParquetFile(path) as file, path.open("rb") as opened:
        assert layout_of(file, 1, opened.fileno()) is None
    np.testing.assert_array_equal(Ids.open([path])[3:60], everything[3:60])


def test_a_file_without_the_number_of_its_characters_is_read_all_the_same(tmp_path):
    everything, _ = written(tmp_path, [70])
    table = pq.read_table(tmp_path / "0.parquet", columns=["offset", "ids"])
    pq.write_table(table.replace_schema_metadata({"charflow.id_bytes": "1"}), tmp_path / "old.parquet")

    ids = Ids.open([tmp_path / "old.parquet"])

    np.testing.assert_array_equal(ids[:], everything)
    assert [piece.tolist() for piece in ids.starts()] == [[]]


def test_a_file_that_has_become_shorter_is_an_error_and_no_crash(tmp_path):
    _, ids = written(tmp_path, [70])
    content = (tmp_path / "0.parquet").read_bytes()
    (tmp_path / "0.parquet").write_bytes(content[:30])

    with pytest.raises(OSError, match="the file has become shorter"):
        ids[:]


def test_more_files_than_may_be_open_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "OPEN_FILES", 2)
    everything, ids = written(tmp_path, [10] * 6)

    np.testing.assert_array_equal(ids[:], everything)
    np.testing.assert_array_equal(ids[5:], everything[5:])


def test_ids_of_several_widths_are_refused(tmp_path):
    for number, dtype in enumerate(["<u1", "<u2"]):
        write_ids(tmp_path / f"{number}.parquet", np.zeros(5, dtype), offset=0, metadata={})

    with pytest.raises(ValueError, match="several widths"):
        Ids.open(sorted(tmp_path.glob("*.parquet")))


def test_a_foreign_parquet_file_is_refused(tmp_path):
    pq.write_table(pa.table({"ids": [b"abc"]}), tmp_path / "a.parquet")

    with pytest.raises(ValueError, match="holds no token ids"):
        Ids.open([tmp_path / "a.parquet"])


def test_no_files_are_no_ids():
    assert len(Ids.open([])) == 0
    assert Ids.open([])[:].tolist() == []
