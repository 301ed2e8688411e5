"""The validation curves of two runs in one picture."""

from collections.abc import Container, Mapping, Sequence
from operator import itemgetter

from tasks.page.curve import range_of
from tasks.page.picture import Label, framed, grid, labels, polyline, scales
from tasks.quality.learning_curve import Point

KINDS = ("train second", "validation")


def curve_pair_svg(
    curves: Mapping[str, Sequence[Point]],
    floors: Mapping[str, float],
    name: str,
    width: int = 720,
    latest: Container[str] = (),
) -> str:
    """The validation losses of two runs over their steps, the first dashed, the second solid, and the kept models.

    Args:
        curves: the logged steps of each, by the label of its line.
        floors: bits per character of predictors without a network: none above the curves is drawn.
        name: of the picture's ids.
        width: of the view box, in pixels.
        latest: the labels of those that kept the latest model instead of the best.

    Returns:
        An SVG element that stands alone; empty if nothing was validated.
    """
    lines = {
        label: [(p.step, p.validation) for p in points if p.validation is not None] for label, points in curves.items()
    }
    lines = {label: line for label, line in lines.items() if line}
    if not lines:
        return ""
    values = [value for line in lines.values() for _, value in line]
    across, down = scales(width, max(line[-1][0] for line in lines.values()), *range_of(values, floors))
    parts = [grid(across, down)]
    named, said = [], []
    for kind, (label, line) in zip(KINDS, lines.items(), strict=False):
        step, loss = line[-1] if label in latest else min(line, key=itemgetter(1))
        colour = "accent" if kind == KINDS[-1] else "quiet"
        parts.append(polyline(kind, line, across, down))
        parts.append(f'<circle class="{colour}" cx="{across(step):.1f}" cy="{down(min(loss, down.high)):.1f}" r="4"/>')
        named.append(Label(loss, colour, label))
        said.append(f"{label}: validation loss {loss:.2f} at step {step:,}, whose model was kept.")
    return framed(name, width, " ".join(said), "".join([*parts, labels(named, across, down)]), int(across.high))
