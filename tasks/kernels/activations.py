"""The squashing functions of gates, to within two units in the last place of one, with their small values exact."""

import math

from llvmlite import ir

from tasks.kernels.values import INT, Number, called

TERMS = 7  # of the series of 2^x; the next one is below 1e-8 for |x| <= 1/2
ROUNDING = 1.5 * 2**23  # a float of this size has no bits left for fractions
AVX512_LANES = 16
LIMIT = 126.0  # 2^x and 2^-x are normal floats up to here


def sigmoid(x: Number) -> Number:
    """1 / (1 + e^-x)."""
    return _reciprocal(_power_less_one(x * -math.log2(math.e)) + 2.0)


def tanh(x: Number) -> Number:
    """(e^2x - 1) / (e^2x + 1)."""
    power = _power_less_one(x * (2 * math.log2(math.e)))
    return power * _reciprocal(power + 2.0)


def _power_less_one(x: Number) -> Number:
    """2^x - 1, by splitting x into a whole number and a rest, of which the power is a short Taylor series."""
    x = x.clamp(LIMIT)
    shifted = x + ROUNDING
    rest = x - (shifted - ROUNDING)
    first, *others = (math.log(2) ** k / math.factorial(k) for k in range(TERMS, 0, -1))
    series = rest.fma(first, others[0])
    for coefficient in others[1:]:
        series = series.fma(rest, coefficient)
    power = _power_of_two(shifted)
    return power.fma(series * rest, power - 1.0)


def _power_of_two(shifted: Number) -> Number:
    """2^n, where n is in the lowest bits of a float: moved to where a float has its exponent."""
    builder, kind = shifted.builder, shifted.value.type
    whole = ir.VectorType(INT, kind.count)
    bits = builder.bitcast(shifted.value, whole)
    exponent = builder.shl(bits, ir.Constant(whole, [23] * kind.count))
    one = builder.bitcast(ir.Constant(kind, [1.0] * kind.count), whole)
    return Number(builder, builder.bitcast(builder.add(exponent, one), kind))


def _reciprocal(x: Number) -> Number:
    """1 / x to within a unit in the last place: by a step of Newton's where there is a good first guess (AVX-512)."""
    if x.value.type.count != AVX512_LANES:
        return 1.0 / x
    kind, mask = x.value.type, ir.IntType(16)
    given = x.value, ir.Constant(kind, [0.0] * kind.count), ir.Constant(mask, -1)
    guess = Number(x.builder, called(x.builder, "llvm.x86.avx512.rcp14.ps.512", kind, *given))
    return guess.fma((-x).fma(guess, 1.0), guess)
