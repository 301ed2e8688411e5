import pyarrow as pa
import pyarrow.parquet as pq

from tasks.data.scores import SCORED, read_first, read_some
from tests.page.reviews import a_sample


def test_of_more_samples_than_are_asked_for_those_of_the_lowest_indexes_are_read(tmp_path):
    rows = [a_sample("x" * 10, temperature, index) for temperature in (0.5, 1.0) for index in range(50)]
    pq.write_table(pa.Table.from_pylist(rows, SCORED), tmp_path / "samples.parquet")

    read, total = read_first(tmp_path / "samples.parquet", 100)

    assert total == 100
    assert [(row["temperature"], row["index"]) for row in read] == [
        (t, index) for t in (0.5, 1.0) for index in range(5)
    ]
    assert len(read_first(tmp_path / "samples.parquet", 10_000)[0]) == 100


def test_a_few_samples_of_a_temperature_are_read_without_blank_ones(tmp_path):
    rows = [a_sample(" \n" if index == 1 else f"{t} {index}", t, index) for t in (0.5, 1.0) for index in range(50)]
    pq.write_table(pa.Table.from_pylist(rows, SCORED), tmp_path / "samples.parquet")

    found = read_some(tmp_path / "samples.parquet", 0.5, 3)

    assert [row["text"] for row in found] == ["0.5 0", "0.5 2", "0.5 3"]
    assert found[0]["prompt"] == "ROMEO:\n"
