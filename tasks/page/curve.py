"""The loss curve: what training logged, drawn as a picture of its own beside the floors."""

import json
import math
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from tasks.page.scale import Scale, spread

# Every colour falls back to one of its own, so that the picture also stands alone, in light and in dark.
STYLE = (
    ".curve{color:var(--ink,#201d1a);font:12px var(--sans,system-ui,sans-serif);--curve-accent:var(--accent,#9c3a1c);"
    "--curve-muted:var(--muted,#6a645c);--curve-rule:var(--rule,#e3ddd3)}"
    "@media(prefers-color-scheme:dark){.curve{color:var(--ink,#e9e4dc);--curve-accent:var(--accent,#f0936f);"
    "--curve-muted:var(--muted,#a39b90);--curve-rule:var(--rule,#38342f)}}"
    ".curve .grid{stroke:var(--curve-rule)}.curve .floor{stroke:var(--curve-muted);stroke-dasharray:2 4}"
    ".curve text{fill:currentColor}.curve .quiet{fill:var(--curve-muted)}.curve .accent{fill:var(--curve-accent)}"
    ".curve polyline{fill:none;stroke-linejoin:round}.curve .train{stroke:var(--curve-muted);stroke-width:1.25}"
    ".curve .validation{stroke:var(--curve-accent);stroke-width:2}.curve circle{fill:var(--curve-accent)}"
    ".curve .cursor{stroke:var(--curve-muted);stroke-dasharray:none}"
)
HEIGHT, LEFT, TOP, BOTTOM = 340, 40, 24, 44
LABELS = 104
LINE = 15
DRAWN_POINTS = 600
NEAR = 0.35
LABEL_ROOM = 1.25


class Point(NamedTuple):
    """A logged step; losses in bits per character, that of validation where it was measured."""

    step: int
    train: float
    validation: float | None


