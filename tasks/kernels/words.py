"""Loops over ids that find words: each one's ends and a number for it, and which of many numbers are among others."""

import functools

import numpy as np

from tasks.kernels import plain
from tasks.kernels.availability import available
from tasks.kernels.running import Compiled

OUTSIDE, LETTER, JOINER = 0, 1, 2


def find_words(ids: np.ndarray, kinds: np.ndarray, factors: np.ndarray, terms: np.ndarray, found: np.ndarray) -> int:
    """Find runs of letters with single joiners between them; gives how many there are.

    A word's number is made from 0, for each id in it, by that id's factor and its term, modulo 2 to the 64.

    Args:
        ids: unsigned integers of 1, 2 or 4 bytes; an array that is whole.
        kinds: of each id, uint8: OUTSIDE, LETTER or JOINER.
        factors: of each id, uint64.
        terms: of each id, uint64.
        found: room for start, end and number of each word, `(len(ids) // 2 + 1, 3)` uint64.
    """
    if not available():
        of_ids = kinds[ids]
        return plain.find_words(ids, of_ids == LETTER, of_ids == JOINER, factors, terms, found)
    count = np.zeros(1, np.int64)
    _finding(ids.itemsize).run(1, len(ids), ids, kinds, factors, terms, found, count)
    return int(count[0])


def mark_known(words: np.ndarray, table: np.ndarray, known: np.ndarray) -> None:
    """Mark which numbers of a hash table are among those of words.

    Args:
        words: as `find_words` gives them, `(n, 3)` uint64.
        table: of a power of two of numbers, at most half of them used, each at the first free place, upwards, from
            its upper bits on; 0 where there is none. uint64.
        known: where to mark, uint8, as long as the table.
    """
    if not available():
        plain.mark_known(words[:, 2], table, known)
        return
    shift, mask = np.array([64 - (len(table) - 1).bit_length()], np.uint64), np.array([len(table) - 1], np.uint64)
    _marking().run(1, len(words), words, table, known, shift, mask)


@functools.cache
def _finding(width: int) -> Compiled:
    ids = f"i{8 * width}"
    return Compiled(
        "find",
        f"""
define void @find(i64 %t, i64 %ts, i64 %n, ptr %c,
                  ptr %ids, ptr %kinds, ptr %factors, ptr %terms, ptr %found, ptr %out) {{
start:
  br label %outside
{_outside(ids)}{_inside(ids)}{_NOTE}
end:
  store i64 %count, ptr %out
  ret void
}}
""",
    )


def _outside(ids: str) -> str:
    """The search for the first letter of a word, in ids of a type."""
    return f"""outside:
  %i = phi i64 [0, %start], [%i1, %outside1], [%j, %ended]
  %count = phi i64 [0, %start], [%count, %outside1], [%count1, %ended]
  %more = icmp slt i64 %i, %n
  br i1 %more, label %look, label %end
look:{_kind(ids, 0, "%i")}
  %isletter = icmp eq i8 %k0, {LETTER}
  br i1 %isletter, label %letter, label %outside1
outside1:
  %i1 = add i64 %i, 1
  br label %outside
"""


def _inside(ids: str) -> str:
    """The way from one letter of a word to the next, which may follow on a joiner, with the word's number."""
    return f"""letter:
  %a = phi i64 [%i, %look], [%b, %check], [%b1, %joined]
  %h = phi i64 [0, %look], [%h1, %check], [%h2, %joined]
  %w = phi i64 [%w0, %look], [%w1, %check], [%w2, %joined]{_number(1, "%h", "%w")}
  %b = add i64 %a, 1
  %inside = icmp slt i64 %b, %n
  br i1 %inside, label %check, label %ended
check:{_kind(ids, 1, "%b")}
  %goes = icmp eq i8 %k1, {LETTER}
  br i1 %goes, label %letter, label %other
other:
  %joins = icmp eq i8 %k1, {JOINER}
  %b1 = add i64 %b, 1
  %fits = icmp slt i64 %b1, %n
  %both = and i1 %joins, %fits
  br i1 %both, label %after, label %ended
after:{_kind(ids, 2, "%b1")}
  %again = icmp eq i8 %k2, {LETTER}
  br i1 %again, label %joined, label %ended
joined:{_number(2, "%h1", "%w1")}
  br label %letter
"""


# What is written of a word that ended.
_NOTE = """ended:
  %j = phi i64 [%b, %letter], [%b, %other], [%b, %after]
  %row = mul i64 %count, 3
  %r0 = getelementptr i64, ptr %found, i64 %row
  %r1 = getelementptr i64, ptr %r0, i64 1
  %r2 = getelementptr i64, ptr %r0, i64 2
  store i64 %i, ptr %r0
  store i64 %j, ptr %r1
  store i64 %h1, ptr %r2
  %count1 = add i64 %count, 1
  br label %outside"""


def _kind(ids: str, name: int, place: str) -> str:
    """The id `%w` of this name, and its kind `%k`, at a place."""
    return f"""
  %p{name} = getelementptr {ids}, ptr %ids, i64 {place}
  %id{name} = load {ids}, ptr %p{name}
  %w{name} = zext {ids} %id{name} to i64
  %kp{name} = getelementptr i8, ptr %kinds, i64 %w{name}
  %k{name} = load i8, ptr %kp{name}"""


def _number(name: int, before: str, of_id: str) -> str:
    """The number `%h` of this name, which the one before becomes with an id."""
    return f"""
  %fp{name} = getelementptr i64, ptr %factors, i64 {of_id}
  %f{name} = load i64, ptr %fp{name}
  %tp{name} = getelementptr i64, ptr %terms, i64 {of_id}
  %tm{name} = load i64, ptr %tp{name}
  %hf{name} = mul i64 {before}, %f{name}
  %h{name} = add i64 %hf{name}, %tm{name}"""


@functools.cache
def _marking() -> Compiled:
    return Compiled(
        "mark",
        """
define void @mark(i64 %t, i64 %ts, i64 %n, ptr %c, ptr %words, ptr %table, ptr %known, ptr %shifts, ptr %masks) {
start:
  %shift = load i64, ptr %shifts
  %mask = load i64, ptr %masks
  br label %next
next:
  %i = phi i64 [0, %start], [%i1, %done]
  %more = icmp slt i64 %i, %n
  br i1 %more, label %look, label %end
look:
  %row = mul i64 %i, 3
  %place = add i64 %row, 2
  %p = getelementptr i64, ptr %words, i64 %place
  %h = load i64, ptr %p
  %first = lshr i64 %h, %shift
  br label %probe
probe:
  %at = phi i64 [%first, %look], [%following, %other]
  %tp = getelementptr i64, ptr %table, i64 %at
  %held = load i64, ptr %tp
  %same = icmp eq i64 %held, %h
  br i1 %same, label %found, label %differs
found:
  %kp = getelementptr i8, ptr %known, i64 %at
  store i8 1, ptr %kp
  br label %done
differs:
  %free = icmp eq i64 %held, 0
  br i1 %free, label %done, label %other
other:
  %up = add i64 %at, 1
  %following = and i64 %up, %mask
  br label %probe
done:
  %i1 = add i64 %i, 1
  br label %next
end:
  ret void
}
""",
    )
