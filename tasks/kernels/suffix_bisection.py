"""Emitted code that bisects the suffixes of each hit, and notes the matches with them that are the longest yet."""

from tasks.kernels.suffix_index import GRAM, WORD
from tasks.kernels.suffix_probes import hit_fields, sorting_word, stored_hit


def middle_blocks(width: int) -> str:
    """The basic blocks that go through the hits, and compare each with the first ids of the suffix in its middle.

    Args:
        width: of an id, in bytes.
    """
    kind = f"i{8 * width}"
    return f"""round:
  %open = phi i64 [%count1, %probed], [%kept1, %decided]
  %more = icmp sgt i64 %open, 0
  br i1 %more, label %step, label %block
step:
  %e = phi i64 [0, %round], [%e1, %decided]
  %kept = phi i64 [0, %round], [%kept1, %decided]
  {hit_fields("e", "%e")}
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
  br i1 %told, label %compared, label %longer"""


def comparison_blocks(width: int) -> str:
    """The basic blocks that compare all ids of a place with those of a suffix.

    Args:
        width: of an id, in bytes.
    """
    kind, lanes = f"i{8 * width}", WORD // width
    return f"""longer:
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
  {sorting_word("ours", "%cp", width)}
  {sorting_word("theirs", "%dp", width)}
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
  br label %single"""


def decision_blocks(width: int) -> str:
    """The basic blocks that note a match, and keep the half of a hit's suffixes that is left.

    Args:
        width: of an id, in bytes.
    """
    return f"""compared:
  %n = phi i64 [%n0, %step], [%n3, %apart], [%n1, %single], [%n1, %one1]
  %before = phi i1 [%before0, %step], [%smaller1, %apart], [%ends, %single], [%smaller, %one1]
  %n32 = trunc i64 %n to i32
  %further = icmp sgt i32 %n32, %known
  ; What is longest is rare, so only then are the ids themselves compared that had the same hash.
  br i1 %further, label %check, label %decided
check:{_first_ids(width)}
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
  {stored_hit("s", "%kept", "%mine", "%i32", "%low1", "%high1", "%certain32")}
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
  br i1 %all, label %round, label %step"""


def _first_ids(width: int) -> str:
    """The code that compares the first 8 ids of a place and of a suffix."""
    checking = ""
    for number in range(width):
        checking += f"""
  %gp{number} = getelementptr i64, ptr %here, i64 {number}
  %g{number} = load i64, ptr %gp{number}, align 1
  %qp{number} = getelementptr i64, ptr %there, i64 {number}
  %q{number} = load i64, ptr %qp{number}, align 1
  %unlike{number} = xor i64 %g{number}, %q{number}
  %any{number} = or i64 {f"%any{number - 1}" if number else "0"}, %unlike{number}"""
    return checking
