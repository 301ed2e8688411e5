"""The measures of samples: what they are called on the page, and their table by temperature."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from tasks.corpus.choices import Level
from tasks.text.units import in_units

Kind = Literal["bits", "share", "count", "ratio"]


class Measure(NamedTuple):
    """A measure as the page speaks of it.

    Attributes:
        name: in `samples.parquet` and `scores.json`.
        label: on the page.
        kind: how a value is written: bits, a share in per cent, a count, a ratio.
        meaning: in words; `{least}` stands for the least length of a copied passage.
    """

    name: str
    label: str
    kind: Kind
    meaning: str


MEASURES = (
    Measure(
        "bits_per_character", "bits per character", "bits", "what the text costs the model; real text's is the aim"
    ),
    Measure("copied_share", "copied", "share", "characters inside passages of {least} or more from the training text"),
    Measure(
        "longest_copy", "longest copy", "count", "characters of a sample's longest passage found in the training text"
    ),
    Measure("novel_share", "new 8-grams", "share", "sequences of 8 characters that the training text lacks"),
    Measure("looped_share", "in loops", "share", "characters inside something said over and over"),
    Measure(
        "known_words",
        "known words",
        "share",
        "words that the training text has too, in any case; those at the two ends, which may be cut, do not count",
    ),
    Measure("distinct_4", "distinct-4", "ratio", "distinct sequences of 4 characters, of all"),
    Measure("alphabet_divergence", "alphabet", "bits", "distance of the use of characters from real text's"),
)
NOTHING = "–"
FLOORS = {"ppmd": "PPMd", "xz": "xz", "bzip2": "bzip2", "unigram": "unigram", "uniform": "uniform"}  # in all texts


def measures_in(unit: Level) -> tuple[Measure, ...]:
    """The measures with what they are called where the texts are of this unit."""
    return tuple(one._replace(label=in_units(one.label, unit), meaning=in_units(one.meaning, unit)) for one in MEASURES)


class Cell(NamedTuple):
    """A value of the table with its interval, as written."""

    value: str
    interval: str


class Line(NamedTuple):
    """A line of the table: a measure, its value for held-out text, and at each temperature."""

    measure: Measure
    meaning: str
    reference: Cell
    values: list[Cell]


def table_of(scores: Mapping[str, Any], unit: Level = "character") -> list[Line]:
    """The measures that `scores.json` has, each with its reference and its value at each temperature."""
    reference = scores["reference"]["measures"]
    columns = [temperature["measures"] for temperature in scores["temperatures"]]
    return [
        Line(
            measure,
            measure.meaning.format(least=scores["least_copy"]),
            cell_of(measure, reference.get(measure.name)),
            [cell_of(measure, column.get(measure.name)) for column in columns],
        )
        for measure in measures_in(unit)
        if any(measure.name in measures for measures in [reference, *columns])
    ]


def cell_of(measure: Measure, found: Mapping[str, float | None] | None) -> Cell:
    """A value and its interval as written; a dash for what does not apply."""
    if found is None or found["value"] is None:
        return Cell(NOTHING, "")
    low, high = found.get("low"), found.get("high")
    bounds = "" if low is None or high is None else f"{written(low, measure.kind)} to {written(high, measure.kind)}"
    return Cell(written(found["value"], measure.kind), bounds)


def written(value: float | None, kind: Kind) -> str:
    """A value as one reads it: per cent for shares, two digits for bits."""
    if value is None:
        return NOTHING
    if kind == "share":
        return f"{100 * value:.1f} %" if 0 < value < 0.1 or 0.9 < value < 1 else f"{100 * value:.0f} %"
    return f"{value:,.0f}" if kind == "count" else f"{value:.2f}"


def named(temperature: float) -> str:
    """A temperature as it heads a column: 1.0, 0.75."""
    return f"{temperature:.1f}" if temperature == int(temperature) else f"{temperature:g}"
