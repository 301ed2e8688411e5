"""Emitted code that hashes places of a long text and probes the index for each: what it finds are hits.

A hit has the ids after its first 8 in a number, its place in the block, a range of suffixes, and how many ids of a
match those numbers tell.
"""

from tasks.kernels.suffix_index import FACTORS, GRAM, WORD

HIT = "i64", "i32", "i32", "i32", "i32"
AHEAD = 128  # places that are hashed before the slots of the first of them are looked at


def filter_blocks(width: int) -> str:
    """The basic blocks that hash the next places of the text, and pass on those that the filter does not rule out.

    Args:
        width: of an id, in bytes.
    """
    kind, hashing = f"i{8 * width}", ""
    for number in range(width):
        hashing += f"""
  %wp{number} = getelementptr i64, ptr %at, i64 {number}
  %word{number} = load i64, ptr %wp{number}, align 1
  %product{number} = mul i64 %word{number}, {_signed(FACTORS[number])}
  %sum{number} = add i64 {f"%sum{number - 1}" if number else "0"}, %product{number}"""
    return f"""block:
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
  br i1 %none, label %block, label %fetch"""


def probe_blocks() -> str:
    """The basic blocks that look for the slot of each place that is passed on."""
    return """fetch:
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
  br label %probe"""


def hit_blocks(width: int) -> str:
    """The basic block that notes a hit where there is such a slot.

    Args:
        width: of an id, in bytes.
    """
    kind, lanes = f"i{8 * width}", WORD // width
    return f"""probed:
  %after = add i64 %k, {GRAM}
  %complete = icmp sle i64 %after, %lastword
  %wordat = call i64 @llvm.smin.i64(i64 %after, i64 %lastword)
  %wordp = getelementptr {kind}, ptr %text, i64 %wordat
  {sorting_word("word", "%wordp", width)}
  %sure0 = call i64 @llvm.smin.i64(i64 %longest, i64 {GRAM + lanes})
  %sure = select i1 %complete, i64 %sure0, i64 0
  %sure32 = trunc i64 %sure to i32
  {stored_hit("h", "%count", "%word", "%k32", "%lo", "%hi", "%sure32")}
  %sum32 = add i32 %lo, %hi
  %half32 = lshr i32 %sum32, 1
  %half = zext i32 %half32 to i64
  %op0 = getelementptr %suffix, ptr %suffixes, i64 %half
  call void @llvm.prefetch.p0(ptr %op0, i32 0, i32 3, i32 1)
  %one = zext i1 %taken to i64
  %count1 = add i64 %count, %one
  %s1 = add i64 %s, 1
  %read = icmp eq i64 %s1, %passed1
  br i1 %read, label %round, label %look"""


def sorting_word(name: str, pointer: str, width: int) -> str:
    """The code that reads the next ids as a number that sorts as they do: the first of them is its upper bits."""
    lanes = WORD // width
    kind, backwards = f"<{lanes} x i{8 * width}>", ", ".join(f"i32 {lane}" for lane in reversed(range(lanes)))
    return f"""%{name}read = load {kind}, ptr {pointer}, align 1
  %{name}turned = shufflevector {kind} %{name}read, {kind} %{name}read, <{lanes} x i32> <{backwards}>
  %{name} = bitcast {kind} %{name}turned to i64"""


def hit_fields(name: str, number: str) -> str:
    """The addresses of the fields of the hit of this number."""
    return "\n  ".join(f"%{name}{n}p = getelementptr %hit, ptr %hits, i64 {number}, i32 {n}" for n in range(len(HIT)))


def stored_hit(name: str, number: str, *fields: str) -> str:
    """The code that writes the fields of the hit of this number."""
    stores = [f"store {kind} {field}, ptr %{name}{n}p" for n, (kind, field) in enumerate(zip(HIT, fields, strict=True))]
    return "\n  ".join([hit_fields(name, number), *stores])


def _signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number
