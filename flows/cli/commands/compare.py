"""`compare`: two runs beside each other, in the terminal and as a page."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from flows.runs.comparison import read_compared
from flows.runs.record import reading
from flows.runs.search import ARTIFACTS, find_run
from tasks.caching.keys.excerpts import change_of
from tasks.durable import write_durably
from tasks.text.characters import visible

if TYPE_CHECKING:
    from tasks.page.comparison import Change, Comparison, Delta

LONG = 120


def compare(before: str = "previous", after: str = "latest", /, *, page: Path = ARTIFACTS / "compare.html") -> int:
    """Compare two runs: options, stages, measures, curves, samples of the same seed.

    Parameters
    ----------
    before
        previous, latest, the name of a run, or its folder.
    after
        The run to set beside it, named likewise.
    page
        Where the page of the comparison goes.
    """
    from tasks.page import comparison as comparing
    from tasks.page.comparison_page import comparison_page

    folders = [find_run(given).resolve() for given in (before, after)]
    links = {
        folder.name: quote(os.path.relpath(folder / "review.html", page.absolute().parent))
        for folder in folders
        if (folder / "review.html").exists()
    }
    records = [read_compared(folder) for folder in folders]
    with reading(*folders):
        compared = comparing.compare(*records)
        html, lines = comparison_page(compared, links), summary(compared)
    page.parent.mkdir(parents=True, exist_ok=True)
    write_durably(page, html, drafts=page.parent)
    sys.stdout.write("".join(f"{visible(line)}\n" for line in lines))
    sys.stdout.write(f"\n{page}\n")
    return 0


def summary(comparison: "Comparison") -> list[str]:
    """The comparison in lines for a terminal."""
    from tasks.page.comparison import headline, stale

    lines = [f"{comparison.after.name} beside {comparison.before.name}", headline(comparison), *stale(comparison)]
    options = [(one.name, _option_said(comparison, one)) for one in comparison.options]
    outputs = [(one.name, f"{one.before} → {one.after}") for one in comparison.stages]
    for title, rows in (("options that changed", options), ("other outputs", outputs)):
        lines += ["", f"{title}:" if rows else f"{title}: none", *_aligned(rows)]
    lines += ["", "the model:", *_aligned([_cells(one) for one in comparison.measures])]
    for temperature, deltas in comparison.temperatures:
        told = [_cells(one) for one in deltas if one.difference not in ("same", "–")]
        lines += [
            "",
            f"samples at temperature {temperature:g}:" + ("" if told else " all measures the same"),
            *_aligned(told),
        ]
    return [*lines, "", _common_samples(comparison)]


def _common_samples(comparison: "Comparison") -> str:
    if not comparison.common_samples:
        return "the two runs have no samples of the same temperature, prompt, seed and number"
    return f"samples of the same seed: {comparison.common_samples:,}, of which {comparison.equal_samples:,} are equal"


def _option_said(comparison: "Comparison", option: "Change") -> str:
    """An option old and new, in few words where it is a long list."""
    if len(option.before) + len(option.after) <= LONG:
        return f"{option.before} → {option.after}"
    name = option.name.replace(" ", "_")
    old, new = (record.options.get(name) for record in (comparison.before, comparison.after))
    return change_of(old, new, nothing=option.before if old is None else option.after)


def _cells(delta: "Delta") -> tuple[str, ...]:
    return delta.name, f"{delta.before} → {delta.after}", delta.difference


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
