"""Judgements of the samples in plain words: which temperature, and whether they copy, loop or make words up."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tasks.corpus.choices import Level
from tasks.page.measures import NOTHING, named, written

Measured = Mapping[str, Mapping[str, float | None] | None]

CLOSE = 0.02
VISIBLE = 0.01


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
    chosen = scores["recommended"]["temperature"]
    samples: Measured = next(t["measures"] for t in scores["temperatures"] if t["temperature"] == chosen)
    reference: Measured = scores["reference"]["measures"]
    found = [
        recommended(scores["recommended"]),
        copying(samples, reference, scores["least_copy"], longest, unit),
        looping(samples, reference),
        words(samples, reference) if scores["has_words"] else NO_WORDS,
    ]
    return [judgement for judgement in found if judgement]


def recommended(chosen: Mapping[str, Any]) -> Judgement:
    """The temperature to sample at, and why."""
    reason = chosen["reason"].strip().rstrip(".")
    return Judgement("recommended temperature", named(chosen["temperature"]), f"{reason[:1].upper()}{reason[1:]}.")


def copying(
    samples: Measured, reference: Measured, least: int, longest: int, unit: Level = "character"
) -> Judgement | None:
    """Whether samples repeat passages of the training text more than held-out text does."""
    share, real = _value(samples, "copied_share"), _value(reference, "copied_share")
    if share is None:
        return None
    judged = "No more than real text" if _within(samples, reference, "copied_share") else "More than real text"
    said = f"{judged}: of held-out text it is {written(real, 'share')}. Passages of {least} {unit}s or more count"
    most = f"the longest of any sample has {longest:,}" if longest >= least else "no sample has any"
    return Judgement("copied from the training text", written(share, "share"), f"{said}; {most}.")


def looping(samples: Measured, reference: Measured) -> Judgement | None:
    """Whether samples say the same over and over."""
    share, real = _value(samples, "looped_share"), _value(reference, "looped_share")
    if share is None:
        return None
    judged = "No more than real text" if _within(samples, reference, "looped_share") else "It says things over and over"
    return Judgement("in loops", written(share, "share"), f"{judged}: of held-out text it is {written(real, 'share')}.")


def words(samples: Measured, reference: Measured) -> Judgement | None:
    """How many of the words the training text has too, in scripts with words."""
    share, real = _value(samples, "known_words"), _value(reference, "known_words")
    if share is None:
        return None
    said = f"of the words of held-out text the training text has {written(real, 'share')}."
    judged = "As in real text" if real is not None and share >= real - CLOSE else "It makes words up"
    return Judgement("known words", written(share, "share"), f"{judged}: {said}")


def _value(measures: Measured, name: str) -> float | None:
    found = measures.get(name)
    return found["value"] if found else None


def _within(samples: Measured, reference: Measured, name: str) -> bool:
    """Whether the samples' value is not above the reference's interval; below the visible counts as equal."""
    value, real = _value(samples, name) or 0.0, reference.get(name) or {}
    high = real.get("high")
    return value <= max(high if high is not None else real.get("value") or 0.0, VISIBLE)
