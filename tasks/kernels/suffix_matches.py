"""Loops that find the longest matches of a long text with an index of short ones."""

import functools

import numpy as np

from tasks.kernels.running import Compiled

GRAM = 8  # ids that are looked up at once
AHEAD = 64  # places whose slots are fetched before the first of them is looked at
FACTORS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
WORD = 8
# What a hash table holds of suffixes that begin with the same 8 ids: their hash, the first such suffix in their order
# and the first after those; all 0 where there is none.
SLOT = np.dtype([("hash", np.uint64), ("first", np.int32), ("end", np.int32)])


def hashes(ids: np.ndarray) -> np.ndarray:
    """A number for the 8 ids at each place but the last 7, as the loop makes it: uint64."""
    count, width = max(0, len(ids) - GRAM + 1), ids.itemsize
    content = np.ascontiguousarray(ids).view(np.uint8)
    total = np.zeros(count, np.uint64)
    for number in range(width):
        words = np.ndarray(count, "<u8", content, number * WORD, (width,)) if count else total
        total += words * np.uint64(FACTORS[number])
    return (total ^ (total >> np.uint64(32))) * np.uint64(FACTORS[0])


def match(
    text: np.ndarray,
    places: int,
    first: int,
    index: tuple[np.ndarray, np.ndarray, np.ndarray],
    longest: int,
    best: np.ndarray,
    offsets: np.ndarray,
) -> None:
    """Note at suffixes of an index how long a match with a text they have, and where it is, if it is the longest yet.

    Those are noted that come just before and just after the text's own, among those that share 8 ids with it.

    Args:
        text: ids, of 1, 2 or 4 bytes.
        places: at how many of its first places to look.
        first: the offset of its first one.
        index: ids of the same type, `(n,)`, their suffix array int32, and a hash table `(2 ** bits,)` of `SLOT`.
        longest: from how many ids on matches count as equal.
        best: by suffix in their order, int32.
        offsets: as well, int64.
    """
    ids, order, slots = index
    bits = (len(slots) - 1).bit_length()
    numbers = np.array([len(text), first, longest, len(ids), 64 - bits, len(slots) - 1], np.int64)
    places = min(places, len(text) - GRAM + 1)
    _matching(ids.itemsize).run(1, places, text, numbers, ids, order, slots, best, offsets)


def spread(shared: np.ndarray, best: np.ndarray, offsets: np.ndarray) -> None:
    """Give every suffix the longest match that it shares with any other.

    Args:
        shared: how many ids each suffix shares with the next one, int32.
        best: as `match` notes them.
        offsets: as well.
    """
    _spreading().run(1, len(best), shared, best, offsets)


