import numpy as np
import pytest

from tasks.kernels.histogram import count_ids


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("dtype", ["<u1", "<u2", "<u4"])
def test_counts_are_added_to_those_that_there_are(dtype):
    ids = np.random.default_rng(1).integers(0, 200, 1001).astype(dtype)
    counts = np.full(200, 3, np.int64)

    count_ids(ids, counts)
    count_ids(ids[:0], counts)

    np.testing.assert_array_equal(counts, np.bincount(ids, minlength=200) + 3)
