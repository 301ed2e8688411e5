"""The review page: content, curve and words put into their template, and the facts of a run into its slots."""

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from tasks.page.assembly import document, markup
from tasks.page.embedding import script_json
from tasks.page.script import REVIEW_SCRIPTS, script
from tasks.page.style import REVIEW_STYLES, style
from tasks.text.characters import visible
from tasks.text.units import in_units

if TYPE_CHECKING:
    from tasks.page.content import Review
    from tasks.page.words import Verdict

TEMPLATE = "review.html.jinja"
SLOT = '<script type="application/json" id="run">'
SLOT_END = "</script>"
SINCE = '<div id="since-body">'
SINCE_END = "</div><!-- since -->"
DATA = '<script type="application/json" id="review">'
ORIGIN, ORIGIN_END = '<noscript id="origin">', "</noscript>"
SIZE, SIZE_END = '<span id="size">', "</span>"
MOST_BYTES = 10_000_000
OF_RUN = 1_000_000  # what the facts of a run, and the comparison with the one before, may add
WORKERS = "charflow-search"  # the name that search.js gives its policy
WIDTHS = {"wide": 560, "narrow": 360}


def render(review: "Review") -> str:
    """The page; equal reviews give equal pages, which hold as many of the samples as fit into ten million bytes.

    The facts of the run that shows it are not among them: `with_run` puts them into the page's slots.
    """
    from tasks.page import content, curve, judgements, measures, picture, title, words

    training, floors, scores, unit = review.training, review.floors, review.scores, review.vocabulary.level
    bits, heading = training["validation_bits_per_character"], title.title_of(review.beginning)
    resumed = training["resumed_from"]
    html = document(
        TEMPLATE,
        script=script(REVIEW_SCRIPTS),
        styles=[style(REVIEW_STYLES), picture.STYLE],
        workers=WORKERS,
        review=review,
        training=training,
        unit=unit,
        title=heading,
        label=title.label_of(heading),
        verdict=verdict_of(review),
        further=words.further(training, review.warnings, unit),
        judgements=judgements.judgements(scores, max((s["longest_copy"] for s in review.samples), default=0), unit),
        table=measures.table_of(scores, unit),
        scores=scores,
        named=measures.named,
        bars=content.bars(bits, floors),
        this_model=content.THIS_MODEL,
        first=content.first_samples(review),
        kinds=content.kinds_of(review.vocabulary),
        documents=content.documents_of(review),
        curves={
            name: markup(in_units(curve.curve_svg(review.points, floors, width, resumed), unit))
            for name, width in WIDTHS.items()
        },
        data=markup(f"{DATA}{SLOT_END}"),
        origin=markup(f"{ORIGIN}{ORIGIN_END}"),
        size=markup(f"{SIZE}{SIZE_END}"),
        slot=markup(f"{SLOT}null{SLOT_END}"),
        since=markup(f"{SINCE}{SINCE_END}"),
    )
    taken = len(html.encode()) + len(script_json(content.data_of(review, room=0)).encode())
    data = script_json(content.data_of(review, room=MOST_BYTES - OF_RUN - taken))
    return _sized(_filled(html, DATA, SLOT_END, data))


def verdict_of(review: "Review") -> "Verdict":
    """What to think of the model, in the words of its unit."""
    from tasks.page.words import verdict

    return verdict(review.scores, review.floors, review.vocabulary.level)


def with_run(html: str, run: Mapping[str, Any] | None, since: str = "") -> str:
    """The page with the facts of a run in its slots, in place of what may stand there.

    Args:
        html: as `render` made it.
        run: JSON values: `run` (its name), `started`, `sources`, `corpus`, `command`, `versions`, `machine`, `flow_run`
            and `stages`; those that are missing are not shown. None: the page is of no run.
        since: HTML that compares with the run before, as `comparison_html` made it.

    Raises:
        ValueError: the page has no slot for them.
    """
    with_facts = _filled(_filled(html, SLOT, SLOT_END, script_json(run)), ORIGIN, ORIGIN_END, _origin(run or {}))
    return _sized(_filled(with_facts, SINCE, SINCE_END, since))


def _origin(run: Mapping[str, Any]) -> str:
    """Where the corpus came from, when, and the run's name, as they stand at the top where no script runs."""
    said = [*run.get("sources", []), run.get("started", "")[:10], run.get("run", "")]
    return f'<p class="eyebrow">{escape(visible(" · ".join(filter(None, said))))}</p>'


def _sized(html: str) -> str:
    """The page with its size where it tells of it."""
    return _filled(html, SIZE, SIZE_END, f"{len(html.encode()) / 1e6:.1f} MB")


def _filled(html: str, slot: str, end: str, content: str) -> str:
    before, found, rest = html.partition(slot)
    _, closed, after = rest.partition(end)
    if not closed:
        raise ValueError("the page has no slot for the facts of a run")
    return f"{before}{found}{content}{closed}{after}"
