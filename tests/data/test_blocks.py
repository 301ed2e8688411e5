import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.data.blocks import BLOCK_CHARACTERS, read_ids, read_starts, write_ids


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ids.parquet"


def some_ids(count, dtype="<u1"):
    return np.random.default_rng(1).integers(0, np.iinfo(dtype).max, count, dtype, endpoint=True)


@pytest.mark.parametrize("dtype", ["<u1", "<u2", "<u4"])
@pytest.mark.parametrize("count", [0, 1, BLOCK_CHARACTERS, 3 * BLOCK_CHARACTERS + 1])
def test_ids_come_back_in_their_width(path, dtype, count):
    ids = some_ids(count, dtype)
    write_ids(path, ids, offset=0, metadata={})

    read = read_ids(path)

    assert read.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(read, ids)


def test_ids_of_more_than_one_row_group_come_back(path, monkeypatch):
    monkeypatch.setattr("tasks.data.blocks.ROW_GROUP_BLOCKS", 2)
    ids = some_ids(5 * BLOCK_CHARACTERS + 7)
    write_ids(path, ids, offset=0, metadata={})

    assert pq.ParquetFile(path).num_row_groups == 3
    np.testing.assert_array_equal(read_ids(path), ids)


def test_a_row_says_where_its_block_lies_in_the_corpus(path):
    ids = some_ids(2 * BLOCK_CHARACTERS + 100, "<u2")
    write_ids(path, ids, offset=7000, metadata={})

    rows = pq.read_table(path).to_pylist()

    assert [row["offset"] for row in rows] == [7000, 7000 + BLOCK_CHARACTERS, 7000 + 2 * BLOCK_CHARACTERS]
    assert [len(row["ids"]) for row in rows] == [2 * BLOCK_CHARACTERS, 2 * BLOCK_CHARACTERS, 200]
    for row in rows:
        block = np.frombuffer(row["ids"], "<u2")
        np.testing.assert_array_equal(block, ids[row["offset"] - 7000 :][: len(block)])


def test_a_row_says_where_in_it_documents_begin(path):
    starts = np.array([5, 7000, 7001, 7000 + BLOCK_CHARACTERS, 7000 + 2 * BLOCK_CHARACTERS + 99, 10**9])
    write_ids(path, some_ids(2 * BLOCK_CHARACTERS + 100), offset=7000, metadata={}, starts=starts)

    assert pq.read_table(path)["starts"].to_pylist() == [[0, 1], [0], [99]]
    assert read_starts(path).tolist() == [0, 1, BLOCK_CHARACTERS, 2 * BLOCK_CHARACTERS + 99]


def test_a_file_says_what_it_holds(path):
    write_ids(path, some_ids(10, "<u2"), offset=70, metadata={"charflow.corpus": "abc"})
    schema = pq.read_schema(path)

    assert schema.metadata == {
        b"charflow.corpus": b"abc",
        b"charflow.id_bytes": b"2",
    }
    assert pq.read_metadata(path).metadata[b"charflow.characters"] == b"10"
    assert schema.field("offset") == pa.field("offset", pa.int64(), nullable=False)
    assert schema.field("ids") == pa.field("ids", pa.binary(), nullable=False)
    assert schema.field("starts").type.value_type == pa.uint16()
    assert pq.ParquetFile(path).metadata.row_group(0).column(1).compression == "UNCOMPRESSED"


def test_a_flipped_bit_in_a_page_is_refused(path):
    write_ids(path, some_ids(3 * BLOCK_CHARACTERS), offset=0, metadata={})
    column = pq.ParquetFile(path).metadata.row_group(0).column(1)
    content = bytearray(path.read_bytes())
    middle = column.data_page_offset + column.total_compressed_size // 2
    content[middle] ^= 1
    path.write_bytes(content)

    with pytest.raises(OSError, match="could not verify page integrity"):
        read_ids(path)


def test_a_truncated_file_is_refused(path):
    write_ids(path, some_ids(BLOCK_CHARACTERS), offset=0, metadata={})
    path.write_bytes(path.read_bytes()[:-10])

    with pytest.raises(ValueError, match="Parquet magic bytes not found"):
        read_ids(path)


def test_a_foreign_parquet_file_is_refused(path):
    pq.write_table(pa.table({"ids": [b"abc"]}), path)

    with pytest.raises(ValueError, match=r"ids.parquet holds no token ids: its metadata has no charflow.id_bytes"):
        read_ids(path)
