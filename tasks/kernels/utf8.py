"""Loops over the characters of UTF-8: counting them, and looking each up in a table; ASCII goes two at a time.

Valid UTF-8 is expected. What is not valid leads to other characters, but never outside the tables, which have a place
for whatever 21 bits can say.
"""

import functools
from collections.abc import Callable

import numpy as np

from tasks.kernels.availability import available
from tasks.kernels.plain import code_points
from tasks.kernels.running import Compiled

PLACES = 1 << 21  # of a table by code point
PAIRS = (128, 256)  # of a table by the second and the first of two ASCII characters, as 16 bits of the text have them
ASCII = 128
CUT_BYTES = 3  # that a loop may read after the last ones
WORD = 8


def count_characters(text: np.ndarray, size: int, counts: np.ndarray) -> None:
    """Add up how often each character occurs.

    Args:
        text: UTF-8, uint8; three bytes more than are used, at least.
        size: how many bytes to use.
        counts: by code point, `(PLACES,)` int64.
    """
    if not available():
        found = np.bincount(code_points(text, size))
        counts[: len(found)] += found
        return
    pairs = np.zeros(PAIRS, np.int64)
    _counting().run(1, size, text, pairs, counts)
    counts[:ASCII] += pairs.sum(axis=1) + pairs.sum(axis=0)[:ASCII]


def look_up_characters(text: np.ndarray, size: int, table: np.ndarray, found: np.ndarray) -> int:
    """Put what the table says of each character into `found`; gives how many characters there were.

    Args:
        text: as above.
        size: as above.
        table: by code point, `(PLACES,)` of the type of what is found.
        found: room for as many as there are bytes, of 1, 2 or 4 bytes each.
    """
    if not available():
        points = code_points(text, size)
        found[: len(points)] = table[points]
        return len(points)
    characters = np.zeros(1, np.int64)
    pairs = np.empty((*PAIRS, 2), table.dtype)
    pairs[:, :, 0], pairs[:, :, 1] = table[: PAIRS[1]], table[: PAIRS[0], np.newaxis]
    _look_up(found.itemsize).run(1, size, text, pairs, table, found, characters)
    return int(characters[0])


def compile_counting() -> None:
    """Compile the loop of `count_characters`, if any; for whoever counts in several threads, before they begin."""
    if available():
        _counting()


def compile_look_up(width: int) -> None:
    """Compile the loop of `look_up_characters` for so many bytes a value, if any, before it is needed."""
    if available():
        _look_up(width)


@functools.cache
def _counting() -> Compiled:
    def add(table: str, name: str, place: int) -> str:
        return f"""
  %at{name} = getelementptr i64, ptr {table}, i64 %point{name}
  %before{name} = load i64, ptr %at{name}
  %after{name} = add i64 %before{name}, 1
  store i64 %after{name}, ptr %at{name}"""

    return Compiled("characters", _loop("", add, ""), passes=False)


@functools.cache
def _look_up(width: int) -> Compiled:
    kinds = {"%pairs": f"i{16 * width}", "%table": f"i{8 * width}"}

    def put(table: str, name: str, place: int) -> str:
        return f"""
  %at{name} = getelementptr {kinds[table]}, ptr {table}, i64 %point{name}
  %value{name} = load {kinds[table]}, ptr %at{name}
  %place{name} = add i64 %done, {place}
  %to{name} = getelementptr {kinds["%table"]}, ptr %found, i64 %place{name}
  store {kinds[table]} %value{name}, ptr %to{name}, align {width}"""

    end = "store i64 %done, ptr %characters"
    return Compiled("characters", _loop(", ptr %found, ptr %characters", put, end), passes=False)


# The code point of a character of two, three or four bytes, `%point_2` to `%point_4`.
_MANY = """many:
  %p1 = getelementptr i8, ptr %here, i64 1
  %byte1 = load i8, ptr %p1
  %c1 = and i8 %byte1, 63
  %t1 = zext i8 %c1 to i64
  %is2 = icmp ult i64 %b0, 224
  br i1 %is2, label %two, label %long
two:
  %l2 = and i64 %b0, 31
  %h2 = shl i64 %l2, 6
  %point_2 = or i64 %h2, %t1
  br label %one
long:
  %p2 = getelementptr i8, ptr %here, i64 2
  %byte2 = load i8, ptr %p2
  %c2 = and i8 %byte2, 63
  %t2 = zext i8 %c2 to i64
  %m1 = shl i64 %t1, 6
  %low = or i64 %m1, %t2
  %is3 = icmp ult i64 %b0, 240
  br i1 %is3, label %three, label %four
three:
  %l3 = and i64 %b0, 15
  %h3 = shl i64 %l3, 12
  %point_3 = or i64 %h3, %low
  br label %one
four:
  %p3 = getelementptr i8, ptr %here, i64 3
  %byte3 = load i8, ptr %p3
  %c3 = and i8 %byte3, 63
  %t3 = zext i8 %c3 to i64
  %l4 = and i64 %b0, 7
  %h4 = shl i64 %l4, 18
  %m4 = shl i64 %low, 6
  %n4 = or i64 %h4, %m4
  %point_4 = or i64 %n4, %t3
  br label %one
"""


def _loop(pointers: str, each: Callable[[str, str, int], str], end: str) -> str:
    """A function that does something with each character's code point: four pairs at once where all are ASCII.

    Args:
        pointers: further arguments.
        each: what to do with the `%point` of this name in a table, `%pairs` or `%table`, so many characters after the
            first `%done`, as code.
        end: what to do at the end.
    """
    arguments = f"ptr %text, ptr %pairs, ptr %table{pointers}"
    return f"""
define void @characters(i64 %thread, i64 %threads, i64 %size, ptr %counter, {arguments}) {{
start:
  br label %next
next:
  %i = phi i64 [0, %start], [%i8, %eight], [%i1, %one]
  %done = phi i64 [0, %start], [%done8, %eight], [%done1, %one]
  %here = getelementptr i8, ptr %text, i64 %i
  %i8 = add i64 %i, 8
  %fits = icmp sle i64 %i8, %size
  br i1 %fits, label %look, label %slow
look:
  %word = load i64, ptr %here, align 1
  %high = and i64 %word, -9187201950435737472
  %ascii = icmp eq i64 %high, 0
  br i1 %ascii, label %eight, label %slow
eight:{_pairs(each)}
  %done8 = add i64 %done, 8
  br label %next
slow:
  %more = icmp slt i64 %i, %size
  br i1 %more, label %lead, label %end
lead:
  %byte0 = load i8, ptr %here
  %b0 = zext i8 %byte0 to i64
  %is1 = icmp ult i64 %b0, 128
  br i1 %is1, label %one, label %many
{_MANY}one:
  %pointOne = phi i64 [%b0, %lead], [%point_2, %two], [%point_3, %three], [%point_4, %four]
  %bytes = phi i64 [1, %lead], [2, %two], [3, %three], [4, %four]
  %i1 = add i64 %i, %bytes
  %done1 = add i64 %done, 1{each("%table", "One", 0)}
  br label %next
end:
  {end}
  ret void
}}
"""


def _pairs(each: Callable[[str, str, int], str]) -> str:
    """What to do with eight ASCII characters, a pair at a time."""
    return "".join(
        f"\n  %shifted{n} = lshr i64 %word, {8 * n}\n  %point{n} = and i64 %shifted{n}, 65535"
        + each("%pairs", str(n), n)
        for n in range(0, WORD, 2)
    )
