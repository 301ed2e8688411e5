"""The loss curve: what training logged, drawn as a picture of its own beside the floors."""

from collections.abc import Mapping, Sequence

from tasks.page.measures import FLOORS
from tasks.page.picture import BOTTOM, HEIGHT, LEFT, LINE, TOP, Label, framed, grid, labels, polyline, scales
from tasks.page.scale import Scale
from tasks.quality.learning_curve import Point, best_of

NEAR = 0.35
LABEL_ROOM = 1.25


def smoothed(values: Sequence[float], reach: int) -> list[float]:
    """The mean of each value with as many before it as after it, `reach` at most."""
    means = []
    for place in range(len(values)):
        near = min(reach, place, len(values) - 1 - place)
        around = values[place - near : place + near + 1]
        means.append(sum(around) / len(around))
    return means


def curve_svg(
    points: Sequence[Point], floors: Mapping[str, float], width: int = 720, resumed: Sequence[int] = ()
) -> str:
    """The training and validation loss over the steps, in bits per character, beside the floors.

    Args:
        points: in order of their steps.
        floors: bits per character by name; those far above the curve are named at the upper edge.
        width: of the view box, in pixels; the picture fits any place.
        resumed: steps from which an interrupted training went on.

    Returns:
        An SVG element that stands alone. `data-left`, `data-right` and `data-last-step` on it tell where a step lies.
    """
    if not points:
        said = "No step was logged."
        return framed(f"curve-{width}", width, said, f'<text x="{LEFT}" y="{TOP + LINE}">{said}</text>', 1)
    train = smoothed([point.train for point in points], len(points) // 60)
    drawn = [(point.step, value) for point, value in zip(points, train, strict=True)]
    validation = [(point.step, point.validation) for point in points if point.validation is not None]
    last = points[-1].step
    low, high = range_of([value for _, value in [*drawn, *validation]], floors)
    across, down = scales(width, last, low, high)
    best = best_of(points)
    parts = [
        grid(across, down),
        _floors(floors, across, down, [*_ends(train[-1], best)]),
        polyline("train", drawn, across, down),
        polyline("validation", validation, across, down),
        _best(best, across, down),
        _resumed(resumed, across, down),
        f'<line class="cursor" x1="{LEFT}" x2="{LEFT}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" visibility="hidden"/>',
    ]
    return framed(f"curve-{width}", width, _description(points, best, floors, resumed), "".join(parts), last)


def range_of(values: Sequence[float], floors: Mapping[str, float]) -> tuple[float, float]:
    """From the lowest value to the highest of the curve, with the floors that lie near."""
    highest = max(values)
    if floors:
        highest = min(highest, LABEL_ROOM * max(*floors.values(), min(values)))
    low = min(*values, *floors.values(), highest)
    near = [floor for floor in floors.values() if floor <= highest + NEAR * (highest - low)]
    high = max(highest, *near, low + 0.1) if near else max(highest, low + 0.1)
    margin = 0.06 * (high - low)
    return max(0.0, low - margin), high + margin


def _description(
    points: Sequence[Point], best: Point | None, floors: Mapping[str, float], resumed: Sequence[int]
) -> str:
    said = [f"Training loss {points[0].train:.2f} at step {points[0].step:,}, {points[-1].train:.2f} at the last."]
    if best:
        said.append(f"Best validation loss {best.validation:.2f} at step {best.step:,}.")
    said += [f"Floor {FLOORS.get(name, name)}: {bits:.2f}." for name, bits in floors.items()]
    said += [f"Interrupted, and resumed from step {step:,}." for step in resumed]
    return " ".join(said)


def _ends(train: float, best: Point | None) -> list[Label]:
    ends = [Label(train, "quiet", "training")]
    return [*ends, Label(best.validation, "accent", "validation")] if best and best.validation is not None else ends


def _floors(floors: Mapping[str, float], across: Scale, down: Scale, ends: Sequence[Label]) -> str:
    """A dotted line for each floor, and the names of all lines in the right margin."""
    parts, named = [], [*ends]
    for name, bits in floors.items():
        inside = bits <= down.high
        if inside:
            y = down(bits)
            parts.append(f'<line class="floor" x1="{across.start:g}" x2="{across.end:g}" y1="{y:.1f}" y2="{y:.1f}"/>')
        named.append(Label(bits, "quiet", f"{'' if inside else '↑ '}{FLOORS.get(name, name)}"))
    return "".join(parts) + labels(named, across, down)


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


def _resumed(steps: Sequence[int], across: Scale, down: Scale) -> str:
    """A tick at the foot for each step from which an interrupted training went on."""
    parts = []
    for step in steps:
        x = across(min(step, across.high))
        mark = f"M{x:.1f} {down.start:g}l-5 -9h10z"
        parts.append(f'<path class="resumed" d="{mark}"><title>resumed from step {step:,}</title></path>')
    return "".join(parts)
