"""The scripts of the pages: files of one responsibility each, which run in order in one scope."""

from collections.abc import Sequence
from pathlib import Path

REVIEW_SCRIPTS = (
    *("elements.js", "storage.js", "characters.js", "theme.js", "saving.js"),
    *("samples.js", "view.js", "ratings.js", "guesses.js", "filters.js", "sample.js", "grid.js", "search.js"),
    *("surprise.js", "places.js", "overlays.js", "permalinks.js", "keyboard.js"),
    *("learning.js", "run.js", "vocabulary.js", "start.js"),
)
COMPARISON_SCRIPTS = ("elements.js", "storage.js", "theme.js")
SAMPLING_SCRIPTS = (*COMPARISON_SCRIPTS, "characters.js", "sampling.js")
INDEX_SCRIPTS = (*COMPARISON_SCRIPTS, "sorting.js")


def script(names: Sequence[str]) -> str:
    """The files joined, closed off from what else runs in a page."""
    parts = [(Path(__file__).parent / name).read_text(encoding="utf-8") for name in names]
    return "\n".join(['"use strict";', "(() => {", *parts, "})();", ""])
