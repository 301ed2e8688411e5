"""The index: one page over all runs."""

from collections.abc import Sequence
from typing import NamedTuple

from tasks.corpus.choices import Level
from tasks.page.assembly import document
from tasks.page.script import INDEX_SCRIPTS, script
from tasks.page.style import INDEX_STYLES, style

PAGE = "index.html.jinja"
COLUMNS = (
    ("run", "text"),
    ("when", "text"),
    ("corpus", "text"),
    ("preset", "text"),
    ("bits per character", "number"),
    ("recommended temperature", "number"),
)


class Entry(NamedTuple):
    """A run in the index; times are in ISO's form, `bits` are per character, or the unit, on held-out text.

    `sampling` leads to where one samples from its model, if a server shows the index.
    """

    name: str
    link: str
    when: str
    corpus: str
    preset: str
    bits: float
    temperature: float | None
    stale_since: str | None = None
    unit: Level = "character"
    sampling: str | None = None


def index_page(runs: Sequence[Entry]) -> str:
    """The page over these runs, the newest first."""
    ordered = sorted(runs, key=lambda run: (run.when, run.name), reverse=True)
    return document(PAGE, script=script(INDEX_SCRIPTS), styles=[style(INDEX_STYLES)], runs=ordered, columns=COLUMNS)
