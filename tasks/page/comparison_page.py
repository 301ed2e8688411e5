"""A comparison of two runs as HTML: a page of its own, or a part of the review page."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tasks.page.assembly import document, fragment, markup
from tasks.page.script import COMPARISON_SCRIPTS, script
from tasks.page.style import COMPARISON_STYLES, style
from tasks.text.units import in_units

if TYPE_CHECKING:
    from tasks.page.comparison import Comparison

PAGE = "compare.html.jinja"
PART = "comparison.html.jinja"


def comparison_html(comparison: "Comparison") -> str:
    """The comparison without a page around it."""
    from tasks.page.comparison import headline, stale
    from tasks.page.curve_pair import curve_pair_svg

    records = {"before": comparison.before, "after": comparison.after}
    curves = {label: record.points for label, record in records.items()}
    latest = [label for label, record in records.items() if record.options.get("keep") == "latest"]
    floors = comparison.after.floors
    return fragment(
        PART,
        comparison=comparison,
        headline=headline(comparison),
        stale=stale(comparison),
        curves={
            name: markup(in_units(curve_pair_svg(curves, floors, f"pair-{name}", width, latest), comparison.unit))
            for name, width in (("wide", 480), ("narrow", 360))
        },
    )


def comparison_page(comparison: "Comparison", links: Mapping[str, str]) -> str:
    """The page that compares two runs.

    Args:
        comparison: of the two.
        links: the address of each run's page, by the run's name.
    """
    from tasks.page.picture import STYLE

    return document(
        PAGE,
        script=script(COMPARISON_SCRIPTS),
        styles=[style(COMPARISON_STYLES), STYLE],
        before=comparison.before,
        after=comparison.after,
        links=links,
        part=markup(comparison_html(comparison)),
    )
