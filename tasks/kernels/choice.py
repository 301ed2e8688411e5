"""Emits the choice of a character from a row of logits: penalty, temperature, top-k, top-p, min-p, in that order."""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager

from tasks.kernels.emitting import Code
from tasks.kernels.lanes import (
    as_float,
    base_two_logarithm,
    filled,
    first_lane,
    larger,
    largest,
    numbered,
    power_of_two,
    summed,
    where,
    whole,
)
from tasks.kernels.rules import Rules
from tasks.kernels.values import FLOAT, INT, Memory, Number

HIGHEST_BIT, BITS = 1 << 29, 30  # of floats up to one
LOG2_E = math.log2(math.e)

Indexed = Callable[[Number], Number]


class Choice:
    """Chooses from rows of logits; those beyond the vocabulary fill the last vectors."""

    def __init__(self, code: Code, vocabulary: int, size: int, lanes: int, rules: Rules) -> None:
        """Reads the arguments `bias` and `never`, `(size,)` floats.

        Args:
            code: that does it.
            vocabulary: how many characters there are.
            size: of a row of logits, a multiple of the lanes; the bias is minus infinity beyond the vocabulary.
            lanes: of a vector.
            rules: which characters may be chosen.
        """
        self._code, self._vocabulary, self._size, self._lanes, self._rules = code, vocabulary, size, lanes, rules
        self._bias, self._never = (code.memory(name, FLOAT, 1) for name in ("bias", "never"))
        self._weights = code.scratch(size + lanes, 1)  # logits, then shares; one more than the largest is no one's
        self._zero = filled(code, 0.0, lanes).now
        self._one = filled(code, 1.0, lanes).now

    def emit(self, products: Memory, recent: Indexed, uniform: Number, scale: Number) -> tuple[Number, Number]:
        """The id as an integer, and its surprise in bits under the logits as they are, a vector of one lane.

        Args:
            products: the logits without their bias, which is added to them.
            recent: the id that is so many characters back, from 0 on; before the first one, larger than any id.
            uniform: a random number in [0, 1), in every lane.
            scale: the reciprocal of the temperature, in every lane.
        """
        likeliest = filled(self._code, -math.inf, self._lanes)
        with self._vectors() as first:
            logits = products.at(first).load(self._lanes) + self._bias.at(first).load(self._lanes)
            products.at(first).store(logits)
            likeliest.become(larger(logits, likeliest.now))
            self._weights.at(first).store(logits + self._never.at(first).load(self._lanes))
        if self._rules.repetition_penalty != 1:
            with self._code.loop(0, self._rules.window) as back:
                self._penalise(products, recent(back).at_most(self._size))
        top = self._top()
        if self._rules.greedy:
            chosen = whole(self._first_of(top), self._vocabulary - 1)
        else:
            self._share(top, scale * LOG2_E)
            self._leave_out()
            chosen = self._drawn(uniform)
        return chosen, self._surprise(products, chosen, largest(likeliest.now))

    def _vectors(self) -> AbstractContextManager[Number]:
        return self._code.loop(0, self._size, self._lanes)

    def _weight(self, first: Number) -> Number:
        return self._weights.at(first).load(self._lanes)

    def _total(self, values: Indexed) -> Number:
        total = filled(self._code, 0.0, self._lanes)
        with self._vectors() as first:
            total.become(total.now + values(first))
        return summed(total.now)

    def _top(self) -> Number:
        top = filled(self._code, -math.inf, self._lanes)
        with self._vectors() as first:
            top.become(larger(self._weight(first), top.now))
        return largest(top.now)

    def _penalise(self, logits: Memory, place: Number) -> None:
        logit, penalty = logits.at(place).load(1), self._rules.repetition_penalty
        penalised = where(logit, ">", 0.0, logit / penalty, logit * penalty)
        self._weights.at(place).store(penalised + self._never.at(place).load(1))

    def _first_of(self, top: Number) -> Number:
        """The first place of the largest weight; the vocabulary's size if there is none."""
        places, least = filled(self._code, 0.0, self._lanes), filled(self._code, -float(self._size), self._lanes)
        places.become(numbered(self._code, self._lanes))
        with self._vectors() as first:
            least.become(larger(where(self._weight(first), "==", top, 0.0 - places.now, least.now), least.now))
            places.become(places.now + float(self._lanes))
        return 0.0 - largest(least.now)

    def _share(self, top: Number, scale: Number) -> None:
        """Turn logits into shares, of which the largest is one."""
        with self._vectors() as first:
            self._weights.at(first).store(power_of_two((self._weight(first) - top) * scale))

    def _leave_out(self) -> None:
        """Nothing is left of the shares that the rules leave out."""
        rules = self._rules
        if rules.top_k:
            self._keep_from(self._likeliest(lambda _: self._one, self._zero + float(rules.top_k)))
        if rules.top_p < 1:
            self._keep_from(self._likeliest(self._weight, self._total(self._weight) * rules.top_p))
        if rules.min_p > 0:
            self._keep_from(self._zero + rules.min_p)

    def _keep_from(self, least: Number) -> None:
        with self._vectors() as first:
            share = self._weight(first)
            self._weights.at(first).store(where(share, ">=", least, share, 0.0))

    def _likeliest(self, counted: Indexed, least: Number) -> Number:
        """The largest share such that all from it on count for at least so much, by bisection over its bits."""
        low = filled(self._code, 0, self._lanes, INT)
        bit = filled(self._code, HIGHEST_BIT, self._lanes, INT)
        with self._code.loop(0, BITS):
            middle = low.now + bit.now
            bound = as_float(middle)
            enough = self._total(lambda first: where(self._weight(first), ">=", bound, counted(first), 0.0))
            low.become(where(enough, ">=", least, middle, low.now))
            bit.become(bit.now // 2)
        return as_float(low.now)

    def _drawn(self, uniform: Number) -> Number:
        """The place whose share of the cumulative shares the random number falls into: its vector first."""
        end = filled(self._code, 0.0, self._lanes)
        with self._vectors() as first:
            end.become(end.now + summed(self._weight(first)))
        total = end.now
        mark = total * uniform
        passed, before = self._passed(
            mark, total, self._size // self._lanes, lambda n: summed(self._weight(n * self._lanes))
        )
        first = whole(passed, self._size // self._lanes - 1) * self._lanes
        rest = larger(mark - before, self._zero)

        def share(lane: Number) -> Number:
            return self._weights.at(first + lane).load_broadcast(self._lanes)

        inside = filled(self._code, 0.0, self._lanes)
        with self._code.loop(0, self._lanes) as lane:
            inside.become(inside.now + share(lane))
        lanes, _ = self._passed(rest, inside.now, self._lanes, share)
        return (first + whole(lanes, self._lanes - 1)).at_most(self._vocabulary - 1)

    def _passed(self, mark: Number, total: Number, count: int, shares: Indexed) -> tuple[Number, Number]:
        """How many of so many shares end before the mark, and where the last of these does; never all of the total."""
        passed, end, before = (filled(self._code, 0.0, self._lanes) for _ in range(3))
        with self._code.loop(0, count) as number:
            end.become(end.now + shares(number))
            # The second condition matters where rounding puts the mark at the end: the last one with a share is meant.
            limit = where(end.now, "<", total, mark, -1.0)
            before.become(where(end.now, "<=", limit, end.now, before.now))
            passed.become(where(end.now, "<=", limit, passed.now + 1.0, passed.now))
        return passed.now, before.now

    def _surprise(self, logits: Memory, chosen: Number, top: Number) -> Number:
        def share(first: Number) -> Number:
            return power_of_two((logits.at(first).load(self._lanes) - top) * LOG2_E)

        total = first_lane(self._total(share))
        return base_two_logarithm(total) - (logits.at(chosen).load(1) - first_lane(top)) * LOG2_E
