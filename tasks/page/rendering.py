"""The review page as one HTML file: template, style sheet, script and data put together."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.page.embedding import content_security_policy, script_json

if TYPE_CHECKING:
    from tasks.page.content import Review

FOLDER = Path(__file__).parent
SLOT = '<script type="application/json" id="run">'
SLOT_END = "</script>"


def render(review: "Review") -> str:
    """The page; equal reviews give equal pages.

    The facts of the run that shows it are not among them: `with_run` puts them into the page's one slot.
    """
    from tasks.page import content, curve, words

    training = review.training
    bits = training["validation_bits_per_character"]
    temperatures = content.bits_by_temperature(review.samples)
    script = (FOLDER / "page.js").read_text(encoding="utf-8")
    style = (FOLDER / "page.css").read_text(encoding="utf-8")
    return _template().render(
        review=review,
        training=training,
        title=content.title_of(review.opening),
        verdict=words.verdict(bits, review.floors, review.points, training["best_step"], temperatures),
        bars=content.bars(bits, review.floors),
        this_model=content.THIS_MODEL,
        kinds=content.kinds_of(review.vocabulary),
        curves={name: _markup(curve.curve_svg(review.points, review.floors, width)) for name, width in WIDTHS.items()},
        policy=_markup(content_security_policy([script], [style, curve.STYLE])),
        script=_markup(script),
        style=_markup(style),
        data=_markup(script_json(content.data_of(review))),
        slot=_markup(f"{SLOT}null{SLOT_END}"),
    )


WIDTHS = {"wide": 560, "narrow": 360}


def with_run(html: str, run: Mapping[str, Any]) -> str:
    """The page with the facts of a run in its slot, in place of what may stand there.

    Args:
        html: as `render` made it.
        run: JSON values: `run` (its name), `started`, `sources`, `command`, `versions`, `machine`, `flow_run` and
            `stages`; those that are missing are not shown.

    Raises:
        ValueError: the page has no slot.
    """
    before, slot, rest = html.partition(SLOT)
    _, end, after = rest.partition(SLOT_END)
    if not end:
        raise ValueError("the page has no slot for the facts of a run")
    return f"{before}{slot}{script_json(run)}{end}{after}"


@functools.cache
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    from tasks.page.content import plain, shown

    environment = Environment(autoescape=True, undefined=StrictUndefined, finalize=shown, trim_blocks=True)
    environment.filters["plain"] = plain
    environment.filters["count"] = lambda number: f"{number:,}"
    return environment.from_string((FOLDER / "page.html.jinja").read_text(encoding="utf-8"))


def _markup(trusted: str) -> Any:
    """Text that the template takes as it is: ours, or made safe before."""
    from markupsafe import Markup

    return Markup(trusted)
