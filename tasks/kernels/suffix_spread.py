"""A loop that gives every suffix of an index the longest match that it shares with any other."""

import functools

import numpy as np

from tasks.kernels import plain
from tasks.kernels.availability import available
from tasks.kernels.running import Compiled


def spread(shared: np.ndarray, best: np.ndarray, offsets: np.ndarray) -> None:
    """Give every suffix the longest match that it shares with any other.

    Args:
        shared: how many ids each suffix shares with the next one, int32.
        best: as `match` notes them.
        offsets: as well.
    """
    if available():
        _spreading().run(1, len(best), shared, best, offsets)
    else:
        plain.spread(shared, best, offsets)


@functools.cache
def _spreading() -> Compiled:
    return Compiled(
        "spread",
        f"""
define void @spread(i64 %t, i64 %ts, i64 %size, ptr %c, ptr noalias %shared, ptr noalias %best, ptr noalias %offsets) {{
start:
  br label %up
up:
  %r = phi i64 [1, %start], [%r1, %upward]
  %more = icmp slt i64 %r, %size
  br i1 %more, label %upward, label %turn
upward:
  %p = sub i64 %r, 1{_step("a", "%r", "%p", "%p")}
  %r1 = add i64 %r, 1
  br label %up
turn:
  %last = sub i64 %size, 2
  br label %down
down:
  %q = phi i64 [%last, %turn], [%q1, %downward]
  %left = icmp sge i64 %q, 0
  br i1 %left, label %downward, label %end
downward:
  %n = add i64 %q, 1{_step("b", "%q", "%n", "%q")}
  %q1 = sub i64 %q, 1
  br label %down
end:
  ret void
}}
""",
    )


def _step(name: str, rank: str, other: str, between: str) -> str:
    """The code that gives the suffix of a rank what it shares with the other's match, if that is longer."""
    return f"""
  %s{name} = getelementptr i32, ptr %shared, i64 {between}
  %shared{name} = load i32, ptr %s{name}
  %o{name} = getelementptr i32, ptr %best, i64 {other}
  %other{name} = load i32, ptr %o{name}
  %less{name} = icmp slt i32 %shared{name}, %other{name}
  %least{name} = select i1 %less{name}, i32 %shared{name}, i32 %other{name}
  %m{name} = getelementptr i32, ptr %best, i64 {rank}
  %mine{name} = load i32, ptr %m{name}
  %longer{name} = icmp sgt i32 %least{name}, %mine{name}
  %op{name} = getelementptr i64, ptr %offsets, i64 {other}
  %oo{name} = load i64, ptr %op{name}
  %mp{name} = getelementptr i64, ptr %offsets, i64 {rank}
  %mo{name} = load i64, ptr %mp{name}
  %value{name} = select i1 %longer{name}, i32 %least{name}, i32 %mine{name}
  %place{name} = select i1 %longer{name}, i64 %oo{name}, i64 %mo{name}
  store i32 %value{name}, ptr %m{name}
  store i64 %place{name}, ptr %mp{name}"""
