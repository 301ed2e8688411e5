import ml_dtypes
import numpy as np
import pytest

from tasks.kernels import room as module
from tasks.kernels.room import room


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


def test_only_a_few_free_arrays_are_kept():
    arrays = [room((50,), np.int32) for _ in range(20)]
    assert len(module._FREE) == 0

    del arrays

    assert len(module._FREE) == module.KEPT
