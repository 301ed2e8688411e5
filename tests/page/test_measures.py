import pytest

from tasks.page.measures import MEASURES, cell_of, table_of, written
from tests.page.reviews import a_sample, scores_of

BITS, COPIED = MEASURES[:2]


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        (2.345, "bits", "2.35"),
        (0.123, "share", "12 %"),
        (0.0123, "share", "1.2 %"),
        (0.987, "share", "98.7 %"),
        (0, "share", "0 %"),
        (1, "share", "100 %"),
        (1234.4, "count", "1,234"),
        (None, "share", "–"),
    ],
)
def test_values_are_written_as_one_reads_them(value, kind, said):
    assert written(value, kind) == said


def test_a_value_stands_with_its_interval():
    assert cell_of(COPIED, {"value": 0.2, "low": 0.15, "high": 0.25}) == ("20 %", "15 % to 25 %")


@pytest.mark.parametrize("found", [None, {"value": None, "low": None, "high": None}])
def test_what_does_not_apply_is_a_dash(found):
    assert cell_of(BITS, found) == ("–", "")


def test_the_table_has_a_line_for_each_measure_and_a_value_for_each_temperature():
    samples = [a_sample("a", t, bits=t) for t in (0.5, 1.0)]
    table = table_of(scores_of(samples, reference={"bits_per_character": 3.0}))

    assert [line.measure for line in table] == list(MEASURES)
    assert [cell.value for cell in table[0].values] == ["0.50", "1.00"]
    assert table[0].reference.value == "3.00"
    assert "passages of 5 or more" in table[1].meaning


def test_a_measure_that_the_scores_lack_has_no_line():
    table = table_of(scores_of([a_sample()], words=False))

    assert "known_words" not in [line.measure.name for line in table]