@functools.cache
def _matching(width: int) -> Compiled:
    kind = f"i{8 * width}"
    hashing = ""
    for number in range(width):
        hashing += f"""
  %wp{number} = getelementptr i64, ptr %at, i64 {number}
  %word{number} = load i64, ptr %wp{number}, align 1
  %product{number} = mul i64 %word{number}, {_signed(FACTORS[number])}
  %sum{number} = add i64 {f"%sum{number - 1}" if number else "0"}, %product{number}"""
    names = ("size", "first", "longest", "indexed", "shift", "mask")
    loads = "".join(
        f"\n  %np{n} = getelementptr i64, ptr %numbers, i64 {n}\n  %{name} = load i64, ptr %np{n}"
        for n, name in enumerate(names)
    )
    return Compiled(
        "match",
        f"""
declare void @llvm.prefetch.p0(ptr, i32, i32, i32)

define void @match(i64 %t, i64 %ts, i64 %places, ptr %c, ptr %text, ptr %numbers, ptr %ids, ptr %order,
                   ptr %slots, ptr noalias %best, ptr noalias %offsets) {{
start:{loads}
  %hashes = alloca [{AHEAD} x i64]
  %found = alloca [{AHEAD} x [3 x i32]]
  br label %block
block:
  %from = phi i64 [0, %start], [%to, %each]
  %begun = icmp slt i64 %from, %places
  br i1 %begun, label %some, label %end
some:
  %full = add i64 %from, {AHEAD}
  %whole = icmp slt i64 %full, %places
  %to = select i1 %whole, i64 %full, i64 %places
  br label %hash
hash:
  %h = phi i64 [%from, %some], [%h1, %hash]
  %at = getelementptr {kind}, ptr %text, i64 %h{hashing}
  %upper = lshr i64 %sum{width - 1}, 32
  %folded = xor i64 %sum{width - 1}, %upper
  %made = mul i64 %folded, {_signed(FACTORS[0])}
  %h0 = sub i64 %h, %from
  %mp = getelementptr i64, ptr %hashes, i64 %h0
  store i64 %made, ptr %mp
  %soon = lshr i64 %made, %shift
  %sp = getelementptr {{i64, i32, i32}}, ptr %slots, i64 %soon
  call void @llvm.prefetch.p0(ptr %sp, i32 0, i32 3, i32 1)
  %h1 = add i64 %h, 1
  %hashed = icmp eq i64 %h1, %to
  br i1 %hashed, label %next, label %hash
next:
  %k = phi i64 [%from, %hash], [%k1, %passed]
  %hits = phi i64 [0, %hash], [%hits1, %passed]
  %unread = icmp slt i64 %k, %to
  br i1 %unread, label %look, label %each
look:
  %k0 = sub i64 %k, %from
  %keyp = getelementptr i64, ptr %hashes, i64 %k0
  %key = load i64, ptr %keyp
  %slot0 = lshr i64 %key, %shift
  br label %probe
probe:
  %slot = phi i64 [%slot0, %look], [%slot2, %other]
  %kp = getelementptr {{i64, i32, i32}}, ptr %slots, i64 %slot
  %rp = getelementptr {{i64, i32, i32}}, ptr %slots, i64 %slot, i32 1
  %rq = getelementptr {{i64, i32, i32}}, ptr %slots, i64 %slot, i32 2
  %hi32 = load i32, ptr %rq
  %free = icmp eq i32 %hi32, 0
  br i1 %free, label %passed, label %taken
taken:
  %held = load i64, ptr %kp
  %same = icmp eq i64 %held, %key
  br i1 %same, label %hit, label %other
other:
  %slot1 = add i64 %slot, 1
  %slot2 = and i64 %slot1, %mask
  br label %probe
hit:
  %lo32 = load i32, ptr %rp
  %hitp = getelementptr [3 x i32], ptr %found, i64 %hits
  %hitlo = getelementptr i32, ptr %hitp, i64 1
  %hithi = getelementptr i32, ptr %hitp, i64 2
  %k32 = trunc i64 %k0 to i32
  store i32 %k32, ptr %hitp
  store i32 %lo32, ptr %hitlo
  store i32 %hi32, ptr %hithi
  %sum32 = add i32 %lo32, %hi32
  %half32 = lshr i32 %sum32, 1
  %half = zext i32 %half32 to i64
  %op0 = getelementptr i32, ptr %order, i64 %half
  call void @llvm.prefetch.p0(ptr %op0, i32 0, i32 3, i32 1)
  %bp0 = getelementptr i32, ptr %best, i64 %half
  call void @llvm.prefetch.p0(ptr %bp0, i32 0, i32 3, i32 1)
  %onemore = add i64 %hits, 1
  br label %passed
passed:
  %hits1 = phi i64 [%hits, %probe], [%onemore, %hit]
  %k1 = add i64 %k, 1
  br label %next
each:
  %e = phi i64 [0, %next], [%e1, %done]
  %more = icmp slt i64 %e, %hits
  br i1 %more, label %compares, label %block
compares:
  %ep = getelementptr [3 x i32], ptr %found, i64 %e
  %elo = getelementptr i32, ptr %ep, i64 1
  %ehi = getelementptr i32, ptr %ep, i64 2
  %i32 = load i32, ptr %ep
  %eloi = load i32, ptr %elo
  %ehii = load i32, ptr %ehi
  %i0 = zext i32 %i32 to i64
  %i = add i64 %from, %i0
  %lo = zext i32 %eloi to i64
  %hi = zext i32 %ehii to i64
  %here = getelementptr {kind}, ptr %text, i64 %i
  %left = sub i64 %size, %i
  %shorter = icmp slt i64 %left, %longest
  %limit0 = select i1 %shorter, i64 %left, i64 %longest
  br label %search
search:
  %low = phi i64 [%lo, %compares], [%low1, %decided]
  %high = phi i64 [%hi, %compares], [%high1, %decided]
  %open = icmp slt i64 %low, %high
  br i1 %open, label %middle, label %done
middle:
  %both = add i64 %low, %high
  %mid = lshr i64 %both, 1
  %op = getelementptr i32, ptr %order, i64 %mid
  %suffix32 = load i32, ptr %op
  %suffix = zext i32 %suffix32 to i64
  %there = getelementptr {kind}, ptr %ids, i64 %suffix
  %rest = sub i64 %indexed, %suffix
  %ends = icmp slt i64 %rest, %limit0
  %limit = select i1 %ends, i64 %rest, i64 %limit0
  br label %compare
compare:
  %m = phi i64 [0, %middle], [%m1, %further]
  %m1 = add i64 %m, {WORD // width}
  %enough = icmp sle i64 %m1, %limit
  br i1 %enough, label %together, label %single
together:
  %cp = getelementptr {kind}, ptr %here, i64 %m
  %c8 = load i64, ptr %cp, align 1
  %dp = getelementptr {kind}, ptr %there, i64 %m
  %d8 = load i64, ptr %dp, align 1
  %same8 = icmp eq i64 %c8, %d8
  br i1 %same8, label %further, label %single
further:
  br label %compare
single:
  %n = phi i64 [%m, %compare], [%m, %together], [%n1, %equal]
  %within = icmp slt i64 %n, %limit
  br i1 %within, label %one, label %compared
one:
  %ap = getelementptr {kind}, ptr %here, i64 %n
  %a = load {kind}, ptr %ap
  %bp = getelementptr {kind}, ptr %there, i64 %n
  %b = load {kind}, ptr %bp
  %alike = icmp eq {kind} %a, %b
  br i1 %alike, label %equal, label %differs
differs:
  %smaller = icmp ult {kind} %b, %a
  br label %compared
equal:
  %n1 = add i64 %n, 1
  br label %single
compared:
  %before = phi i1 [%ends, %single], [%smaller, %differs]
  %n32 = trunc i64 %n to i32
  %bestp = getelementptr i32, ptr %best, i64 %mid
  %known = load i32, ptr %bestp
  %longer = icmp sgt i32 %n32, %known
  br i1 %longer, label %put, label %decided
put:
  store i32 %n32, ptr %bestp
  %offsetp = getelementptr i64, ptr %offsets, i64 %mid
  %offset = add i64 %first, %i
  store i64 %offset, ptr %offsetp
  br label %decided
decided:
  %mid1 = add i64 %mid, 1
  %low1 = select i1 %before, i64 %mid1, i64 %low
  %high1 = select i1 %before, i64 %high, i64 %mid
  br label %search
done:
  %e1 = add i64 %e, 1
  br label %each
end:
  ret void
}}
""",
    )


@functools.cache
def _spreading() -> Compiled:
    def step(name: str, rank: str, other: str, between: str) -> str:
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
  %p = sub i64 %r, 1{step("a", "%r", "%p", "%p")}
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
  %n = add i64 %q, 1{step("b", "%q", "%n", "%q")}
  %q1 = sub i64 %q, 1
  br label %down
end:
  ret void
}}
""",
    )


def _signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number
