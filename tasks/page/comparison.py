"""Two runs compared: what was asked for otherwise, which stages gave something else, and what that did."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from tasks.corpus.choices import Level
from tasks.data.sample_pairs import SampleFile, paired
from tasks.page.assembly import plain
from tasks.page.differences import Difference, difference
from tasks.page.measures import MEASURES, NOTHING, Kind, written
from tasks.page.staleness import staleness
from tasks.quality.learning_curve import Point
from tasks.text.units import in_units

SAMPLES_OF_TEMPERATURE = 3


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a run left, as far as two are compared.

    Attributes:
        run: the content of `run.json`.
        options: what was asked for, by name.
        points: the logged steps.
        floors: bits per character by name.
        samples: `samples.parquet`.
        scores: the content of `scores.json`; None: the run has none.
    """

    run: Mapping[str, Any]
    options: Mapping[str, Any]
    points: Sequence[Point]
    floors: Mapping[str, float]
    samples: SampleFile
    scores: Mapping[str, Any] | None

    @property
    def name(self) -> str:
        """The run's name."""
        return str(self.run["run"])

    @property
    def unit(self) -> Level:
        """What its model reads and writes."""
        unit: Level = self.run["corpus"].get("level", "character")
        return unit


class Change(NamedTuple):
    """Something that differs, as written before and after."""

    name: str
    before: str
    after: str


class Delta(NamedTuple):
    """A measure before and after; `better` says whether the second run's is, where that can be said.

    `unclear` is a difference of no more than twice its standard error, `untold` one whose standard error is not known.
    """

    name: str
    before: str
    after: str
    difference: str
    better: bool | None
    unclear: bool = False
    untold: bool = False


@dataclass(frozen=True)
class SamplePair:
    """Two samples of the same temperature, prompt, seed and number, and how they differ."""

    temperature: float
    index: int
    prompt: str
    difference: Difference


class Comparison(NamedTuple):
    """Everything that differs between two runs."""

    before: Record
    after: Record
    options: list[Change]
    stages: list[Change]
    measures: list[Delta]
    temperatures: list[tuple[float, list[Delta]]]
    equal_samples: int
    common_samples: int
    samples: list[SamplePair]

    @property
    def incomparable(self) -> str:
        """Why the bits of the two models do not compare; empty if they do."""
        if contents_of(self.before.run["corpus"]) != contents_of(self.after.run["corpus"]):
            return "The corpus is another one"
        if any(stage.name == "shard" and NOTHING not in stage for stage in self.stages):
            return "The corpus became another dataset"
        return ""

    @property
    def unit(self) -> str:
        """What the bits are of."""
        return self.after.unit if self.before.unit == self.after.unit else "character or byte"


def compare(before: Record, after: Record) -> Comparison:
    """The second run beside the first."""
    pairs = paired(before.samples, after.samples, SAMPLES_OF_TEMPERATURE)
    compared = Comparison(
        before,
        after,
        changed(before.options, after.options),
        changed_stages(before.run["stages"], after.run["stages"]),
        model_deltas(before.run["model"], after.run["model"]),
        temperature_deltas(before.scores, after.scores),
        pairs.equal,
        pairs.common,
        [SamplePair(p.temperature, p.number, p.prompt, difference(p.before, p.after)) for p in pairs.differing],
    )
    told = (
        [one._replace(better=None, unclear=False, untold=False) for one in compared.measures]
        if compared.incomparable
        else compared.measures
    )
    return compared._replace(
        measures=_in_units(told, compared.unit),
        temperatures=[(t, _in_units(deltas, compared.unit)) for t, deltas in compared.temperatures],
    )


def _in_units(deltas: Sequence[Delta], unit: str) -> list[Delta]:
    return [one._replace(name=in_units(one.name, unit)) for one in deltas]


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The options that differ; those that one run has not are a dash."""
    said = [{name: plain(value) for name, value in options.items()} for options in (before, after)]
    rows = ((name, *(options.get(name, NOTHING) for options in said)) for name in dict.fromkeys([*before, *after]))
    return [Change(name.replace("_", " "), old, new) for name, old, new in rows if old != new]


def changed_stages(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[Change]:
    """The stages whose output differs, by the beginnings of the outputs' digests."""
    old, new = ({stage["name"]: str(stage["output"])[:12] for stage in stages} for stages in (before, after))
    return changed(old, new)


