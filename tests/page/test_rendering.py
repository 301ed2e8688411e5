import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from tasks.page import rendering
from tasks.page.rendering import render, with_run
from tests.page.reviews import RUN, a_review, a_sample, scores_of


class Elements(HTMLParser):
    """Every element of a page with its attributes, and the text inside it."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs), []))

    def handle_data(self, data):
        if self.found:
            self.found[-1][2].append(data)

    def text(self, identifier):
        return next("".join(text) for _, attributes, text in self.found if attributes.get("id") == identifier)


def test_equal_reviews_give_equal_pages():
    assert render(a_review()) == render(a_review())


def test_what_the_compressors_were_not_given_is_said():
    captions = [
        " ".join("".join(text).split())
        for compressed in (None, {"train": 80, "validation": 10}, {"train": 80, "validation": 9})
        for tag, _, text in Elements(render(a_review(compressed=compressed))).found
        if tag == "caption" and "fewer is better" in "".join(text)
    ]

    assert ["compressors" in caption for caption in captions] == [False, True, True]
    assert captions[1].endswith("The compressors were given the last 80 characters of 90 to train on.")
    assert captions[2].endswith("The compressors are measured on the first 9 characters of 10 held out.")


def test_losses_are_shown_with_their_errors_and_of_a_test_split_where_there_is_one():
    without = " ".join(render(a_review()).split())
    measured = {"test_characters": 1234, "test_bits_per_character": 2.15, "test_standard_error_bits": 0.0321}

    assert "standard error of 0.012. In windows of 256 that begin without memory it needs 2.20, with one of" in without
    assert "held out to the end" not in without
    said = (
        "On 1,234 characters held out to the end, by which nothing was chosen, it needs 2.15, with a standard error of"
    )
    assert f"{said} 0.032." in " ".join(render(a_review(**measured)).split())


def test_what_there_is_one_of_is_named_in_the_singular():
    scores = scores_of([a_sample()])
    scores["reference"]["windows"] = 1
    one = {"test_characters": 1, "test_bits_per_character": 2.15, "validation_characters": 1}
    said = " ".join(render(a_review(scores=scores, **one)).split())

    assert "On 1 character held out to the end" in said
    assert "those of 1 character out of 10." in said
    assert "of 1 passage of held-out text" in said


def test_the_loss_of_training_text_under_the_curve_is_told_from_that_of_the_verdict():
    said = " ".join(render(a_review(training_bits_per_character=0.97)).split())

    assert "The kept model, without dropout, needs 0.97 on stretches of the training text." in said


def test_without_its_data_the_page_is_small():
    assert len(render(a_review()).encode("utf-8")) < 200_000


def test_no_element_has_a_handler_a_style_or_an_address_elsewhere():
    for tag, attributes, _ in Elements(render(a_review())).found:
        assert not any(name.startswith("on") or name == "style" for name in attributes), (tag, attributes)
        assert attributes.get("href", "#").startswith(("#", "data:,")), (tag, attributes)
        assert "src" not in attributes, (tag, attributes)


def test_labels_name_controls_and_ids_are_unique():
    elements = Elements(render(a_review())).found
    ids = [attributes["id"] for _, attributes, _ in elements if "id" in attributes]

    assert len(ids) == len(set(ids))
    for _, attributes, _ in elements:
        for name in ("for", "aria-labelledby", "aria-describedby"):
            assert set(attributes.get(name, "").split()) <= set(ids)


def test_the_sections_come_in_order():
    sections = [
        attributes.get("id", "opening") for tag, attributes, _ in Elements(render(a_review())).found if tag == "section"
    ]

    assert sections == ["opening", "samples", "measures", "learning", "since", "run-facts", "data", "model"]


def test_the_data_hold_the_samples_as_they_are():
    hostile = "</script><script>alert(1)</script>\u2028\ud800"
    page = Elements(render(a_review(samples=[a_sample(hostile)])))

    assert json.loads(page.text("review"))["samples"]["rows"][0][6] == hostile


def test_a_few_samples_of_the_recommended_temperature_stand_in_the_page_where_no_script_runs():
    samples = [a_sample(f"it's <{t}> & {i} " + "x" * 2000, t, i, prompt="A\x1b") for t in (0.5, 0.8) for i in range(5)]
    page = re.sub(r"<script.*?</script>", "", render(a_review(samples=samples)), flags=re.DOTALL)

    recommended = scores_of(samples)["recommended"]["temperature"]
    shown = [f"A\\x1b</span>it&#x27;s &lt;{recommended}&gt; &amp; {i} xxx" in page for i in range(5)]
    assert shown == [True, True, True, False, False]
    assert "x" * 1001 not in page


def test_template_syntax_in_a_corpus_is_text():
    page = render(a_review("{{7*7}}{% raw %} and so on", findings=["{{7*7}}"], warnings=["<b>"]))

    assert "<li>{{7*7}}</li>" in page
    assert "<bdi>{{7*7}}{% raw %} and so on</bdi>" in page
    assert "<b>" not in page


def test_a_per_cent_sign_stays_with_its_number_and_what_stands_beside_it_is_escaped():
    page = render(a_review(warnings=["74 % <b>of its words: --duplicates drop"]))

    assert "2.0&nbsp;%" in page
    assert '<p>But 74&nbsp;% &lt;b&gt;of its words: <code class="option">--duplicates</code> drop.</p>' in page


def test_the_facts_of_a_run_go_into_the_slot_and_change_nothing_else():
    page = render(a_review())
    filled = with_run(page, RUN)

    assert json.loads(Elements(page).text("run")) is None
    assert json.loads(Elements(filled).text("run")) == RUN
    assert '<p class="eyebrow">https://example.org/corpus.txt · 2030-01-02 · nightly-1</p>' in filled
    without = re.sub(r'(id="run">).*?(</script>)', r"\1null\2", filled)
    assert re.sub(r'(id="origin">).*?(</noscript>)', r"\1\2", without) == page


def test_what_changed_since_the_run_before_goes_into_a_slot_of_its_own():
    page = render(a_review())
    filled = with_run(page, RUN, "<p>better</p>")

    assert '<div id="since-body"><p>better</p></div><!-- since -->' in filled
    assert with_run(filled, RUN) == with_run(page, RUN)


def test_filling_the_slot_again_replaces_what_stood_there():
    page = render(a_review())

    assert with_run(with_run(page, {"run": "</script>"}), RUN) == with_run(page, RUN)


def test_a_corpus_that_imitates_the_slot_is_not_filled():
    imitation = '<script type="application/json" id="run">null</script>'
    page = with_run(render(a_review(imitation, samples=[a_sample(imitation)])), RUN)

    assert page.count('id="run">') == 1


def test_a_page_without_a_slot_is_refused():
    with pytest.raises(ValueError, match="no slot"):
        with_run("<html></html>", RUN)


def test_a_page_has_no_more_than_ten_megabytes_however_much_was_sampled_and_says_its_size(monkeypatch):
    monkeypatch.setattr(rendering, "MOST_BYTES", 400_000)
    monkeypatch.setattr(rendering, "OF_RUN", 50_000)
    samples = [a_sample(text * 100, index=n) for n in range(400) for text in ("x", "語", "<\x7f")]
    page = with_run(render(a_review(samples=samples)), RUN)

    assert 340_000 < len(page.encode()) < 400_000
    assert f'This page is one file of <span id="size">{len(page.encode()) / 1e6:.1f} MB</span>.' in page
    assert len(json.loads(Elements(page).text("review"))["samples"]["rows"]) > 100


def test_importing_it_loads_neither_template_engine_nor_data_libraries():
    code = "import sys, tasks.review, tasks.page.rendering; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not {"jinja2", "pyarrow", "tensorflow", "keras", "numpy"} & set(loaded)
