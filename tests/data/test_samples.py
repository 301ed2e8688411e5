import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.data import samples
from tasks.data.samples import pack_surprise, read_first_sample, read_samples, unpack_surprise, write_samples

COLUMNS = ["temperature", "prompt", "seed", "index", "text", "log_probability", "characters", "surprise"]


def row(**changed):
    values = {"temperature": 0.8, "prompt": "ROMEO:\n", "seed": 2**40, "index": 0, "text": "é😀\n", "characters": 3}
    surprise = pack_surprise(np.array([0.5, 1.25, 4.75], np.float32))
    return {**values, "log_probability": -4.5, "surprise": surprise, **changed}


def test_samples_come_back_in_the_order_of_the_files(tmp_path):
    first, second = [row(), row(index=1)], [row(temperature=0.2)]
    write_samples(tmp_path / "b.parquet", first)
    write_samples(tmp_path / "a.parquet", iter(second))

    assert read_samples([tmp_path / "b.parquet", tmp_path / "a.parquet"]) == first + second


def test_a_sample_is_a_row_that_any_reader_understands(tmp_path):
    write_samples(tmp_path / "samples.parquet", [row()])

    assert pq.read_table(tmp_path / "samples.parquet").column_names == COLUMNS
    assert pq.read_table(tmp_path / "samples.parquet").to_pylist() == [row()]


def test_no_samples_are_an_empty_table_of_the_same_columns(tmp_path):
    write_samples(tmp_path / "samples.parquet", [])

    assert read_samples([tmp_path / "samples.parquet"]) == []
    assert pq.read_schema(tmp_path / "samples.parquet").names == COLUMNS


@pytest.mark.parametrize("changed", [{"seed": "one"}, {"characters": 2**31}, {"text": "\ud800"}], ids=repr)
def test_a_value_that_does_not_fit_its_column_is_refused(tmp_path, changed):
    with pytest.raises((pa.ArrowException, UnicodeEncodeError)):
        write_samples(tmp_path / "samples.parquet", [row(**changed)])


def test_a_flipped_bit_in_a_page_never_changes_a_sample(tmp_path):
    path, rows = tmp_path / "samples.parquet", [row(text="To be, or not to be")]
    write_samples(path, rows)
    content, column = path.read_bytes(), pq.ParquetFile(path).metadata.row_group(0).column(COLUMNS.index("text"))
    refusals = []
    for place in range(column.dictionary_page_offset, column.dictionary_page_offset + column.total_compressed_size):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        try:
            assert read_samples([path]) == rows
        except (OSError, pa.ArrowInvalid) as error:
            refusals.append(str(error))

    assert any("could not verify page integrity" in refusal for refusal in refusals)


def test_surprise_is_two_bytes_a_character_that_numpy_reads():
    packed = pack_surprise(np.array([0.0, 3.25, 12.1], np.float32))

    assert len(packed) == 6
    assert np.frombuffer(packed, "<f2").tolist() == unpack_surprise(packed).tolist()
    assert unpack_surprise(packed) == pytest.approx([0.0, 3.25, 12.1], abs=4e-3)


def test_many_samples_are_written_in_groups_as_they_come(tmp_path, monkeypatch):
    monkeypatch.setattr(samples, "GROUP_CHARACTERS", 10)
    written = []

    def rows():
        for index in range(10):
            written.append(written_bytes(tmp_path / "samples.parquet"))
            yield row(index=index)

    write_samples(tmp_path / "samples.parquet", rows())

    file = pq.ParquetFile(tmp_path / "samples.parquet")
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [4, 4, 2]
    assert read_samples([tmp_path / "samples.parquet"]) == [row(index=index) for index in range(10)]
    assert written[-1] > written[0]


def test_the_first_sample_is_had_without_reading_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(samples, "GROUP_CHARACTERS", 3)
    path = tmp_path / "samples.parquet"
    write_samples(path, (row(index=index) for index in range(10)))
    second = pq.ParquetFile(path).metadata.row_group(1).column(0).dictionary_page_offset
    footer = pq.ParquetFile(path).metadata.serialized_size + 8
    content = path.read_bytes()
    path.write_bytes(content[:second] + bytes(len(content) - second - footer) + content[-footer:])

    assert read_first_sample(path, ["index", "text"]) == {"index": 0, "text": "é😀\n"}
    with pytest.raises((OSError, pa.ArrowException)):
        read_samples([path])


def test_of_no_samples_there_is_no_first(tmp_path):
    write_samples(tmp_path / "samples.parquet", [])

    assert read_first_sample(tmp_path / "samples.parquet", ["text"]) is None


def written_bytes(path):
    return path.stat().st_size if path.exists() else 0
