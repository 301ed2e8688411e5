"""Emits functions in LLVM's language: their arguments, loops, and barriers."""

import contextlib
from collections.abc import Iterator, Sequence

from llvmlite import ir

from tasks.kernels.values import FLOAT, INT, LONG, POINTER, Memory, Number, Variable, called


class Code:
    """A function in the making, which returns nothing."""

    def __init__(self, name: str, numbers: Sequence[str], pointers: Sequence[str]) -> None:
        """Arguments are 64-bit integers, then pointers, by their names."""
        self.module = ir.Module(name)
        kind = ir.FunctionType(ir.VoidType(), [LONG] * len(numbers) + [POINTER] * len(pointers))
        self.function = ir.Function(self.module, kind, name)
        self.builder = ir.IRBuilder(self.function.append_basic_block())
        self._arguments = dict(zip((*numbers, *pointers), self.function.args, strict=True))

    def number(self, name: str) -> Number:
        """An argument that is an integer."""
        return Number(self.builder, self._arguments[name])

    def memory(self, name: str, element: ir.Type, *strides: int) -> Memory:
        """What an argument that is a pointer leads to."""
        return Memory(self.builder, self._arguments[name], element, strides)

    def scratch(self, count: int, *strides: int) -> Memory:
        """Room for so many floats while the function runs."""
        with self.builder.goto_entry_block():
            place = self.builder.alloca(FLOAT, ir.Constant(LONG, count))
        place.align = 64
        return Memory(self.builder, self._untyped(place), FLOAT, strides)

    def constant(self, content: bytes) -> ir.Value:
        """A place that holds these bytes."""
        kind = ir.ArrayType(ir.IntType(8), len(content))
        place = ir.GlobalVariable(self.module, kind, self.module.get_unique_name("constant"))
        place.global_constant, place.initializer = True, ir.Constant(kind, bytearray(content))
        return self._untyped(place)

    def accumulator(self, lanes: int) -> Variable:
        """An accumulator: a vector of floats that is zero now."""
        kind = ir.VectorType(FLOAT, lanes)
        with self.builder.goto_entry_block():
            place = self.builder.alloca(kind)
        variable = Variable(self.builder, place, kind)
        variable.become(Number(self.builder, ir.Constant(kind, [0.0] * lanes)))
        return variable

    @contextlib.contextmanager
    def loop(self, start: Number | int, end: Number | int, step: int = 1) -> Iterator[Number]:
        """Repeat what the block emits, for each index from start to before end."""
        first, last = (n.value if isinstance(n, Number) else ir.Constant(LONG, n) for n in (start, end))
        before = self.builder.block
        check, body, after = (self.function.append_basic_block() for _ in range(3))
        self.builder.branch(check)
        self.builder.position_at_end(check)
        index = self.builder.phi(LONG)
        index.add_incoming(first, before)
        self.builder.cbranch(self.builder.icmp_signed("<", index, last), body, after)
        self.builder.position_at_end(body)
        yield Number(self.builder, index)
        index.add_incoming(self.builder.add(index, ir.Constant(LONG, step)), self.builder.block)
        self.builder.branch(check)
        self.builder.position_at_end(after)

    def share(self, thread: str, threads: str, blocks: int) -> tuple[Number, Number]:
        """The first of a thread's blocks, and the one after its last; arguments as for `barrier`."""
        number, count = self.number(thread), self.number(threads)
        return number * blocks // count, (number + 1) * blocks // count

    def barrier(self, counter: str, threads: str) -> None:
        """Wait until all threads have come here.

        Args:
            counter: argument that leads to a 64-bit integer, shared by all of them, that begins at zero.
            threads: argument that says how many there are.
        """
        one, place, count = ir.Constant(LONG, 1), self._arguments[counter], self.number(threads)
        came = Number(self.builder, self.builder.atomic_rmw("add", place, one, "acq_rel"))
        goal = (came // count + 1) * count
        check, wait, after = (self.function.append_basic_block() for _ in range(3))
        self.builder.branch(check)
        self.builder.position_at_end(check)
        now = self.builder.load_atomic(place, "acquire", align=8, typ=LONG)
        self.builder.cbranch(self.builder.icmp_unsigned("<", now, goal.value), wait, after)
        self.builder.position_at_end(wait)
        called(self.builder, "sched_yield", INT)
        self.builder.branch(check)
        self.builder.position_at_end(after)

    def prefetch(self, place: Memory) -> None:
        """Fetch a line into the second cache."""
        read, second, data = (ir.Constant(INT, number) for number in (0, 2, 1))
        called(self.builder, "llvm.prefetch.p0", ir.VoidType(), place.pointer, read, second, data)

    def _untyped(self, pointer: ir.Value) -> ir.Value:
        return self.builder.inttoptr(self.builder.ptrtoint(pointer, LONG), POINTER)

    def finish(self) -> str:
        """The whole function as text."""
        self.builder.ret_void()
        return str(self.module)
