"""Loops that find the longest matches of a long text with an index of short ones."""

import functools

import numpy as np

from tasks.kernels.running import Compiled

GRAM = 8  # ids that are looked up at once
AHEAD = 128  # places that are hashed before the slots of the first of them are looked at
FACTORS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
WORD = 8
FILTER_BITS = 4  # for each slot of a hash table; a power of two
# What a hash table holds of suffixes that begin with the same 8 ids: their hash, the first such suffix in their order
# and the first after those; all 0 where there is none.
SLOT = np.dtype([("hash", np.uint64), ("first", np.int32), ("end", np.int32)])
# What is at hand of a suffix: the ids after its first 8, as many as 8 bytes hold, in a number that sorts as they do;
# where it begins, and its longest match yet.
SUFFIX = np.dtype([("word", np.uint64), ("place", np.int32), ("best", np.int32)])


def hashes(ids: np.ndarray) -> np.ndarray:
    """A number for the 8 ids at each place but the last 7, as the loop makes it: uint64."""
    count, width = max(0, len(ids) - GRAM + 1), ids.itemsize
    content = np.ascontiguousarray(ids).view(np.uint8)
    total = np.zeros(count, np.uint64)
    for number in range(width):
        words = np.ndarray(count, "<u8", content, number * WORD, (width,)) if count else total
        total += words * np.uint64(FACTORS[number])
    return (total ^ (total >> np.uint64(32))) * np.uint64(FACTORS[0])


def filter_of(found: np.ndarray, size: int) -> np.ndarray:
    """A bit for each value of the upper bits of a hash, set where a hash of a table has those: `(size // 2,)` uint8.

    Most other hashes are told by it, which is small enough for a near cache of the processor.

    Args:
        found: the hashes, uint64.
        size: slots of the table, a power of two.
    """
    bits = (size * FILTER_BITS - 1).bit_length()
    known = np.zeros(size * FILTER_BITS, np.bool_)
    known[found >> np.uint64(64 - bits)] = True
    return np.packbits(known, bitorder="little")


def suffixes_of(ids: np.ndarray, order: np.ndarray) -> np.ndarray:
    """The suffixes of ids in their order, `(n,)` of `SUFFIX`, without matches.

    Args:
        ids: of 1, 2 or 4 bytes, `(n,)`.
        order: their suffix array.
    """
    padded = np.concatenate([ids, np.zeros(GRAM + WORD, ids.dtype)]).astype(ids.dtype.newbyteorder(">"))
    suffixes = np.zeros(len(ids), SUFFIX)
    words = np.ndarray(len(ids), ">u8", padded, GRAM * ids.itemsize, (ids.itemsize,))
    suffixes["word"], suffixes["place"] = words[order], order
    return suffixes


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
    _matching(ids.itemsize).run(1, places, text, numbers, ids, slots, passing, suffixes, offsets)


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
    kind, lanes = f"i{8 * width}", WORD // width
    hashing, checking = "", ""
    for number in range(width):
        hashing += f"""
  %wp{number} = getelementptr i64, ptr %at, i64 {number}
  %word{number} = load i64, ptr %wp{number}, align 1
  %product{number} = mul i64 %word{number}, {_signed(FACTORS[number])}
  %sum{number} = add i64 {f"%sum{number - 1}" if number else "0"}, %product{number}"""
        checking += f"""
  %gp{number} = getelementptr i64, ptr %here, i64 {number}
  %g{number} = load i64, ptr %gp{number}, align 1
  %qp{number} = getelementptr i64, ptr %there, i64 {number}
  %q{number} = load i64, ptr %qp{number}, align 1
  %unlike{number} = xor i64 %g{number}, %q{number}
  %any{number} = or i64 {f"%any{number - 1}" if number else "0"}, %unlike{number}"""
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
%hit = type {{i64, i32, i32, i32, i32}}
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
  %lastword = sub i64 %size, {lanes}
  br label %block
