"""The recommended temperature: the one whose samples are nearest to real text, with the reason in words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tasks.quality.estimates import Estimate

Estimates = Mapping[str, Estimate | None]

FAR = 0.1
CLEAR = 0.02


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A way in which samples can be worse than real text.

    Attributes:
        measure: its name.
        said: what a share of it is called, after "`x` % of".
        done: what the model does that has it, before "more than".
        too_few: whether it is a fault to have less of it than real text has, not more.
    """

    measure: str
    said: str
    done: str
    too_few: bool = False

    def extent(self, samples: Estimates, reference: Estimates) -> float:
        """By how much the samples are clearly worse: the distance between the two intervals; 0 if they overlap."""
        here, there = samples.get(self.measure), reference.get(self.measure)
        if here is None or there is None:
            return 0.0
        return max(0.0, there["low"] - here["high"] if self.too_few else here["low"] - there["high"])


FAULTS = (
    Fault(measure="known_words", said="their words occur in the training text", done="makes up words", too_few=True),
    Fault(measure="copied_share", said="their characters are copied from the training text", done="copies"),
    Fault(measure="looped_share", said="their characters are in loops", done="repeats itself"),
)


def recommend(temperatures: Mapping[float, Estimates], reference: Estimates) -> tuple[float, str]:
    """The temperature nearest to real text, and why, in one or two sentences with the numbers.

    Of equally near ones the lowest is taken.

    Args:
        temperatures: the measures of each, by name; at least one.
        reference: the same measures of held-out text.
    """
    chosen = min(sorted(temperatures), key=lambda t: distance(temperatures[t], reference))
    only = "is the only one sampled" if len(temperatures) == 1 else "comes nearest to real text"
    said = f"Temperature {chosen:g} {only}: its samples have {_with_numbers(temperatures[chosen], reference)}."
    return chosen, f"{said} {_restriction(chosen, temperatures, reference)}".strip()


def distance(samples: Estimates, reference: Estimates) -> float:
    """How far samples are from held-out text: the sum of four shares, 0 as near as can be.

    They are: by how much of held-out text's bits per character their own differ, and by how much more they clearly
    copy, loop and make up words than held-out text does.
    """
    return abs(_excess(samples, reference)) + sum(fault.extent(samples, reference) for fault in FAULTS)


def _excess(samples: Estimates, reference: Estimates) -> float:
    """How many more bits per character the samples have than held-out text, as a share of its own."""
    here, there = samples["bits_per_character"], reference["bits_per_character"]
    if here is None or there is None:
        return math.inf
    return (here["value"] - there["value"]) / (there["value"] or 1.0)


def _with_numbers(samples: Estimates, reference: Estimates) -> str:
    """The samples' measures, each with held-out text's in brackets."""
    parts = [f"{_bits(samples)} bits per character (held-out text {_bits(reference)})"]
    parts += [
        f"{_percent(samples, fault)} of {fault.said} ({_percent(reference, fault)})"
        for fault in FAULTS
        if samples.get(fault.measure) and reference.get(fault.measure)
    ]
    return _listed(parts)


def _restriction(chosen: float, temperatures: Mapping[float, Estimates], reference: Estimates) -> str:
    """The one thing to add: a temperature that was passed over, what is still wrong, or where to look further."""
    best = temperatures[chosen]
    closer = min(sorted(temperatures), key=lambda t: abs(_excess(temperatures[t], reference)))
    if closer != chosen:
        other = temperatures[closer]
        fault = max(FAULTS, key=lambda fault: fault.extent(other, reference) - fault.extent(best, reference))
        only = "only " if fault.too_few else ""
        return f"{closer:g} is nearer in bits ({_bits(other)}), but {only}{_percent(other, fault)} of {fault.said}."
    faults = [fault.done for fault in FAULTS if fault.extent(best, reference) > CLEAR]
    if faults:
        return f"Even so the model clearly {_listed(faults)} more than real text does."
    excess = _excess(best, reference)
    if chosen == max(temperatures) and excess < -FAR:
        return "A higher temperature may come nearer."
    return "A lower temperature may come nearer." if chosen == min(temperatures) and excess > FAR else ""


def _bits(measures: Estimates) -> str:
    bits = measures["bits_per_character"]
    return f"{bits['value']:.2f}" if bits else "no"


def _percent(measures: Estimates, fault: Fault) -> str:
    share = measures[fault.measure]
    return f"{100 * share['value']:.0f} %" if share else "none"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
