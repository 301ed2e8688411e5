"""Judgements of the samples in plain words: which temperature, and whether they copy, loop or make words up."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tasks.corpus.choices import Level
from tasks.page.measures import NOTHING, named, written
from tasks.page.words import sentence
from tasks.text.units import in_units

NOUNS = {"makes-up-words": "made-up words", "copies": "copies", "loops": "loops", "monotonous": "few turns of phrase"}


class Judgement(NamedTuple):
    """A figure with its name and what to think of it."""

    name: str
    figure: str
    sentence: str


NO_WORDS = Judgement(
    "known words", NOTHING, "None are looked up: the corpus is written without words apart, or is no text of words."
)


def judgements(scores: Mapping[str, Any], longest: int, unit: Level = "character") -> list[Judgement]:
    """What to think of the samples at the recommended temperature, beside held-out text of equal length.

    Args:
        scores: the content of `scores.json`.
        longest: characters of the longest passage of any sample that stands in the training text.
        unit: what lengths are counted in.
    """
    beside = _Beside(scores)
    found = [
        Judgement("recommended temperature", named(beside.chosen["temperature"]), recommendation(scores, unit)),
        _copying(beside, scores, longest, unit),
        beside.judged("in loops", "looped_share", "loops"),
        beside.judged("known words", "known_words", "makes-up-words") if scores["has_words"] else NO_WORDS,
    ]
    return [judgement for judgement in found if judgement]


def recommendation(scores: Mapping[str, Any], unit: Level = "character") -> str:
    """Why the recommended temperature is, and which is nearest to real text, in one or two sentences."""
    chosen = scores["recommended"]
    rows = {row["temperature"]: row for row in scores["temperatures"]}
    return f"{_why(chosen, rows)} {_nearest(chosen, rows, scores['reference'], unit)}".rstrip()


def _why(chosen: Mapping[str, Any], rows: Mapping[float, Any]) -> str:
    """Why the recommended temperature is, as far as faults decide."""
    here = rows[chosen["temperature"]]
    samples = f"{here['samples']:,} sample{'' if here['samples'] == 1 else 's'}"
    if not chosen["told"]:
        if any(row["faults"] for row in rows.values()):
            return "No fault is clear at it, but there is too little text to call one absent."
        return "There is too little text to tell faults by."
    if chosen["faultless"] is None and len(rows) == 1:
        return f"The only one sampled; it has a clear fault: {' and '.join(NOUNS[code] for code in here['faults'])}."
    if chosen["faultless"] is None:
        faults = " and ".join(NOUNS[code] for code in here["faults"]) or "no text at all"
        return f"Each temperature has a clear fault; this one has the least: {faults}."
    if len(rows) == 1:
        return f"The only one sampled; by {samples} no fault is clear."
    if chosen["faultless"] == max(rows):
        return f"By {samples} no fault is clear even at the highest temperature."
    above = min(t for t in rows if t > chosen["faultless"])
    untold = "too little text to tell" if rows[above]["measures"]["bits_per_character"] else "empty samples"
    faults = " and ".join(NOUNS[code] for code in rows[above]["faults"]) or untold
    return f"The highest without a clear fault; {named(above)} has {faults}."


def _nearest(chosen: Mapping[str, Any], rows: Mapping[float, Any], reference: Mapping[str, Any], unit: Level) -> str:
    samples, real = (one["measures"]["bits_per_character"] for one in (rows[chosen["nearest"]], reference))
    if not samples or not real:
        return ""
    figures = f"{samples['value']:.2f} bits per {unit}, held-out text {real['value']:.2f} in passages as long"
    if chosen["nearest"] == chosen["temperature"]:
        too = "Its samples have" if len(rows) == 1 else "Of those sampled it is nearest to real text in surprise:"
        return f"{too} {figures}."
    return f"Nearest to real text in surprise is {named(chosen['nearest'])}: {figures}."


def _copying(beside: "_Beside", scores: Mapping[str, Any], longest: int, unit: Level) -> Judgement | None:
    name, least = "copied from the training text", scores["least_copy"]
    for finding in scores["findings"]:
        if finding["code"] == "copies-untold":
            return Judgement(name, NOTHING, in_units(sentence(finding), unit))
    most = f"the longest of any sample has {longest:,}" if longest >= least else "no sample has any"
    return beside.judged(name, "copied_share", "copies", f"Passages of {least} {unit}s or more count; {most}.")


class _Beside:
    """The samples at the recommended temperature beside held-out text."""

    def __init__(self, scores: Mapping[str, Any]) -> None:
        self.chosen = scores["recommended"]
        self._row = next(t for t in scores["temperatures"] if t["temperature"] == self.chosen["temperature"])
        self._reference = scores["reference"]["measures"]

    def judged(self, name: str, measure: str, fault: str, further: str = "") -> Judgement | None:
        """A share, and whether it is clearly worse than that of held-out text."""
        share, real = self._row["measures"].get(measure), self._reference.get(measure)
        if share is None or real is None:
            return None
        if fault in self._row["faults"]:
            judged = (
                "Clearly fewer than in real text" if fault == "makes-up-words" else "Clearly more than in real text"
            )
        elif None in (share["low"], real["low"]):
            judged = "Too little text to tell"
        else:
            judged = "Not clearly other than in real text"
        said = f"{judged}: of held-out text it is {written(real['value'], 'share')}."
        return Judgement(name, written(share["value"], "share"), f"{said} {further}".rstrip())