block:
  %from = phi i64 [0, %start], [%to, %filtered], [%to, %round]
  %begun = icmp slt i64 %from, %places
  br i1 %begun, label %some, label %end
some:
  %full = add i64 %from, {AHEAD}
  %to = call i64 @llvm.smin.i64(i64 %full, i64 %places)
  br label %hash
hash:
  %h = phi i64 [%from, %some], [%h1, %hash]
  %passed = phi i64 [0, %some], [%passed1, %hash]
  %at = getelementptr {kind}, ptr %text, i64 %h{hashing}
  %upper = lshr i64 %sum{width - 1}, 32
  %folded = xor i64 %sum{width - 1}, %upper
  %made = mul i64 %folded, {_signed(FACTORS[0])}
  %h0 = sub i64 %h, %from
  %h32 = trunc i64 %h0 to i32
  %mp = getelementptr i64, ptr %hashes, i64 %passed
  store i64 %made, ptr %mp
  %waitp = getelementptr i32, ptr %waiting, i64 %passed
  store i32 %h32, ptr %waitp
  %bit = lshr i64 %made, %finer
  %byte = lshr i64 %bit, 3
  %bitp = getelementptr i8, ptr %filter, i64 %byte
  %eight = load i8, ptr %bitp
  %which64 = and i64 %bit, 7
  %which = trunc i64 %which64 to i8
  %shifted = lshr i8 %eight, %which
  %lowest = and i8 %shifted, 1
  %likely = zext i8 %lowest to i64
  %passed1 = add i64 %passed, %likely
  %h1 = add i64 %h, 1
  %hashed = icmp eq i64 %h1, %to
  br i1 %hashed, label %filtered, label %hash
filtered:
  %none = icmp eq i64 %passed1, 0
  br i1 %none, label %block, label %fetch
fetch:
  %f = phi i64 [0, %filtered], [%f1, %fetch]
  %nextp = getelementptr i64, ptr %hashes, i64 %f
  %nextkey = load i64, ptr %nextp
  %nextslot = lshr i64 %nextkey, %shift
  %sp = getelementptr %slot, ptr %slots, i64 %nextslot
  call void @llvm.prefetch.p0(ptr %sp, i32 0, i32 3, i32 1)
  %f1 = add i64 %f, 1
  %fetched = icmp eq i64 %f1, %passed1
  br i1 %fetched, label %look, label %fetch
look:
  %s = phi i64 [0, %fetch], [%s1, %probed]
  %count = phi i64 [0, %fetch], [%count1, %probed]
  %keyp = getelementptr i64, ptr %hashes, i64 %s
  %key = load i64, ptr %keyp
  %placep = getelementptr i32, ptr %waiting, i64 %s
  %k32 = load i32, ptr %placep
  %k0 = zext i32 %k32 to i64
  %k = add i64 %from, %k0
  %slot0 = lshr i64 %key, %shift
  br label %probe
probe:
  %slot = phi i64 [%slot0, %look], [%slot2, %other]
  %kp = getelementptr %slot, ptr %slots, i64 %slot
  %rp = getelementptr %slot, ptr %slots, i64 %slot, i32 1
  %rq = getelementptr %slot, ptr %slots, i64 %slot, i32 2
  %held = load i64, ptr %kp
  %lo = load i32, ptr %rp
  %hi = load i32, ptr %rq
  %taken = icmp ne i32 %hi, 0
  %unequal = icmp ne i64 %held, %key
  %on = and i1 %taken, %unequal
  br i1 %on, label %other, label %probed
other:
  %slot1 = add i64 %slot, 1
  %slot2 = and i64 %slot1, %mask
  br label %probe
