"""Emits the loops that read and draw characters, all layers of a step and the choice after each other.

Threads share a layer's units, then parts of the logits, then the rows to choose for; after each they meet. No sum
depends on the number of threads or of rows.
"""

import functools
from collections.abc import Callable

import numpy as np
from llvmlite import ir

from tasks.kernels.choice import Choice
from tasks.kernels.emitting import Code
from tasks.kernels.rules import Rules
from tasks.kernels.stack import Stack
from tasks.kernels.stacked_layers import StackedLayers, arguments
from tasks.kernels.tiles import ROWS
from tasks.kernels.values import FLOAT, INT, LONG, Memory, Number, Variable

NUMBERS = "thread", "threads", "steps"
READING = "counter", "ids", "fresh"
OUTPUT = "kernel", "bias", "never", "logits"
DRAWING = "counter", "ids", *OUTPUT, "uniforms", "scale", "surprise", "ended", "lengths", "from"


def emit_reading(stack: Stack, rows: int) -> str:
    """The code that reads characters; a row's state is zero after a step where `fresh` is not."""
    code = Code("reading", NUMBERS, (*READING, *arguments(stack)))
    layers = StackedLayers(code, stack, rows)
    ids, fresh = (code.memory(name, INT, rows, 1) for name in ("ids", "fresh"))
    first, last = code.share("thread", "threads", rows)
    with code.loop(0, code.number("steps")) as t:
        layers.emit(t, ids.at(t))
        with code.loop(first, last) as row, code.loop(0, fresh.at(t, row).load_index()):
            layers.reset(t, row)
        code.barrier("counter", "threads")
    return code.finish()


def emit_drawing(stack: Stack, rows: int, rules: Rules) -> str:
    """The code that draws characters until all rows have ended; it begins after `rules.remembered` ids."""
    code = Code("drawing", NUMBERS, (*DRAWING, *arguments(stack)))
    layers, logits, draws = (
        StackedLayers(code, stack, rows),
        _Logits(code, stack, rows),
        _Draws(code, stack, rows, rules),
    )
    first, last = code.share("thread", "threads", rows)
    with code.loop(0, code.number("steps")) as t, code.loop(0, draws.goes_on()):
        layers.emit(t, draws.before(t))
        logits.emit(functools.partial(layers.outputs, t))
        code.barrier("counter", "threads")
        with code.loop(first, last) as row:
            is_fresh = draws.emit(t, row)
            if is_fresh is not None:
                with code.loop(0, is_fresh):
                    layers.reset(t, row)
        code.barrier("counter", "threads")
    return code.finish()


class _Logits:
    """The output layer without its bias, blocks of logits of some rows at a time."""

    def __init__(self, code: Code, stack: Stack, rows: int) -> None:
        self._code, self._stack, self._rows = code, stack, min(rows, ROWS)
        self._parts = -(-rows // self._rows)
        self._product = stack.layer.product(self._rows, stack.layer.units, stack.vectors)
        lanes = stack.layer.processor.lanes
        self._kernel = code.memory("kernel", INT, *self._product.weight_strides)
        self._logits = code.memory("logits", FLOAT, stack.size, lanes, 1)

    def emit(self, outputs: Callable[[Number], Memory]) -> None:
        """Of all rows, from the outputs from a row on."""
        blocks = self._stack.blocks
        first, last = self._code.share("thread", "threads", blocks * self._parts)
        with self._code.loop(first, last) as part:
            block = part // self._parts
            row = (part - block * self._parts) * self._rows
            results = self._logits.past(row)
            start = results.at(0, block * self._stack.vectors)
            results = Memory(self._code.builder, start.pointer, FLOAT, results.strides)
            self._product.emit(self._code, self._kernel.at(block), outputs(row), results)


class _Draws:
    """The choice of a row, and whether it has ended."""

    def __init__(self, code: Code, stack: Stack, rows: int, rules: Rules) -> None:
        self._code, self._rows, self._rules, self._lanes = code, rows, rules, stack.layer.processor.lanes
        self._choice = Choice(code, stack.vocabulary, stack.size, self._lanes, rules)
        self._ids = code.memory("ids", INT, rows, 1)
        self._logits = code.memory("logits", FLOAT, stack.size, 1)
        self._uniforms, self._surprise = (code.memory(name, FLOAT, rows, 1) for name in ("uniforms", "surprise"))
        self._ended, self._lengths = (code.memory(name, INT, 1) for name in ("ended", "lengths"))
        self._from = code.memory("from", INT, 1).load_index()
        stop = code.constant(np.array(rules.stop[::-1] or (0,), np.int32).tobytes())
        self._last_first = Memory(code.builder, stop, INT, (1,))
        self._scale = code.memory("scale", FLOAT, 1).load_broadcast(self._lanes)

    def goes_on(self) -> Number:
        """1 if a row has not ended, else 0."""
        if not self._rules.stop:
            return Number(self._code.builder, ir.Constant(LONG, 1))
        count = _integer(self._code, 0)
        with self._code.loop(0, self._rows) as row:
            count.become(count.now + (1 - self._ended.at(row).load_index()))
        return count.now.at_most(1)

    def before(self, t: Number) -> Memory:
        """The characters before the one that a step draws."""
        return self._ids.at(t + (self._rules.remembered - 1))

    def emit(self, t: Number, row: Number) -> Number | None:
        """Choose, and say whether the state is reset thereby, as 1 or 0; None: it never is."""
        rules, place = self._rules, t + self._rules.remembered
        uniform = self._uniforms.at(t, row).load_broadcast(self._lanes)
        chosen, surprise = self._choice.emit(
            self._logits.at(row), lambda back: self._ids.at(place - back - 1, row).load_index(), uniform, self._scale
        )
        _store_integer(self._ids.at(place, row), chosen)
        self._surprise.at(t, row).store(surprise)
        goes_on = 1 - self._ended.at(row).load_index()
        _store_integer(self._lengths.at(row), self._lengths.at(row).load_index() + goes_on)
        if rules.stop:
            _store_integer(self._ended.at(row), 1 - goes_on * (1 - self._stops(t, row)))
        return None if rules.reset_at is None else _same(chosen, rules.reset_at)

    def _stops(self, t: Number, row: Number) -> Number:
        """1 if the last characters are those that end a sample, else 0."""
        stop, place = self._rules.stop, t + self._rules.remembered
        agree = _integer(self._code, 1)
        with self._code.loop(0, len(stop)) as back:
            drawn = self._ids.at(place - back, row).load_index()
            agree.become(agree.now * _same(drawn, self._last_first.at(back).load_index()))
        return agree.now * (1 - _below(t, self._from))


def _integer(code: Code, number: int) -> Variable:
    """An integer that changes while the code runs, this one at first."""
    with code.builder.goto_entry_block():
        variable = Variable(code.builder, code.builder.alloca(LONG), LONG)
    variable.become(Number(code.builder, ir.Constant(LONG, number)))
    return variable


def _same(left: Number, right: Number | int) -> Number:
    """1 where integers are equal, else 0."""
    builder = left.builder
    return Number(builder, builder.zext(builder.icmp_signed("==", left.value, left.like(right)), LONG))


def _below(left: Number, right: Number) -> Number:
    """1 where an integer is less than the other, else 0."""
    builder = left.builder
    return Number(builder, builder.zext(builder.icmp_signed("<", left.value, right.value), LONG))


def _store_integer(place: Memory, number: Number) -> None:
    place.store(Number(number.builder, number.builder.trunc(number.value, INT)))
