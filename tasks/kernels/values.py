"""What emitted code computes with: numbers, whose arithmetic is written as in Python, and the memory they are in."""

from typing import Self

from llvmlite import ir


class _Bfloat(ir.Type):
    """The upper half of a float, which llvmlite has no name for."""

    def _to_string(self) -> str:
        return "bfloat"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Bfloat)

    def __hash__(self) -> int:
        return hash(_Bfloat)


BFLOAT, HALF, FLOAT = _Bfloat(), ir.HalfType(), ir.FloatType()
INT, LONG, POINTER = ir.IntType(32), ir.IntType(64), ir.PointerType()
BYTES = {BFLOAT: 2, HALF: 2, FLOAT: 4, INT: 4, LONG: 8}


def called(builder: ir.IRBuilder, name: str, result: ir.Type, *arguments: ir.Value) -> ir.Value:
    """What a function of LLVM's or of the C library returns."""
    known = builder.module.globals.get(name)
    kind = ir.FunctionType(result, [argument.type for argument in arguments])
    return builder.call(known or ir.Function(builder.module, kind, name), arguments)


class Number:
    """A number, or a vector of them, that the emitted code computes: 64-bit integers or floats."""

    def __init__(self, builder: ir.IRBuilder, value: ir.Value) -> None:
        self.builder, self.value = builder, value

    def __add__(self, other: "Number | float") -> "Number":
        return self._combined("add", other)

    def __sub__(self, other: "Number | float") -> "Number":
        return self._combined("sub", other)

    def __mul__(self, other: "Number | float") -> "Number":
        return self._combined("mul", other)

    def __truediv__(self, other: "Number | float") -> "Number":
        return self._combined("div", other)

    def __floordiv__(self, other: "Number | float") -> "Number":
        return Number(self.builder, self.builder.udiv(self.value, self.like(other)))

    def __mod__(self, other: "Number | int") -> "Number":
        return Number(self.builder, self.builder.urem(self.value, self.like(other)))

    def __neg__(self) -> "Number":
        return Number(self.builder, self.builder.fneg(self.value))

    def __radd__(self, other: float) -> "Number":
        return self + other

    def __rmul__(self, other: float) -> "Number":
        return self * other

    def __rsub__(self, other: float) -> "Number":
        return Number(self.builder, self.like(other)) - self

    def __rtruediv__(self, other: float) -> "Number":
        return Number(self.builder, self.like(other)) / self

    def fma(self, factor: "Number | float", term: "Number | float") -> "Number":
        """Fused multiply-add: this times a factor plus a term, rounded once where the processor can."""
        kind = self.value.type
        numbers = self.value, self.like(factor), self.like(term)
        return Number(self.builder, called(self.builder, f"llvm.fmuladd.v{kind.count}f32", kind, *numbers))

    def clamp(self, limit: float) -> "Number":
        """This, but no further from zero than the limit; NaN stays NaN."""
        value = self.value
        for bound, beyond in ((-limit, "<"), (limit, ">")):
            end = self.like(bound)
            value = self.builder.select(self.builder.fcmp_ordered(beyond, value, end), end, value)
        return Number(self.builder, value)

    def at_most(self, limit: "Number | int") -> "Number":
        """This integer, or the limit if it is less."""
        end = self.like(limit)
        return Number(
            self.builder, self.builder.select(self.builder.icmp_signed("<", self.value, end), self.value, end)
        )

    def like(self, other: "Number | float") -> ir.Value:
        """The value of another number; a constant becomes one of this number's type."""
        if isinstance(other, Number):
            return other.value
        kind = self.value.type
        return ir.Constant(kind, [other] * kind.count if isinstance(kind, ir.VectorType) else other)

    def _combined(self, operation: str, other: "Number | float") -> "Number":
        kind = self.value.type
        element = kind.element if isinstance(kind, ir.VectorType) else kind
        emit = getattr(self.builder, operation if isinstance(element, ir.IntType) else f"f{operation}")
        return Number(self.builder, emit(self.value, self.like(other)))


