"""Answers to which text is real, as review pages export them: how often a rater was right, and how sure that is."""

import itertools
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tasks.quality.estimates import NORMAL
from tasks.quality.ratings import raters_of


class Guesses(NamedTuple):
    """What a rater answered: how many of the answers asked for were right, and how many chance gives on average."""

    rater: str
    right: int
    asked: int
    by_chance: float

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share of right answers."""
        return wilson(self.right, self.asked)


def read_guesses(paths: Sequence[Path]) -> list[Guesses]:
    """The answers in several exports of ratings that were read before; those without any are left out.

    Raters are told apart as those of ratings are. What one answered of different samples is added up; of the same
    samples the later file counts.
    """
    contents = {path.resolve(): json.loads(path.read_text(encoding="utf-8")) for path in paths}
    raters = raters_of({path: content.get("rater") for path, content in contents.items()})
    found: dict[str, dict[str | None, list[dict[str, Any]]]] = {}
    for path, content in contents.items():
        if content.get("guesses"):
            found.setdefault(raters[path], {})[content.get("samples")] = content["guesses"]
    return [_added_up(rater, [*itertools.chain(*of_samples.values())]) for rater, of_samples in found.items()]


def _added_up(rater: str, answers: Sequence[Mapping[str, Any]]) -> Guesses:
    chance = sum(1 / max(1, one["among"]) for one in answers)
    return Guesses(rater, sum(one["right"] for one in answers), len(answers), chance)


def wilson(right: int, asked: int) -> tuple[float, float]:
    """The 95 % interval of a share of independent answers.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927.
    """
    middle = (right + NORMAL**2 / 2) / (asked + NORMAL**2)
    half = NORMAL / (asked + NORMAL**2) * math.sqrt(right * (asked - right) / asked + NORMAL**2 / 4)
    return max(0.0, middle - half), min(1.0, middle + half)
