import subprocess
import sys
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest

from tasks.kernels import room as module
from tasks.kernels.room import room

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def nothing_free():
    module._FREE.clear()


def test_an_array_has_the_shape_and_type_asked_for_and_begins_at_a_line_of_the_cache():
    for shape, dtype in [((3, 5), np.float32), ((1,), ml_dtypes.bfloat16), ((7,), np.int8)]:
        array = room(shape, dtype)
        assert (array.shape, array.dtype) == (shape, np.dtype(dtype))
        assert array.ctypes.data % 64 == 0
        assert array.flags.writeable


def test_memory_is_used_again_once_no_array_in_it_is_left():
    array = room((100,), np.float32)
    place, part = array.ctypes.data, array[3:]

    del array
    assert room((100,), np.float32).ctypes.data != place

    del part
    assert place in {one.ctypes.data for one in [room((100,), np.float32) for _ in range(2)]}


def test_arrays_in_use_at_once_share_no_memory():
    arrays = [room((50,), np.int32) for _ in range(20)]

    for number, array in enumerate(arrays):
        array[:] = number

    assert [set(array) for array in arrays] == [{number} for number in range(20)]


def test_what_is_free_can_be_left_to_the_system():
    array = room((50,), np.int32)
    del array
    assert len(module._FREE) == 1

    module.give_back()

    assert len(module._FREE) == 0


def test_an_array_that_is_there_when_the_process_ends_is_no_error():
    code = "import numpy as np; from tasks.kernels.room import room; array = room((9,), np.int32)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)

    assert (done.returncode, done.stderr) == (0, "")


def test_only_a_few_free_arrays_are_kept():
    arrays = [room((50,), np.int32) for _ in range(20)]
    assert len(module._FREE) == 0

    del arrays

    assert len(module._FREE) == module.KEPT
