import dataclasses
import math

import pytest

from tasks.page.comparison import SAMPLES_OF_TEMPERATURE, changed, compare, delta, headline
from tasks.page.comparison_page import comparison_html
from tasks.page.curve_pair import curve_pair_svg
from tasks.page.differences import difference
from tasks.quality.learning_curve import Point
from tests.page.reviews import a_record, a_sample


def test_only_what_differs_is_a_change():
    assert changed({"units": 64, "cell": "lstm", "old": 1}, {"units": 128, "cell": "lstm", "new_one": None}) == [
        ("units", "64", "128"),
        ("old", "1", "–"),
        ("new one", "–", "none"),
    ]


@pytest.mark.parametrize(
    ("kind", "before", "after", "more", "said", "better"),
    [
        ("bits", 2.2, 2.1, False, "−0.10", True),
        ("bits", 2.1, 2.2, False, "+0.10", False),
        ("bits", 2.1, 2.1004, False, "same", None),
        ("share", 0.25, 0.5, None, "+25 points", None),
        ("count", 10, 1500, None, "+1,490", None),
        ("count", 4.6, 10.4, None, "+5", None),  # of 5 and 10, as they are shown
        ("bits", 2.104, 2.106, False, "+0.01", False),
        ("share", 0.095, 0.12, None, "+2.5 points", None),
        ("share", 0.501, 0.504, None, "same", None),
        ("bits", None, 2.0, False, "–", None),
        ("bits", math.nan, 2.0, False, "–", None),
        ("count", 2, math.nan, None, "–", None),
        ("share", math.inf, math.inf, None, "–", None),
    ],
)
def test_a_delta_has_a_sign_and_a_judgement_where_there_can_be_one(kind, before, after, more, said, better):
    found = delta("m", kind, before, after, more)

    assert (found.difference, found.better) == (said, better)


def test_equal_runs_differ_in_nothing():
    found = compare(a_record(), a_record())

    assert (found.options, found.stages, found.samples) == ([], [], [])
    assert (found.common_samples, found.equal_samples) == (4, 4)
    assert headline(found) == "The model is as good as before: 2.10 bits per character on held-out text."


def test_a_few_samples_of_each_temperature_are_shown_with_their_differences():
    before, after = ([a_sample(text, 0.5, n, "P") for n in range(9, 20)] for text in "xy")
    found = compare(a_record(more=before), a_record(text="To be, and not to be", more=after))

    assert len([pair for pair in found.samples if pair.temperature == 0.5]) == SAMPLES_OF_TEMPERATURE
    assert found.samples[0].difference.alike == 7


@pytest.mark.parametrize(("bits", "said"), [(1.9, "better than before"), (2.4, "worse than before")])
def test_the_headline_says_which_model_is_better(bits, said):
    assert said in headline(compare(a_record(), a_record(bits=bits)))


@pytest.mark.parametrize(
    ("bits", "errors", "said"),
    [
        (2.08, (0.03, 0.03), "There is no clear difference: 2.08 bits per character on held-out text, after 2.10."),
        (2.02, (0.03, 0.03), "There is no clear difference"),  # 0.085 is twice the standard error of the difference
        (2.01, (0.03, 0.03), "better than before"),
        (2.02, (0.03, 0.02), "better than before"),
        (1.0, (None, 0.03), "cannot be told, as too little text is held out for a standard error: 1.00 bits"),
        (2.10001, (None, None), "as good as before"),
        (2.10001, (0.03, 0.03), "as good as before"),
        (math.nan, (0.03, 0.03), "There is no clear difference"),
    ],
)
def test_a_difference_within_twice_its_standard_error_is_neither_better_nor_worse(bits, errors, said):
    before, after = ({"validation_standard_error_bits": error} for error in errors)
    found = compare(a_record(losses=before), a_record(bits=bits, losses=after))

    assert said in headline(found)
    assert found.measures[0].unclear == ("no clear" in said)
    assert (found.measures[0].better is not None) == ("better than" in said)
    html = comparison_html(found)
    assert ("no clear difference</small>" in html) == ("no clear" in said)
    assert ("cannot be told: too little held-out text</small>" in html) == ("cannot be told" in said)


def test_losses_on_text_held_out_to_the_end_are_compared_where_both_runs_have_them():
    tested = {
        name: {
            "test_bits_per_character": bits,
            "test_standard_error_bits": 0.01,
            "test_loss_cold_nats": bits * math.log(2) + 0.02,
            "test_standard_error_cold_bits": 0.1,
        }
        for name, bits in [("before", 2.3), ("after", 2.2)]
    }
    found = compare(a_record(losses=tested["before"]), a_record(losses=tested["after"]))

    told = {one.name: (one.difference, one.better) for one in found.measures[2:4]}
    assert told == {
        "bits per character on text held out to the end": ("−0.10", True),
        "the same of that text in windows from a zero state": ("−0.10", None),
    }
    assert not any("to the end" in one.name for one in compare(a_record(), a_record(losses=tested["after"])).measures)


