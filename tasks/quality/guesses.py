"""Answers to which text is real, as review pages export them: how often a rater was right, and how sure that is."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tasks.quality.ratings import raters_of

Z = 1.959964  # of 95 %


class Guesses(NamedTuple):
    """What one export holds: how many of the answers asked for were right, and how many chance gives on average."""

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

    Raters are told apart as those of ratings are: who gave a name and exported twice counts with the later file.
    """
    contents = {path.resolve(): json.loads(path.read_text(encoding="utf-8")) for path in paths}
    raters = raters_of({path: content.get("rater") for path, content in contents.items()})
    found = {}
    for path, content in contents.items():
        answers = content.get("guesses", [])
        if answers:
            chance = sum(1 / max(1, one["among"]) for one in answers)
            right = sum(bool(one["right"]) for one in answers)
            found[raters[path]] = Guesses(raters[path], right, len(answers), chance)
    return list(found.values())


def wilson(right: int, asked: int) -> tuple[float, float]:
    """The 95 % interval of a share of independent answers.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927.
    """
    middle = (right + Z**2 / 2) / (asked + Z**2)
    half = Z / (asked + Z**2) * math.sqrt(right * (asked - right) / asked + Z**2 / 4)
    return max(0.0, middle - half), min(1.0, middle + half)