def read_curve(path: Path) -> list[Point]:
    """The logged steps of `metrics.jsonl`, whose losses are in nats."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    points = [
        Point(line["step"], _bits(line["train_loss_nats"]) or math.nan, _bits(line["validation_loss_nats"]))
        for line in lines
    ]
    return [point for point in points if math.isfinite(point.train)]


def best_of(points: Sequence[Point]) -> Point | None:
    """The point with the lowest validation loss, the first of equal ones."""
    validated = [point for point in points if point.validation is not None]
    return min(validated, key=lambda point: point.validation or 0.0, default=None)


def smoothed(values: Sequence[float], reach: int) -> list[float]:
    """The mean of each value with as many before it as after it, `reach` at most."""
    means = []
    for place in range(len(values)):
        near = min(reach, place, len(values) - 1 - place)
        around = values[place - near : place + near + 1]
        means.append(sum(around) / len(around))
    return means


def curve_svg(points: Sequence[Point], floors: Mapping[str, float], width: int = 720) -> str:
    """The training and validation loss over the steps, in bits per character, beside the floors.

    Args:
        points: in order of their steps.
        floors: bits per character by name; those far above the curve are named at the upper edge.
        width: of the view box, in pixels; the picture fits any place.

    Returns:
        An SVG element that stands alone. `data-left`, `data-right` and `data-last-step` on it tell where a step lies.
    """
    if not points:
        return _framed(width, "No step was logged.", f'<text x="{LEFT}" y="{TOP + LINE}">No step was logged.</text>', 1)
    train = smoothed([point.train for point in points], len(points) // 60)
    drawn = [(point.step, value) for point, value in zip(points, train, strict=True)]
    validation = [(point.step, point.validation) for point in points if point.validation is not None]
    last = points[-1].step
    low, high = _range([value for _, value in [*drawn, *validation]], floors)
    across = Scale(0, last, LEFT, width - LABELS)
    down = Scale(low, high, HEIGHT - BOTTOM, TOP)
    best = best_of(points)
    parts = [
        _grid(across, down),
        _floors(floors, across, down, [*_ends(train[-1], best)]),
        _line("train", drawn, across, down),
        _line("validation", validation, across, down),
        _best(best, across, down),
        f'<line class="cursor" x1="{LEFT}" x2="{LEFT}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" visibility="hidden"/>',
    ]
    return _framed(width, _description(points, best, floors), "".join(parts), last)


def _bits(nats: float | None) -> float | None:
    return None if nats is None or not math.isfinite(nats) else nats / math.log(2)


def _range(values: Sequence[float], floors: Mapping[str, float]) -> tuple[float, float]:
    """From the lowest value to the highest of the curve, with the floors that lie near."""
    highest = max(values)
    if floors:
        highest = min(highest, LABEL_ROOM * max(*floors.values(), min(values)))
    low = min(*values, *floors.values(), highest)
    near = [floor for floor in floors.values() if floor <= highest + NEAR * (highest - low)]
    high = max(highest, *near, low + 0.1) if near else max(highest, low + 0.1)
    margin = 0.06 * (high - low)
    return max(0.0, low - margin), high + margin


def _framed(width: int, description: str, body: str, last: int) -> str:
    name = f"curve-{width}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="curve" viewBox="0 0 {width} {HEIGHT}" role="img" '
        f'aria-labelledby="{name}-title {name}-text" data-left="{LEFT}" data-right="{width - LABELS}" '
        f'data-last-step="{last}"><title id="{name}-title">Loss in bits per character over the steps of training'
        f'</title><desc id="{name}-text">{escape(description)}</desc><style>{STYLE}</style>{body}</svg>'
    )


def _description(points: Sequence[Point], best: Point | None, floors: Mapping[str, float]) -> str:
    said = [f"Training loss {points[0].train:.2f} at step {points[0].step:,}, {points[-1].train:.2f} at the last."]
    if best:
        said.append(f"Best validation loss {best.validation:.2f} at step {best.step:,}.")
    said += [f"Floor {name}: {bits:.2f}." for name, bits in floors.items()]
    return " ".join(said)


def _grid(across: Scale, down: Scale) -> str:
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


def _ends(train: float, best: Point | None) -> list[tuple[float, str, str]]:
    ends = [(train, "quiet", "training")]
    return [*ends, (best.validation, "accent", "validation")] if best and best.validation is not None else ends


def _floors(floors: Mapping[str, float], across: Scale, down: Scale, ends: Sequence[tuple[float, str, str]]) -> str:
    """A dotted line for each floor, and the names of all lines, kept apart, in the right margin."""
    parts, labels = [], [*ends]
    for name, bits in floors.items():
        inside = bits <= down.high
        if inside:
            y = down(bits)
            parts.append(f'<line class="floor" x1="{across.start:g}" x2="{across.end:g}" y1="{y:.1f}" y2="{y:.1f}"/>')
        labels.append((bits, "quiet", f"{'' if inside else '↑ '}{name}"))
    labels.sort(key=lambda label: -label[0])
    places = spread([down(min(bits, down.high)) for bits, _, _ in labels], LINE, TOP - LINE, HEIGHT - BOTTOM)
    for (bits, kind, name), y in zip(labels, places, strict=True):
        parts.append(f'<text class="{kind}" x="{across.end + 8:g}" y="{y + 4:.1f}">{escape(name)} {bits:.2f}</text>')
    return "".join(parts)


def _line(kind: str, points: Sequence[tuple[int, float]], across: Scale, down: Scale) -> str:
    stride = max(1, len(points) // DRAWN_POINTS)
    kept = [*points[:-1:stride], *points[-1:]]
    places = " ".join(f"{across(step):.1f},{down(min(value, down.high)):.1f}" for step, value in kept)
    return f'<polyline class="{kind}" points="{places}"/>'


def _best(best: Point | None, across: Scale, down: Scale) -> str:
    if best is None or best.validation is None:
        return ""
    x, y = across(best.step), down(min(best.validation, down.high))
    said = f"best {best.validation:.2f} at step {best.step:,}"
    anchor = "end" if x > (across.start + across.end) / 2 else "start"
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{said}</title></circle>'
        f'<text class="accent" x="{x:.1f}" y="{y - 10:.1f}" text-anchor="{anchor}">{said}</text>'
    )
