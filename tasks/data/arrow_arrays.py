"""Numbers passed between NumPy and Arrow over the same memory.

pyarrow's own conversions do this too, but import pandas first where it is installed, for up to half a second.
"""

import numpy as np
import pyarrow as pa


def to_arrow(numbers: np.ndarray) -> pa.Array:
    """An Arrow array of numbers, `(n,)` of any integer or float type, whole and in order."""
    return pa.Array.from_buffers(pa.from_numpy_dtype(numbers.dtype), len(numbers), [None, pa.py_buffer(numbers)])


def to_numpy(array: pa.Array) -> np.ndarray:
    """The numbers of an Arrow array without nulls, `(n,)` in its type, read-only."""
    dtype = np.dtype(array.type.to_pandas_dtype())
    return np.frombuffer(array.buffers()[1], dtype, len(array), array.offset * dtype.itemsize)
