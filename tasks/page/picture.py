"""Pictures of curves over the steps of training: frame, grid, lines, and labels kept apart."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from tasks.page.scale import Scale, spread

# Every colour falls back to one of its own, so that the picture also stands alone, in light and in dark.
STYLE = (
    ".curve{color:var(--ink,#201d1a);font:12px var(--sans,system-ui,sans-serif);--curve-accent:var(--accent,#9c3a1c);"
    "--curve-muted:var(--muted,#6a645c);--curve-rule:var(--rule,#e3ddd3)}"
    "@media(prefers-color-scheme:dark){.curve{color:var(--ink,#e9e4dc);--curve-accent:var(--accent,#f0936f);"
    "--curve-muted:var(--muted,#a39b90);--curve-rule:var(--rule,#38342f)}}"
    ".curve .grid{stroke:var(--curve-rule)}.curve .floor{stroke:var(--curve-muted);stroke-dasharray:2 4}"
    ".curve text{fill:currentColor;paint-order:stroke;stroke:var(--paper,none);stroke-width:4px}"
    ".curve .quiet{fill:var(--curve-muted)}.curve .accent{fill:var(--curve-accent)}"
    ".curve polyline{fill:none;stroke-linejoin:round}.curve .train{stroke:var(--curve-muted);stroke-width:1.25}"
    ".curve .second{stroke-dasharray:6 4}"
    ".curve .validation{stroke:var(--curve-accent);stroke-width:2}.curve circle{fill:var(--curve-accent)}"
    ".curve .resumed{fill:var(--ink,currentColor)}"
    ".curve .cursor{stroke:var(--curve-muted);stroke-dasharray:none}"
)
HEIGHT, LEFT, TOP, BOTTOM = 340, 40, 24, 44
LABELS = 104
LINE = 15
DRAWN_POINTS = 600


class Label(NamedTuple):
    """A name at the right margin, beside the value that it stands for; `kind` gives its colour."""

    value: float
    kind: str
    name: str


def framed(name: str, width: int, description: str, body: str, last: int) -> str:
    """The SVG element around a picture's body.

    Args:
        name: of its ids, unlike that of any other picture on the page.
        width: of the view box, in pixels.
        description: the picture in words.
        body: markup.
        last: the step at the right end.
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="curve" viewBox="0 0 {width} {HEIGHT}" role="img" '
        f'aria-labelledby="{name}-title {name}-text" data-left="{LEFT}" data-right="{width - LABELS}" '
        f'data-last-step="{last}"><title id="{name}-title">Loss in bits per character over the steps of training'
        f'</title><desc id="{name}-text">{escape(description)}</desc><style>{STYLE}</style>{body}</svg>'
    )


def scales(width: int, last: int, low: float, high: float) -> tuple[Scale, Scale]:
    """Where a step lies, from left to right, and where a loss lies, from the foot up."""
    return Scale(0, last, LEFT, width - LABELS), Scale(low, high, HEIGHT - BOTTOM, TOP)


def grid(across: Scale, down: Scale) -> str:
    """Lines and figures for round losses and steps."""
    ends = f'x1="{across.start:g}" x2="{across.end:g}"'
    parts = ['<text class="quiet" x="0" y="12">bits per character</text>']
    for value in down.ticks(5):
        y = down(value)
        parts.append(f'<line class="grid" {ends} y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="quiet" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
    for step in across.ticks(5 if across.end > 400 else 3):
        x = across(step)
        parts.append(
            f'<text class="quiet" x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{step:,.0f}</text>'
        )
    middle = (across.start + across.end) / 2
    parts.append(f'<text class="quiet" x="{middle:.0f}" y="{HEIGHT - 6}" text-anchor="middle">step</text>')
    return "".join(parts)


def polyline(kind: str, points: Sequence[tuple[int, float]], across: Scale, down: Scale) -> str:
    """A line through the points, of which a few hundred are drawn."""
    stride = max(1, len(points) // DRAWN_POINTS)
    kept = [*points[:-1:stride], *points[-1:]]
    places = " ".join(f"{across(step):.1f},{down(min(value, down.high)):.1f}" for step, value in kept)
    return f'<polyline class="{kind}" points="{places}"/>'


def labels(named: Sequence[Label], across: Scale, down: Scale) -> str:
    """The names of lines in the right margin, moved apart."""
    ordered = sorted(named, key=lambda label: -label.value)
    places = spread([down(min(label.value, down.high)) for label in ordered], LINE, TOP - LINE, HEIGHT - BOTTOM)
    x = f"{across.end + 8:g}"
    return "".join(
        f'<text class="{label.kind}" x="{x}" y="{y + 4:.1f}">{escape(label.name)} {label.value:.2f}</text>'
        for label, y in zip(ordered, places, strict=True)
    )