probed:
  %after = add i64 %k, {GRAM}
  %complete = icmp sle i64 %after, %lastword
  %wordat = call i64 @llvm.smin.i64(i64 %after, i64 %lastword)
  %wordp = getelementptr {kind}, ptr %text, i64 %wordat
  {_sorting_word("word", "%wordp", width)}
  %sure0 = call i64 @llvm.smin.i64(i64 %longest, i64 {GRAM + lanes})
  %sure = select i1 %complete, i64 %sure0, i64 0
  %sure32 = trunc i64 %sure to i32
  {_hit_fields("h", "%count")}
  store i64 %word, ptr %h0p
  store i32 %k32, ptr %h1p
  store i32 %lo, ptr %h2p
  store i32 %hi, ptr %h3p
  store i32 %sure32, ptr %h4p
  %sum32 = add i32 %lo, %hi
  %half32 = lshr i32 %sum32, 1
  %half = zext i32 %half32 to i64
  %op0 = getelementptr %suffix, ptr %suffixes, i64 %half
  call void @llvm.prefetch.p0(ptr %op0, i32 0, i32 3, i32 1)
  %one = zext i1 %taken to i64
  %count1 = add i64 %count, %one
  %s1 = add i64 %s, 1
  %read = icmp eq i64 %s1, %passed1
  br i1 %read, label %round, label %look
round:
  %open = phi i64 [%count1, %probed], [%kept1, %decided]
  %more = icmp sgt i64 %open, 0
  br i1 %more, label %step, label %block
step:
  %e = phi i64 [0, %round], [%e1, %decided]
  %kept = phi i64 [0, %round], [%kept1, %decided]
  {_hit_fields("e", "%e")}
  %mine = load i64, ptr %e0p
  %i32 = load i32, ptr %e1p
  %low = load i32, ptr %e2p
  %high = load i32, ptr %e3p
  %certain32 = load i32, ptr %e4p
  %i0 = zext i32 %i32 to i64
  %i = add i64 %from, %i0
  %both = add i32 %low, %high
  %mid32 = lshr i32 %both, 1
  %mid = zext i32 %mid32 to i64
  %xp = getelementptr %suffix, ptr %suffixes, i64 %mid
  %yp = getelementptr %suffix, ptr %suffixes, i64 %mid, i32 1
  %bestp = getelementptr %suffix, ptr %suffixes, i64 %mid, i32 2
  %its = load i64, ptr %xp
  %suffix32 = load i32, ptr %yp
  %known = load i32, ptr %bestp
  %suffix = zext i32 %suffix32 to i64
  %here = getelementptr {kind}, ptr %text, i64 %i
  %there = getelementptr {kind}, ptr %ids, i64 %suffix
  %rest = sub i64 %indexed, %suffix
  %certain = zext i32 %certain32 to i64
  %bound = call i64 @llvm.smin.i64(i64 %certain, i64 %rest)
  %unlike = xor i64 %mine, %its
  %zeros = call i64 @llvm.ctlz.i64(i64 %unlike, i1 false)
  %alikes = lshr i64 %zeros, {(8 * width).bit_length() - 1}
  %n0 = add i64 %alikes, {GRAM}
  %before0 = icmp ult i64 %its, %mine
  %told = icmp slt i64 %n0, %bound
  br i1 %told, label %compared, label %longer
longer:
  %left = sub i64 %size, %i
  %limit0 = call i64 @llvm.smin.i64(i64 %left, i64 %longest)
  %limit = call i64 @llvm.smin.i64(i64 %limit0, i64 %rest)
  %ends = icmp slt i64 %rest, %limit0
  %m0 = call i64 @llvm.smin.i64(i64 %limit, i64 {GRAM})
  br label %compare
compare:
  %m = phi i64 [%m0, %longer], [%m1, %together]
  %m1 = add i64 %m, {lanes}
  %enough = icmp sle i64 %m1, %limit
  br i1 %enough, label %together, label %single
