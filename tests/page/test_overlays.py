"""What is marked in the samples: copied passages, surprise, loops, unknown words."""

import pytest

from tests.page.reviews import CORPUS, a_review, a_sample


def mark(page, name):
    page.check(f"input[name=overlay][value={name}]", force=True)


def marked(page, selector):
    return page.locator(f".sample .text {selector}").all_inner_texts()


COPY = a_sample("xx " + CORPUS[15:45] + " zz", copied=[(3, 33, 15)])


def test_copied_passages_are_marked_and_lead_to_their_place_in_the_training_text(show):
    page = show(a_review(samples=[COPY]))
    assert page.locator(".copied").count() == 0
    mark(page, "copied")
    assert marked(page, ".copied") == [CORPUS[15:45]]

    page.click(".sample .copied")

    assert (
        page.locator("#place-where").inner_text()
        == "30 characters, from character 15 of 90 (16.7 % into the training text)."
    )
    assert page.locator("#place-text").text_content() == CORPUS
    assert page.locator("#place-text mark").inner_text() == CORPUS[15:45]
    page.keyboard.press("Escape")
    assert page.locator("#place").is_hidden()


def test_a_place_is_shown_by_the_keyboard_and_focus_comes_back(show):
    page = show(a_review(samples=[COPY]))
    mark(page, "copied")
    page.focus(".sample .copied")
    page.keyboard.press("Enter")
    assert page.locator("#place").is_visible()
    page.click("#place button")

    assert page.evaluate("() => document.activeElement.className") == "copied"


def test_a_passage_without_an_excerpt_still_tells_its_place(show, monkeypatch):
    from tasks.page import sample_data

    monkeypatch.setattr(sample_data, "EXCERPT_CHARACTERS", 0)
    page = show(a_review(samples=[COPY]))
    mark(page, "copied")
    page.click(".sample .copied")

    assert "from character 15" in page.locator("#place-where").inner_text()
    assert page.locator("#place-more").is_visible()


def test_one_kind_is_marked_at_a_time_each_with_its_legend(show):
    sample = a_sample("one two three", copied=[(0, 3, 0)], loops=[(4, 7)], unknown=[(8, 13)])
    page = show(a_review(samples=[sample]))
    for name, selector, text in [
        ("loops", ".looped", "two"),
        ("unknown", ".unknown", "three"),
        ("copied", ".copied", "one"),
    ]:
        mark(page, name)

        assert marked(page, ":is(.copied, .looped, .unknown)") == [text]
        assert page.locator(f"#legend {selector}").count() == 1
        line = page.locator(f".sample .text {selector}").evaluate("e => getComputedStyle(e).textDecorationLine")
        assert line == "underline"
    mark(page, "none")
    assert page.locator("#legend").is_hidden()


def test_spans_that_overlap_are_drawn_one_after_the_other(show):
    page = show(a_review(samples=[a_sample("abcdefghij", copied=[(0, 6, 0), (4, 9, 20), (5, 6, 2)])]))
    mark(page, "copied")

    assert marked(page, ".copied") == ["abcdef", "ghi"]


def test_places_count_characters_not_utf_16_units(show):
    page = show(a_review(samples=[a_sample("😀😀 known 𝔘nknown", unknown=[(9, 16)], surprise=[0, 12, *[0] * 14])]))
    mark(page, "unknown")
    assert marked(page, ".unknown") == ["𝔘nknown"]
    mark(page, "surprise")
    assert marked(page, ".level-4") == ["😀"]


def test_surprise_is_told_in_levels_with_a_line_of_their_own(show):
    page = show(a_review(samples=[a_sample("abcde", surprise=[0.5, 3, 5, 7, 12])]))
    mark(page, "surprise")

    assert [marked(page, f".level-{level}") for level in range(5)] == [["a"], ["b"], ["c"], ["d"], ["e"]]
    styles = page.eval_on_selector_all(
        ".sample .text [class^=level]",
        "all => all.map((e) => getComputedStyle(e)).map((s) => [s.textDecorationLine, s.textDecorationStyle].join())",
    )
    assert len({*styles[2:]}) == 3


def test_the_pointer_and_the_arrow_keys_tell_the_bits_of_a_character(show):
    page = show(a_review(samples=[a_sample("ab\x1bd", surprise=[0.0, 3, 5.2, 30], prompt="P")]))
    mark(page, "surprise")
    page.hover(".sample .text .level-1")
    assert page.locator("#readout").inner_text() == "b 3.0 bits, 1 chance in 8"

    page.focus(".sample .text")
    assert page.locator("#readout").inner_text() == "a 0.0 bits, all but certain"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.locator("#readout").inner_text() == "␛ 5.2 bits, 1 chance in 37"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.locator("#readout").inner_text() == "d 25.5 bits or more"
    assert page.locator("#said").inner_text() == "d 25.5 bits or more"


def test_marks_of_the_search_stand_inside_those_of_the_overlay(show):
    page = show(a_review(samples=[a_sample("one two three", loops=[(4, 9)])]))
    mark(page, "loops")
    page.fill("#search", "two three")
    page.wait_for_selector(".sample mark")

    assert "".join(marked(page, "mark")) == "two three"
    assert marked(page, ".looped") == ["two t"]
    page.press("#search", "Enter")
    assert page.locator("mark.current").count() == 2
    assert page.locator("#found").inner_text() == "Match 1 of 1."


def test_a_folded_sample_is_marked_as_far_as_it_is_shown(show):
    page = show(a_review(samples=[a_sample("x" * 9000, loops=[(10, 20), (5990, 8000), (8500, 8600)])]))
    mark(page, "loops")

    assert [len(text) for text in marked(page, ".looped")] == [10, 10]
    page.click(".more")
    assert [len(text) for text in marked(page, ".looped")] == [10, 2010, 100]


def test_a_script_without_words_offers_no_unknown_ones(show):
    page = show(a_review(samples=[a_sample("中文", known_words=None)]))

    assert page.locator("#overlays input").count() == 4


def test_a_permalink_may_say_what_is_marked(show):
    page = show(a_review(samples=[COPY]), fragment="#t=0.8&s=0&o=copied")

    assert marked(page, ".copied") == [CORPUS[15:45]]
    assert page.locator(".meta a").get_attribute("href") == "#t=0.8&s=0&o=copied"


@pytest.mark.parametrize("name", ["nothing", "__proto__", "constructor"])
def test_a_permalink_that_asks_for_no_overlay_marks_nothing(show, name):
    page = show(a_review(samples=[COPY]), fragment=f"#t=0.8&s=0&o={name}")

    assert page.locator(".target").count() == 1
    assert page.locator("#legend").is_hidden()
