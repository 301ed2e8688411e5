"""What the measures of a run come to: for each temperature, beside held-out text, and the verdict."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tasks.corpus.choices import Level
from tasks.quality.estimates import Estimate, estimate
from tasks.quality.matches import LONGEST_COPY
from tasks.quality.measuring import Measured
from tasks.quality.recommending import recommend
from tasks.quality.verdict import Finding, faults_of, of_samples

REPEATED_SHARE = 0.05
WHOLE_COPIES = 2  # times the least copy, which samples are long on average if copies in them are to be found
SHARES = ("copied_share", "novel_share", "looped_share", "known_words", "distinct_4", "alphabet_divergence")


def summary(
    windows: Measured,
    temperatures: np.ndarray,
    prompts: np.ndarray,
    characters: np.ndarray,
    measures: Mapping[str, np.ndarray],
    findings: list[Finding],
) -> dict[str, Any]:
    """The content of `scores.json`.

    Args:
        windows: what was measured of held-out text.
        temperatures: of each sample, `(samples,)` float64.
        prompts: the number of each sample's prompt, `(samples,)` int64. Where there are several, samples of one are
            not taken for independent.
        characters: of each sample, `(samples,)` int64.
        measures: of each sample by name, `(samples,)` float64.
        findings: what is to be said of the model; those of its samples come after them.
    """
    reference = _estimates(windows.measures, windows.texts.lengths, None, 0)
    rule = _rule(windows, characters)
    told = rule["copies_told"]
    groups = prompts if len(np.unique(prompts)) > 1 else np.arange(len(prompts))
    rows = []
    for temperature in np.unique(temperatures).tolist():
        at = temperatures == temperature
        of_these = {name: measures[name][at] for name in windows.measures}
        longest = float(characters.max() * np.bincount(groups[at]).max())
        found = _estimates(of_these, characters[at], groups[at], longest)
        row = {"temperature": temperature, "samples": int(at.sum()), "characters": int(characters[at].sum())}
        rows.append({**row, "faults": faults_of(_judged(found, told), reference), "measures": found})
    judged = {row["temperature"]: _judged(row["measures"], told) for row in rows}
    chosen = recommend(judged, reference)
    further = of_samples(chosen["temperature"], judged[chosen["temperature"]], reference, rule)
    return {
        **rule,
        "has_words": "known_words" in windows.measures,
        "reference": {
            "windows": len(windows.texts.lengths),
            "characters": int(windows.texts.lengths.sum()),
            "measures": reference,
        },
        "temperatures": rows,
        "recommended": chosen,
        "findings": [*findings, *further],
    }


def _rule(windows: Measured, characters: np.ndarray) -> dict[str, Any]:
    """From what length on a match is a copy, and whether copies are told by it in samples of so many characters."""
    average = float(characters.mean()) if len(characters) else 0.0
    return {
        "least_copy": windows.rule.least,
        "quoted_share": windows.rule.quoted,
        "copies_told": windows.rule.tells and average >= WHOLE_COPIES * windows.rule.least,
        "sample_characters": round(average),
    }


def _judged(measures: dict[str, Estimate | None], copies_told: bool) -> dict[str, Estimate | None]:
    """Those by which samples are judged: not by copies where these cannot be told."""
    return {name: found for name, found in measures.items() if copies_told or name != "copied_share"}


def findings(windows: Measured, unit: Level = "character", has_documents: bool = False) -> list[str]:
    """What is to be said of held-out text: whether much of it stands in the training text, as where a corpus repeats.

    A passage counts from 100 characters or bytes on, which is longer than any that is shared by chance.

    Args:
        windows: what was measured of held-out text.
        unit: what the texts are made of.
        has_documents: whether there are several, of which some may be equal.
    """
    share = windows.rule.quoted
    said = (
        f"{100 * share:.0f} % of the held-out text stands word for word in the training text, in passages of "
        f"{LONGEST_COPY} {unit}s and more, so that text which is new to the model takes more bits"
    )
    if has_documents:
        said += "; where documents are equal as a whole, --duplicates drop leaves one of each"
    return [said] if share >= REPEATED_SHARE else []


def _estimates(
    measures: Mapping[str, np.ndarray], characters: np.ndarray, groups: np.ndarray | None, longest: float
) -> dict[str, Estimate | None]:
    return {
        name: estimate(values, characters, groups, share=name in SHARES, longest=longest)
        for name, values in measures.items()
    }
