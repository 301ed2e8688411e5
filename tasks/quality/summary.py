"""What the measures of a run come to: for each temperature, beside held-out text, and the recommended one."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tasks.corpus.choices import Level
from tasks.quality.estimates import Estimate, estimate
from tasks.quality.matches import LONGEST_COPY
from tasks.quality.measuring import Measured
from tasks.quality.recommending import recommend
from tasks.quality.texts import Spans
from tasks.text.units import in_units

REPEATED_SHARE = 0.05


def summary(
    windows: Measured,
    temperatures: np.ndarray,
    characters: np.ndarray,
    measures: Mapping[str, np.ndarray],
    unit: Level = "character",
) -> dict[str, Any]:
    """The content of `scores.json`.

    Args:
        windows: what was measured of held-out text.
        temperatures: of each sample, `(samples,)` float64.
        characters: of each sample, `(samples,)` int64.
        measures: of each sample by name, `(samples,)` float64.
        unit: what the texts were measured in.
    """
    has_words = "known_words" in windows.measures
    reference = _estimates(windows.measures, windows.texts.lengths)
    rows = []
    for temperature in np.unique(temperatures).tolist():
        at = temperatures == temperature
        row = {"temperature": temperature, "samples": int(at.sum()), "characters": int(characters[at].sum())}
        of_these = {name: measures[name][at] for name in windows.measures}
        rows.append({**row, "measures": _estimates(of_these, characters[at])})
    chosen, why = recommend({row["temperature"]: row["measures"] for row in rows}, reference)
    return {
        "least_copy": windows.least_copy,
        "has_words": has_words,
        "reference": {
            "windows": len(windows.texts.lengths),
            "characters": int(windows.texts.lengths.sum()),
            "measures": reference,
        },
        "temperatures": rows,
        "recommended": {"temperature": chosen, "reason": in_units(why, unit)},
    }


def findings(windows: Measured, unit: Level = "character") -> list[str]:
    """What is to be said of held-out text: whether much of it stands in the training text, as where a corpus repeats.

    A passage counts from 100 characters or bytes on, which is longer than any that is shared by chance.
    """
    long = windows.copied.ends - windows.copied.starts >= LONGEST_COPY
    passages = Spans(starts=windows.copied.starts[long], ends=windows.copied.ends[long])
    share = float(passages.covered(windows.texts).mean())
    said = (
        f"{100 * share:.0f} % of the held-out text stands word for word in the training text, in passages of "
        f"{LONGEST_COPY} {unit}s and more, so that its bits are too few: keep one of each in the corpus; of "
        "documents that are equal as a whole, --duplicates drop does"
    )
    return [said] if share >= REPEATED_SHARE else []


def _estimates(measures: Mapping[str, np.ndarray], characters: np.ndarray) -> dict[str, Estimate | None]:
    return {name: estimate(values, characters) for name, values in measures.items()}