together:
  %cp = getelementptr {kind}, ptr %here, i64 %m
  %dp = getelementptr {kind}, ptr %there, i64 %m
  {_sorting_word("ours", "%cp", width)}
  {_sorting_word("theirs", "%dp", width)}
  %differ = xor i64 %ours, %theirs
  %same = icmp eq i64 %differ, 0
  br i1 %same, label %compare, label %apart
apart:
  %zeros1 = call i64 @llvm.ctlz.i64(i64 %differ, i1 false)
  %alikes1 = lshr i64 %zeros1, {(8 * width).bit_length() - 1}
  %n3 = add i64 %m, %alikes1
  %smaller1 = icmp ult i64 %theirs, %ours
  br label %compared
single:
  %n1 = phi i64 [%m, %compare], [%n2, %equal]
  %within = icmp slt i64 %n1, %limit
  br i1 %within, label %one1, label %compared
one1:
  %ap = getelementptr {kind}, ptr %here, i64 %n1
  %a = load {kind}, ptr %ap
  %bp = getelementptr {kind}, ptr %there, i64 %n1
  %b = load {kind}, ptr %bp
  %alike = icmp eq {kind} %a, %b
  %smaller = icmp ult {kind} %b, %a
  br i1 %alike, label %equal, label %compared
equal:
  %n2 = add i64 %n1, 1
  br label %single
compared:
  %n = phi i64 [%n0, %step], [%n3, %apart], [%n1, %single], [%n1, %one1]
  %before = phi i1 [%before0, %step], [%smaller1, %apart], [%ends, %single], [%smaller, %one1]
  %n32 = trunc i64 %n to i32
  %further = icmp sgt i32 %n32, %known
  ; What is longest is rare, so only then are the ids themselves compared that had the same hash.
  br i1 %further, label %check, label %decided
check:{checking}
  %true = icmp eq i64 %any{width - 1}, 0
  br i1 %true, label %put, label %decided
put:
  store i32 %n32, ptr %bestp
  %offsetp = getelementptr i64, ptr %offsets, i64 %mid
  %offset = add i64 %first, %i
  store i64 %offset, ptr %offsetp
  br label %decided
decided:
  %mid1 = add i32 %mid32, 1
  %low1 = select i1 %before, i32 %mid1, i32 %low
  %high1 = select i1 %before, i32 %high, i32 %mid32
  {_hit_fields("s", "%kept")}
  store i64 %mine, ptr %s0p
  store i32 %i32, ptr %s1p
  store i32 %low1, ptr %s2p
  store i32 %high1, ptr %s3p
  store i32 %certain32, ptr %s4p
  %both1 = add i32 %low1, %high1
  %half1 = lshr i32 %both1, 1
  %half2 = zext i32 %half1 to i64
  %soonp = getelementptr %suffix, ptr %suffixes, i64 %half2
  call void @llvm.prefetch.p0(ptr %soonp, i32 0, i32 3, i32 1)
  %undecided = icmp ult i32 %low1, %high1
  %two = zext i1 %undecided to i64
  %kept1 = add i64 %kept, %two
  %e1 = add i64 %e, 1
  %all = icmp eq i64 %e1, %open
  br i1 %all, label %round, label %step
end:
  ret void
}}
""",
    )


def _sorting_word(name: str, pointer: str, width: int) -> str:
    """Reads the next ids as a number that sorts as they do: the first of them is its upper bits."""
    lanes = WORD // width
    kind, backwards = f"<{lanes} x i{8 * width}>", ", ".join(f"i32 {lane}" for lane in reversed(range(lanes)))
    return f"""%{name}read = load {kind}, ptr {pointer}, align 1
  %{name}turned = shufflevector {kind} %{name}read, {kind} %{name}read, <{lanes} x i32> <{backwards}>
  %{name} = bitcast {kind} %{name}turned to i64"""


def _hit_fields(name: str, number: str) -> str:
    return "\n  ".join(f"%{name}{n}p = getelementptr %hit, ptr %hits, i64 {number}, i32 {n}" for n in range(5))


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
