"""A loop over ids that counts each."""

import functools

import numpy as np

from tasks.kernels.availability import available
from tasks.kernels.running import Compiled


def count_ids(ids: np.ndarray, counts: np.ndarray) -> None:
    """Add up how often each id occurs.

    Args:
        ids: unsigned integers of 1, 2 or 4 bytes; an array that is whole.
        counts: by id, int64, with a place for each.
    """
    if available():
        _counting(ids.itemsize).run(1, len(ids), ids, counts)
    else:
        counts += np.bincount(ids, minlength=len(counts))


@functools.cache
def _counting(width: int) -> Compiled:
    kind = f"i{8 * width}"
    return Compiled(
        "count",
        f"""
define void @count(i64 %thread, i64 %threads, i64 %size, ptr %counter, ptr %ids, ptr %counts) {{
start:
  br label %next
next:
  %i = phi i64 [0, %start], [%i1, %one]
  %more = icmp slt i64 %i, %size
  br i1 %more, label %one, label %end
one:
  %place = getelementptr {kind}, ptr %ids, i64 %i
  %id = load {kind}, ptr %place
  %wide = zext {kind} %id to i64
  %at = getelementptr i64, ptr %counts, i64 %wide
  %before = load i64, ptr %at
  %after = add i64 %before, 1
  store i64 %after, ptr %at
  %i1 = add i64 %i, 1
  br label %next
end:
  ret void
}}
""",
    )
