"""The recommended temperature: the one whose samples are nearest to real text, with the reason in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tasks.quality.estimates import Estimate

Estimates = Mapping[str, Estimate | None]

NOTED = 0.01


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A way in which samples can be worse than real text.

    Attributes:
        measure: its name.
        said: what a share of it is called, after "`x` % of".
        fine: what is said of samples without it.
        few: whether less of it than real text has is the fault, not more.
    """

    measure: str
    said: str
    fine: str
    few: bool = False

    def extent(self, samples: Estimates, reference: Estimates) -> float:
        """By how much the samples are clearly worse: the distance between the two intervals; 0 if they overlap."""
        here, there = samples.get(self.measure), reference.get(self.measure)
        if here is None or there is None:
            return 0.0
        return max(0.0, there["low"] - here["high"] if self.few else here["low"] - there["high"])


FAULTS = (
    Fault(
        measure="copied_share",
        said="its characters are copied from the training text",
        fine="copies no more than that does",
    ),
    Fault(measure="looped_share", said="its characters are in loops", fine="repeats itself no more"),
    Fault(measure="known_words", said="its words occur in the training text", fine="makes up no more words", few=True),
)


def recommend(temperatures: Mapping[float, Estimates], reference: Estimates) -> tuple[float, str]:
    """The temperature nearest to real text, and why, in one or two sentences.

    The distance of a temperature is the sum of four shares: by how much of held-out text's bits per character its
    own differ, and by how much it clearly copies more, loops more and knows fewer of its words than held-out text does.
    Of equal ones the lower is taken.

    Args:
        temperatures: the measures of each, by name; at least one.
        reference: the same measures of held-out text.
    """
    ranked = sorted(temperatures.items(), key=lambda one: (distance(one[1], reference), one[0]))
    return ranked[0][0], reason(ranked, reference)


def distance(samples: Estimates, reference: Estimates) -> float:
    """How far samples are from held-out text: 0 is as near as can be."""
    return _off(samples, reference) + sum(fault.extent(samples, reference) for fault in FAULTS)


def _off(samples: Estimates, reference: Estimates) -> float:
    """By how much of held-out text's bits per character the samples' differ."""
    here, there = samples["bits_per_character"], reference["bits_per_character"]
    if here is None or there is None:
        return float("inf")
    return abs(here["value"] - there["value"]) / (there["value"] or 1.0)


def reason(ranked: Sequence[tuple[float, Estimates]], reference: Estimates) -> str:
    """Why the first of the ranked temperatures, in one or two sentences with the numbers."""
    temperature, best = ranked[0]
    only = "is the only one sampled" if len(ranked) == 1 else "comes nearest to real text"
    first = f"Temperature {temperature:g} {only}: {_bits(best)} bits per character, against {_bits(reference)}"
    faults = said_faults(best, reference)
    if faults:
        return f"{first} of held-out text. Even so, {faults}."
    closer, passed_over = min(ranked, key=lambda one: (_off(one[1], reference), one[0]))
    faults = said_faults(passed_over, reference)
    if faults:
        return f"{first} of held-out text. {closer:g} comes nearer in bits ({_bits(passed_over)}), but {faults}."
    judged = [fault.fine for fault in FAULTS if best.get(fault.measure) and reference.get(fault.measure)]
    return f"{first} of held-out text. It {_listed(judged)}." if judged else f"{first} of held-out text."


def said_faults(samples: Estimates, reference: Estimates) -> str:
    """In what the samples are clearly worse than held-out text, with the numbers; empty if in nothing."""
    parts = []
    for fault in FAULTS:
        here, there = samples.get(fault.measure), reference.get(fault.measure)
        if here and there and fault.extent(samples, reference) > NOTED:
            only = "only " if fault.few else ""
            parts.append(f"{only}{here['value']:.0%} of {fault.said} ({there['value']:.0%} in held-out text)")
    return _listed(parts).replace("%", " %")


def _bits(measures: Estimates) -> str:
    bits = measures["bits_per_character"]
    return f"{bits['value']:.2f}" if bits else "no"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
