"""A loop that finds the longest matches of a long text with an index of short ones."""

import functools

import numpy as np

from tasks.kernels import plain
from tasks.kernels.availability import available
from tasks.kernels.running import Compiled
from tasks.kernels.suffix_bisection import comparison_blocks, decision_blocks, middle_blocks
from tasks.kernels.suffix_index import FILTER_BITS, GRAM, WORD
from tasks.kernels.suffix_probes import AHEAD, HIT, filter_blocks, hit_blocks, probe_blocks


def match(
    text: np.ndarray,
    places: int,
    first: int,
    index: tuple[np.ndarray, np.ndarray, np.ndarray],
    longest: int,
    suffixes: np.ndarray,
    offsets: np.ndarray,
) -> None:
    """Note at suffixes of an index how long a match with a text they have, and where it is, if it is the longest yet.

    Those are noted that come just before and just after the text's own, among those that share 8 ids with it.

    Args:
        text: ids, of 1, 2 or 4 bytes.
        places: at how many of its first places to look.
        first: the offset of its first one.
        index: ids of the same type, `(n,)`, a hash table `(2 ** bits,)` of `SLOT`, and its filter.
        longest: from how many ids on matches count as equal.
        suffixes: of the index, as `suffixes_of` gives them; their longest matches are noted in `best`.
        offsets: of the matches, by suffix in their order, int64.
    """
    ids, slots, passing = index
    bits = (len(slots) - 1).bit_length()
    numbers = np.array([len(text), first, longest, len(ids), 64 - bits, len(slots) - 1], np.int64)
    places = min(places, len(text) - GRAM + 1)
    if not available():
        plain.match(text, places, first, index, longest, suffixes, offsets)
        return
    _matching(ids.itemsize).run(1, places, text, numbers, ids, slots, passing, suffixes, offsets)


@functools.cache
def _matching(width: int) -> Compiled:
    names = ("size", "first", "longest", "indexed", "shift", "mask")
    loads = "".join(
        f"\n  %np{n} = getelementptr i64, ptr %numbers, i64 {n}\n  %{name} = load i64, ptr %np{n}"
        for n, name in enumerate(names)
    )
    return Compiled(
        "match",
        f"""
%slot = type {{i64, i32, i32}}
%suffix = type {{i64, i32, i32}}
%hit = type {{{", ".join(HIT)}}}
declare void @llvm.prefetch.p0(ptr, i32, i32, i32)
declare i64 @llvm.ctlz.i64(i64, i1)
declare i64 @llvm.smin.i64(i64, i64)

define void @match(i64 %t, i64 %ts, i64 %places, ptr %c, ptr %text, ptr %numbers, ptr %ids, ptr %slots, ptr %filter,
                   ptr noalias %suffixes, ptr noalias %offsets) {{
start:{loads}
  %finer = sub i64 %shift, {FILTER_BITS.bit_length() - 1}
  %waiting = alloca [{AHEAD} x i32]
  %hashes = alloca [{AHEAD} x i64]
  %hits = alloca [{AHEAD} x %hit]
  %lastword = sub i64 %size, {WORD // width}
  br label %block
{filter_blocks(width)}
{probe_blocks()}
{hit_blocks(width)}
{middle_blocks(width)}
{comparison_blocks(width)}
{decision_blocks(width)}
end:
  ret void
}}
""",
    )
