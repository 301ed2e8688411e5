"""The style sheets of the pages: files of one responsibility each."""

from collections.abc import Sequence
from pathlib import Path

REVIEW_STYLES = (
    *(
        "foundation.css",
        "controls.css",
        "opening.css",
        "tables.css",
        "text.css",
        "samples.css",
        "overlays.css",
        "ratings.css",
    ),
    *("curve.css", "learning.css", "data.css", "comparison.css", "adapting.css"),
)
COMPARISON_STYLES = (
    *("foundation.css", "controls.css", "opening.css", "tables.css", "text.css", "curve.css", "comparison.css"),
    "adapting.css",
)
INDEX_STYLES = ("foundation.css", "controls.css", "tables.css", "adapting.css")
SAMPLING_STYLES = ("foundation.css", "controls.css", "text.css", "sampling.css", "adapting.css")


def style(names: Sequence[str]) -> str:
    """The files joined, in order."""
    return "\n".join((Path(__file__).parent / name).read_text(encoding="utf-8") for name in names)
