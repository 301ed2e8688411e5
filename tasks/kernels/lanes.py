"""What emitted code computes across and between the lanes of vectors: sums, maxima, comparisons, powers of two."""

import math
from collections.abc import Callable

from llvmlite import ir

from tasks.kernels.emitting import Code
from tasks.kernels.values import FLOAT, INT, LONG, Number, Variable, called

TERMS = 7  # of the series of 2^x; the next one is below 1e-8 for |x| <= 1/2
ROUNDING = 1.5 * 2**23  # a float of this size has no bits left for fractions, and whole numbers in its lowest ones
LEAST = -126.0  # 2^x is a normal float from here on
BIAS, DIGITS = 127, 23  # of a float: what is added to its exponent, and the bits below it


def filled(code: Code, number: float, lanes: int, kind: ir.Type = FLOAT) -> Variable:
    """A vector with the same number in every lane, that may change."""
    vector = ir.VectorType(kind, lanes)
    with code.builder.goto_entry_block():
        variable = Variable(code.builder, code.builder.alloca(vector), vector)
    variable.become(Number(code.builder, ir.Constant(vector, [number] * lanes)))
    return variable


def numbered(code: Code, lanes: int) -> Number:
    """The lanes' numbers, as floats."""
    return Number(code.builder, ir.Constant(ir.VectorType(FLOAT, lanes), [float(lane) for lane in range(lanes)]))


def where(left: Number, comparison: str, right: Number | float, then: Number, other: Number | float) -> Number:
    """One number in lanes where the comparison of floats holds, the other elsewhere and where one is no number."""
    builder = left.builder
    holds = builder.fcmp_ordered(comparison, left.value, left.like(right))
    return Number(builder, builder.select(holds, then.value, then.like(other)))


def larger(left: Number, right: Number) -> Number:
    """The larger one of each lane; the right one where one is no number."""
    return where(left, ">", right, left, right)


def summed(vector: Number) -> Number:
    """The sum of all lanes, in each of them."""
    return _folded(vector, Number.__add__)


def largest(vector: Number) -> Number:
    """The largest of all lanes, in each of them."""
    return _folded(vector, larger)


def as_float(bits: Number) -> Number:
    """The floats that have these bits."""
    kind = ir.VectorType(FLOAT, bits.value.type.count)
    return Number(bits.builder, bits.builder.bitcast(bits.value, kind))


def first_lane(vector: Number) -> Number:
    """The number of the first lane as a vector of one lane."""
    kind = ir.Constant(ir.VectorType(INT, 1), [0])
    undefined = ir.Constant(vector.value.type, ir.Undefined)
    return Number(vector.builder, vector.builder.shuffle_vector(vector.value, undefined, kind))


def whole(vector: Number, most: int) -> Number:
    """The first lane, a whole number that is not negative, as an integer of at most so much."""
    value = vector.builder.extract_element(vector.value, ir.Constant(INT, 0))
    bounded = called(vector.builder, "llvm.fptosi.sat.i64.f32", LONG, value)
    return Number(vector.builder, bounded).at_most(most)


def power_of_two(x: Number) -> Number:
    """2^x for x that is not above zero, to within two units in its last place; 0 below 2^-126.

    x is split into a whole number, which is moved to where a float has its exponent, and a rest, of which the power is
    a short Taylor series.
    """
    builder, kind = x.builder, x.value.type
    zero = Number(builder, ir.Constant(kind, [0.0] * kind.count))
    bounded = where(x, "<", LEAST, zero + LEAST, x)
    shifted = bounded + ROUNDING
    rest = bounded - (shifted - ROUNDING)
    first, *others = (math.log(2) ** k / math.factorial(k) for k in range(TERMS, 0, -1))
    series = zero + first
    for coefficient in others:
        series = series.fma(rest, coefficient)
    ints = ir.VectorType(INT, kind.count)
    exponent = builder.shl(builder.bitcast(shifted.value, ints), ir.Constant(ints, [DIGITS] * kind.count))
    power = as_float(Number(builder, exponent) + (BIAS << DIGITS))
    return where(x, "<", LEAST, zero, power.fma(series * rest, power))


def base_two_logarithm(x: Number) -> Number:
    """Of a vector of one lane, by the C library."""
    builder = x.builder
    value = called(builder, "log2f", FLOAT, builder.extract_element(x.value, ir.Constant(INT, 0)))
    empty = ir.Constant(x.value.type, ir.Undefined)
    return Number(builder, builder.insert_element(empty, value, ir.Constant(INT, 0)))


def _folded(vector: Number, combine: Callable[[Number, Number], Number]) -> Number:
    """Every lane combined with all others, halves with halves, so that all lanes have the same."""
    builder, count = vector.builder, vector.value.type.count
    distance = count // 2
    while distance:
        places = ir.Constant(ir.VectorType(INT, count), [(lane + distance) % count for lane in range(count)])
        turned = builder.shuffle_vector(vector.value, ir.Constant(vector.value.type, ir.Undefined), places)
        vector = combine(vector, Number(builder, turned))
        distance //= 2
    return vector
