import io

import pyarrow as pa
import pytest

from tasks.corpus.rows import rows
from tests.corpus.tables import TEXTS, as_parquet


def test_rows_of_parquet_that_are_null_are_passed_over_and_counted():
    notes = []

    assert list(rows(io.BytesIO(as_parquet(["a", None, None])), "text", note=notes.append)) == ["a"]
    assert notes == ["2 of 3 rows hold null in 'text': passed over"]


@pytest.mark.parametrize("kind", [pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_parquet_may_hold_text_in_any_of_its_ways(kind):
    assert list(rows(io.BytesIO(as_parquet(kind=kind)), "text")) == TEXTS