CERTAIN = 2.0  # standard errors of a difference
COLD = "in windows from a zero state"
LOSSES = (  # with what their standard errors are called, in bits, and how many bits one is
    ("validation_bits_per_character", "validation_standard_error_bits", "bits per character on held-out text", 1.0),
    ("validation_loss_cold_nats", "validation_standard_error_cold_bits", f"the same {COLD}", 1 / math.log(2)),
    ("test_bits_per_character", "test_standard_error_bits", "bits per character on text held out to the end", 1.0),
    ("test_loss_cold_nats", "test_standard_error_cold_bits", f"the same of that text {COLD}", 1 / math.log(2)),
)
COUNTS = (
    ("parameters", "parameters"),
    ("steps", "steps of training"),
    ("train_seconds", "seconds of training"),
)


def model_deltas(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Delta]:
    """The measures of the models; clearly fewer bits are better."""

    def both_have(name: str) -> bool:
        return before.get(name) is not None and after.get(name) is not None

    losses = [
        delta(label, "bits", factor * before[name], factor * after[name], False, _least(before, after, error))
        for name, error, label, factor in LOSSES
        if both_have(name)
    ]
    return [*losses, *(delta(label, "count", before[name], after[name]) for name, label in COUNTS if both_have(name))]


def _least(before: Mapping[str, Any], after: Mapping[str, Any], error: str) -> float:
    """Beyond which a difference of two measures with this standard error is clear: endless where one has none."""
    errors = [math.inf if measures.get(error) is None else float(measures[error]) for measures in (before, after)]
    return CERTAIN * math.hypot(*errors)


def temperature_deltas(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> list[tuple[float, list[Delta]]]:
    """The measures of the samples at each temperature that both runs have."""
    old, new = (
        {one["temperature"]: one["measures"] for one in scores["temperatures"]} if scores else {}
        for scores in (before, after)
    )
    return [(t, _deltas(old[t], measures)) for t, measures in new.items() if t in old]


def _deltas(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Delta]:
    return [delta(m.label, m.kind, _value(before, m.name), _value(after, m.name)) for m in MEASURES]


def delta(
    name: str,
    kind: Kind,
    before: float | None,
    after: float | None,
    more_is_better: bool | None = None,
    least: float = 0.0,
) -> Delta:
    """A measure before and after, as written, and by how much what is written differs.

    Up to `least` the difference is unclear; where that is endless, it is untold.
    """
    old, new = written(before, kind), written(after, kind)
    if before is None or after is None:
        return Delta(name, old, new, NOTHING, None)
    if math.isnan(after - before):
        return Delta(name, old, new, NOTHING, None, unclear=True)
    change = _number(new) - _number(old)
    untold = bool(change) and math.isinf(least)
    unclear = bool(change) and not untold and abs(after - before) <= least
    better = None if not change or unclear or untold or more_is_better is None else (change > 0) == more_is_better
    size = f"{abs(change):,}{' points' if kind == 'share' else ''}"
    said = f"{'+' if change > 0 else '−'}{size}" if change else "same"
    return Delta(name, old, new, said, better, unclear, untold)


def _number(written: str) -> Decimal:
    return Decimal(written.removesuffix("%").strip().replace(",", ""))


def headline(comparison: Comparison) -> str:
    """The one sentence: whether the second run's model is better on the same held-out text, or cannot be told."""
    return in_units(_headline(comparison), comparison.unit)


def _headline(comparison: Comparison) -> str:
    if comparison.incomparable:
        return f"{comparison.incomparable}, so that the bits per character do not compare."
    bits = comparison.measures[0]
    if bits.difference == "same":
        return f"The model is as good as before: {bits.after} bits per character on held-out text."
    figures = f"{bits.after} bits per character on held-out text, after {bits.before}"
    if bits.untold:
        return (
            "Whether the model is better or worse cannot be told, as too little text is held out for a standard error: "
            f"{figures}."
        )
    if bits.unclear:
        return f"There is no clear difference: {figures}."
    return f"The model is {'better' if bits.better else 'worse'} than before: {figures}."


def stale(comparison: Comparison) -> list[str]:
    """A sentence for each source of either run that could not be fetched anew."""
    runs = (comparison.before, comparison.after)
    return [f"{run.name}: {sentence}" for run in runs for sentence in staleness(run.run["corpus"])]


def contents_of(corpus: Mapping[str, Any]) -> list[str]:
    """The SHA-256 of each source, in order."""
    whole = corpus.get("sha256")
    return [whole] if whole else [source["sha256"] for source in corpus.get("sources", [])]


def _value(measures: Mapping[str, Any], name: str) -> float | None:
    found = measures.get(name)
    return found["value"] if found else None