class Memory:
    """Numbers of one type in memory, at places that are counted along axes with fixed strides."""

    def __init__(self, builder: ir.IRBuilder, pointer: ir.Value, element: ir.Type, strides: tuple[int, ...]) -> None:
        """Strides are counted in elements."""
        self.builder, self.pointer, self.element, self.strides = builder, pointer, element, strides

    def at(self, *indices: Number | int) -> Self:
        """The part at these indices of the first axes; what is left has the other axes."""
        offset = ir.Constant(LONG, 0)
        for index, stride in zip(indices, self.strides, strict=False):
            step = index.value if isinstance(index, Number) else ir.Constant(LONG, index)
            offset = self.builder.add(offset, self.builder.mul(step, ir.Constant(LONG, stride)))
        pointer = self.builder.gep(self.pointer, [offset], source_etype=self.element)
        return type(self)(self.builder, pointer, self.element, self.strides[len(indices) :])

    def past(self, index: Number | int) -> Self:
        """The same without what lies before this index of the first axis."""
        return type(self)(self.builder, self.at(index).pointer, self.element, self.strides)

    def turned(self) -> Self:
        """The same with the first two axes in each other's place."""
        first, second, *others = self.strides
        return type(self)(self.builder, self.pointer, self.element, (second, first, *others))

    def over(self, stride: int) -> Self:
        """The same with an axis of this stride in front of the last ones."""
        return type(self)(self.builder, self.pointer, self.element, (stride, *self.strides))

    def load(self, lanes: int) -> Number:
        """A vector of the numbers from here on; bfloat and half become float."""
        builder, halves = self.builder, self.element == BFLOAT
        kind = ir.VectorType(ir.IntType(16) if halves else self.element, lanes)
        value = builder.load(self.pointer, align=BYTES[self.element], typ=kind)
        if halves:
            whole = ir.VectorType(INT, lanes)
            upper = builder.shl(builder.zext(value, whole), ir.Constant(whole, [16] * lanes))
            value = builder.bitcast(upper, ir.VectorType(FLOAT, lanes))
        if self.element == HALF:
            value = builder.fpext(value, ir.VectorType(FLOAT, lanes))
        return Number(builder, value)

    def load_broadcast(self, lanes: int) -> Number:
        """The number from here, broadcast to every lane of a vector."""
        value = self.builder.load(self.pointer, align=BYTES[self.element], typ=self.element)
        vector = ir.VectorType(self.element, lanes)
        empty, first = ir.Constant(vector, ir.Undefined), ir.Constant(ir.VectorType(INT, lanes), [0] * lanes)
        one = self.builder.insert_element(empty, value, ir.Constant(INT, 0))
        return Number(self.builder, self.builder.shuffle_vector(one, empty, first))

    def load_index(self) -> Number:
        """The integer from here, as a 64-bit one."""
        value = self.builder.load(self.pointer, align=BYTES[self.element], typ=self.element)
        return Number(self.builder, self.builder.zext(value, LONG))

    def store(self, number: Number) -> None:
        """Write a vector from here on, rounded to the type."""
        value = _nearest_bfloat(self.builder, number.value) if self.element == BFLOAT else number.value
        if self.element == HALF:
            value = self.builder.fptrunc(value, ir.VectorType(HALF, value.type.count))
        self.builder.store(value, self.pointer, align=BYTES[self.element])


def _nearest_bfloat(builder: ir.IRBuilder, value: ir.Value) -> ir.Value:
    """The bits of the bfloats nearest to floats, ties to even; by hand, as not every processor has it."""
    count = value.type.count

    def same(number: int) -> ir.Constant:
        return ir.Constant(ir.VectorType(INT, count), [number] * count)

    bits = builder.bitcast(value, ir.VectorType(INT, count))
    upper = builder.lshr(bits, same(16))
    odd = builder.and_(upper, same(1))
    rounded = builder.lshr(builder.add(bits, builder.add(odd, same(0x7FFF))), same(16))
    nan = builder.or_(upper, same(0x40))
    nearest = builder.select(builder.fcmp_unordered("uno", value, value), nan, rounded)
    return builder.trunc(nearest, ir.VectorType(ir.IntType(16), count))


class Variable:
    """A vector that changes while the code runs; LLVM keeps it in a register."""

    def __init__(self, builder: ir.IRBuilder, place: ir.Value, kind: ir.Type) -> None:
        self._builder, self._place, self._kind = builder, place, kind

    @property
    def now(self) -> Number:
        """What it holds."""
        return Number(self._builder, self._builder.load(self._place, typ=self._kind))

    def become(self, number: Number) -> None:
        """Hold another vector from now on."""
        self._builder.store(number.value, self._place)
