import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from tasks.data.arrow_arrays import to_arrow, to_numpy


@pytest.mark.parametrize("dtype", ["<u1", "<u2", "<u4", "<i4", "<i8", "<f8"])
def test_numbers_come_back_as_they_were_in_the_same_memory(dtype):
    numbers = np.arange(7).astype(dtype)
    array = to_arrow(numbers)
    assert array.type == pa.from_numpy_dtype(numbers.dtype)
    assert array.to_pylist() == numbers.tolist()
    back = to_numpy(array)
    assert back.dtype == numbers.dtype
    assert np.shares_memory(back, numbers)


def test_a_part_of_an_array_is_that_part_of_its_numbers():
    assert to_numpy(to_arrow(np.arange(9))[3:5]).tolist() == [3, 4]
    assert to_numpy(to_arrow(np.arange(9))[9:]).tolist() == to_numpy(to_arrow(np.arange(0))).tolist() == []


def test_ids_and_documents_are_written_and_read_without_pandas(tmp_path):
    pytest.importorskip("pandas")
    program = """
import sys
from pathlib import Path
import numpy as np
from tasks.data.blocks import read_starts, write_ids
from tasks.data.documents import DocumentWriter, read_sources
with DocumentWriter(Path("documents")) as table:
    table.add(np.arange(3), 0)
write_ids(Path("ids"), np.zeros(9, "<u1"), offset=0, metadata={}, starts=np.array([0, 4]))
assert read_sources(Path("documents"), 9) == [9] and read_starts(Path("ids")).tolist() == [0, 4]
assert "pandas" not in sys.modules
"""
    environment = {"PYTHONPATH": ":".join(filter(None, sys.path))}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True)
