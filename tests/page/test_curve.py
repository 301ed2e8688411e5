import json
import math
from xml.etree import ElementTree

import pytest

from tasks.page.curve import curve_svg, smoothed
from tasks.page.picture import HEIGHT
from tasks.quality.learning_curve import Point, best_of, read_curve

FLOORS = {"uniform": 6.02, "unigram": 4.83, "bzip2": 2.36, "xz": 2.61}
CURVE = [Point(step, 2 + 3 / step, 2.1 + 3 / step if step % 10 == 0 else None) for step in range(1, 101)]


def drawn(points, floors, **options):
    return ElementTree.fromstring(curve_svg(points, floors, **options))


def lines(svg, kind):
    (line,) = [element for element in svg.iter() if element.get("class") == kind]
    return [tuple(map(float, place.split(","))) for place in line.get("points").split()]


def texts(svg):
    return ["".join(element.itertext()) for element in svg.iter() if element.tag.endswith("text")]


def test_losses_in_nats_become_bits(tmp_path):
    logged = [
        {"step": 10, "train_loss_nats": math.log(4), "validation_loss_nats": None},
        {"step": 20, "train_loss_nats": math.log(2), "validation_loss_nats": math.log(8)},
    ]
    (tmp_path / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in logged))

    first, second = read_curve(tmp_path / "metrics.jsonl")

    assert (first.step, first.validation) == (10, None)
    assert first.train == pytest.approx(2)
    assert second.validation == pytest.approx(3)


def test_a_loss_that_is_no_number_is_left_out_and_one_of_zero_is_not(tmp_path):
    losses = [(1, 1.0), (2, math.nan), (3, 0.0)]
    logged = [{"step": n, "train_loss_nats": loss, "validation_loss_nats": None} for n, loss in losses]
    (tmp_path / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in logged))

    assert [point.step for point in read_curve(tmp_path / "metrics.jsonl")] == [1, 3]


def test_smoothing_keeps_the_ends_and_the_mean_of_a_line():
    assert smoothed([1, 2, 3, 4, 5], 2) == [1, 2, 3, 4, 5]
    assert smoothed([0, 0, 9, 0, 0], 1) == [0, 3, 3, 3, 0]


def test_the_best_point_is_that_of_the_lowest_validation_loss():
    assert best_of([Point(1, 0.5, None), Point(2, 3, 2.5), Point(3, 3, 2.0), Point(4, 3, 2.0)]).step == 3
    assert best_of([Point(1, 0.5, None)]) is None


@pytest.mark.parametrize("width", [360, 720])
@pytest.mark.parametrize("floors", [FLOORS, {}, {"uniform": 60.0}, {"xz": 0.01}])
def test_all_that_is_drawn_lies_inside_the_picture(width, floors):
    svg = drawn(CURVE, floors, width=width)
    places = lines(svg, "train") + lines(svg, "validation")

    assert all(0 <= x <= width and 0 <= y <= HEIGHT for x, y in places)
    assert all(0 <= float(e.get("y")) <= HEIGHT for e in svg.iter() if e.get("y"))


def test_later_steps_lie_further_right_and_lower_losses_lower():
    line = lines(drawn(CURVE, FLOORS), "train")

    assert line == sorted(line, key=lambda place: place[0])
    assert line[-1][1] > line[0][1]


def test_every_floor_is_named_with_its_bits():
    said = texts(drawn(CURVE, FLOORS))

    assert {f"{name} {bits:.2f}" for name, bits in FLOORS.items()} <= set(said)


def test_a_floor_far_above_the_curve_is_named_at_the_edge_and_does_not_flatten_the_curve():
    flat = [Point(step, 1.0 + 1 / step, 1.2) for step in range(1, 50)]
    svg = drawn(flat, {"uniform": 60.0})
    heights = [y for _, y in lines(svg, "train")]

    assert "↑ uniform 60.00" in texts(svg)
    assert max(heights) - min(heights) > HEIGHT / 2


def test_an_exploding_loss_is_cut_off_above_the_floors():
    svg = drawn([Point(1, 900.0, None), *CURVE[1:]], FLOORS)
    ticks = [float(e.text) for e in svg.iter() if e.get("text-anchor") == "end" and e.get("class") == "quiet"]

    assert max(ticks) < 10
    assert min(y for _, y in lines(svg, "train")) >= 0


def test_the_best_validation_point_is_marked():
    assert "best 2.13 at step 100" in texts(drawn(CURVE, FLOORS))


def test_steps_at_which_an_interrupted_training_went_on_are_marked_and_told():
    svg = drawn(CURVE, FLOORS, resumed=[30, 60])
    marks = [element for element in svg.iter() if element.get("class") == "resumed"]

    assert ["".join(mark.itertext()) for mark in marks] == ["resumed from step 30", "resumed from step 60"]
    assert "Interrupted, and resumed from step 60." in list(svg)[1].text


@pytest.mark.parametrize("points", [[], [Point(1, 2.0, None)], [Point(5, 2.0, 2.0)] * 2])
def test_short_curves_are_drawn_too(points):
    assert drawn(points, FLOORS).tag.endswith("svg")


def test_the_picture_tells_itself_in_words():
    svg = drawn(CURVE, FLOORS)
    title, description = list(svg)[:2]

    assert svg.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
    assert "Best validation loss 2.13 at step 100." in description.text


def test_names_of_floors_cannot_break_out():
    assert "<b>" not in curve_svg(CURVE, {"<b>&": 2.0})