def test_models_of_different_corpora_are_not_called_better():
    other = a_record(bits=1.0, corpus={"url": "b.txt", "sha256": "ff"})

    assert "do not compare" in headline(compare(a_record(), other))


@pytest.mark.parametrize(
    "after", [{"corpus": {"url": "b.txt", "sha256": "ff"}}, {"stages": [{"name": "shard", "output": "2"}]}]
)
def test_where_runs_do_not_compare_no_measure_is_called_better_or_worse(after):
    found = compare(a_record(stages=[{"name": "shard", "output": "1"}]), a_record(bits=1.0, **after))
    html = comparison_html(found)

    assert found.measures[0].difference == "−1.10"
    assert {one.better for one in found.measures} == {None}
    assert not any(word in html for word in ("better", "worse"))


def corpus(*digests, whole=None):
    return {"url": "a.txt", "sha256": whole, "sources": [{"sha256": digest} for digest in digests]}


@pytest.mark.parametrize(
    ("before", "after", "is_same"),
    [
        (corpus("1", "2"), corpus("1", "2"), True),
        (corpus("1", "2"), corpus("2", "1"), False),
        (corpus("1", "2"), corpus("1", "3"), False),
        (corpus("1", whole="1"), corpus("1", "2"), False),
        (corpus("1", whole="1"), {"url": "b.txt", "sha256": "1"}, True),
    ],
)
def test_a_corpus_is_the_same_if_its_sources_have_the_same_bytes(before, after, is_same):
    said = headline(compare(a_record(corpus=before), a_record(corpus=after)))

    assert ("do not compare" not in said) == is_same


def test_models_of_other_characters_or_held_out_text_of_the_same_corpus_are_not_called_better():
    one, other = (a_record(stages=[{"name": "shard", "output": digest}]) for digest in ("1", "2"))

    assert "another dataset, so that the bits per character do not compare" in headline(compare(one, other))
    assert "as good as before" in headline(compare(one, one))
    assert "as good as before" in headline(compare(one, a_record()))


def test_a_measure_that_is_null_has_no_delta():
    found = compare(a_record(), a_record(model={"validation_bits_per_character": 2.0, "steps": None}))

    assert [one.name for one in found.measures] == ["bits per character on held-out text"]


def test_a_difference_gives_both_texts_whole_in_pieces():
    before, after = "the cat sat on the mat", "the dog sat on a mat!"
    found = difference(before, after)

    assert "".join(piece.text for piece in found.before) == before
    assert "".join(piece.text for piece in found.after) == after
    assert [piece.text for piece in found.after if not piece.shared] == ["dog", "a", "!"]
    assert found.alike == 4


def test_texts_that_share_little_are_shown_without_marks():
    before, after = a_record(text="one thing and nothing else"), a_record("two", text="quite another matter altogether")
    html = comparison_html(compare(before, after))

    assert not difference("one thing", "quite another").related
    assert "little in common" in html
    assert "<del>" not in html


def test_texts_without_blanks_differ_by_characters():
    found = difference("學而時習之不亦說乎有朋自遠方來", "學而時習之不亦樂乎有朋自遠方來")

    assert [piece.text for piece in found.before if not piece.shared] == ["說"]


def test_a_curve_that_was_not_validated_is_left_out():
    points = [Point(10, 3.0, 2.5), Point(20, 2.5, 2.0)]
    svg = curve_pair_svg({"before": points, "after": [Point(10, 3.0, None)]}, {}, "pair")

    assert "before 2.00" in svg
    assert "after" not in svg
    assert curve_pair_svg({"before": []}, {}, "pair") == ""


def test_a_curve_is_named_by_the_loss_of_the_model_that_was_kept():
    points = [Point(10, 3.0, 2.5), Point(20, 2.5, 2.0), Point(30, 2.0, 2.25)]

    best, latest = (curve_pair_svg({"after": points}, {}, "pair", latest=kept) for kept in ((), ("after",)))

    assert "after 2.00<" in best
    assert "after: validation loss 2.00 at step 20, whose model was kept." in best
    assert "after 2.25<" in latest
    assert best.count("<circle") == latest.count("<circle") == 1
    kept_latest = dataclasses.replace(a_record(options={"keep": "latest"}), points=points)
    assert "after 2.25<" in comparison_html(compare(a_record(), kept_latest))


def test_the_part_of_a_page_names_both_runs_and_escapes_what_they_say():
    html = comparison_html(compare(a_record("one"), a_record("<b>two", options={"<i>": 1}, text="<u>")))

    assert "<bdi>one</bdi>" in html
    assert "&lt;b&gt;two" in html
    assert not any(tag in html for tag in ("<b>", "<i>", "<u>"))


def test_the_bits_of_models_of_bytes_are_per_byte():
    of_bytes = a_record(corpus={"url": "a.txt", "sha256": "5891", "level": "byte"})

    both, mixed = compare(of_bytes, of_bytes), compare(a_record(), of_bytes)

    assert both.measures[0].name == "bits per byte on held-out text"
    assert both.temperatures[0][1][0].name == "bits per byte"
    assert "bits per byte on held-out text" in headline(both)
    assert mixed.measures[0].name == "bits per character or byte on held-out text"
