"""Filters, order, regular expressions, several prompts, thousands of samples."""

import pytest

from tests.page.reviews import a_review, a_sample


def shown(page):
    return page.eval_on_selector_all(".sample", "all => all.map((one) => one.dataset.key)")


def varied():
    return [
        a_sample("plain", index=0, bits=1.0),
        a_sample("copied text", index=1, bits=2.0, copied=[(0, 6, 3)]),
        a_sample("loop loop loop", index=2, bits=3.0, loops=[(0, 14)]),
        a_sample("both both both", index=3, bits=4.0, loops=[(0, 14)], copied=[(0, 14, 0)], known_words=None),
    ]


def keys(*indexes):
    return [f"t=0.8&s={index}" for index in indexes]


@pytest.mark.parametrize(
    ("choices", "left"),
    [
        ({"copied-filter": "with"}, (1, 3)),
        ({"copied-filter": "without"}, (0, 2)),
        ({"copied-filter": "with", "looped-filter": "without"}, (1,)),
        ({"looped-filter": "with"}, (2, 3)),
        ({"rated-filter": "rated"}, ()),
        ({"rated-filter": "unrated"}, (0, 1, 2, 3)),
    ],
)
def test_samples_are_filtered(show, choices, left):
    page = show(a_review(samples=varied()))
    page.click("#filters summary")
    for name, value in choices.items():
        page.select_option(f"#{name}", value)

    assert shown(page) == keys(*left)
    assert page.locator("#filters-state").inner_text() == f"{len(choices)} set"
    page.click("#filters-clear")
    assert len(shown(page)) == 4


@pytest.mark.parametrize(
    ("bounds", "left"),
    [
        ({"least-bits_per_character": "1.5", "most-bits_per_character": "3"}, (1, 2)),
        ({"least-copied_share": "90"}, (3,)),
        ({"most-known_words": "100"}, (0, 1, 2)),
    ],
)
def test_samples_are_filtered_by_ranges_of_their_measures(show, bounds, left):
    page = show(a_review(samples=varied()))
    page.click("#filters summary")
    for name, value in bounds.items():
        page.fill(f"#{name}", value)
        page.keyboard.press("Tab")

    assert shown(page) == keys(*left)


def test_what_is_filtered_out_beside_what_stays_keeps_its_column(show):
    page = show(a_review(samples=[a_sample("a", 0.5), a_sample("b", 0.8, copied=[(0, 1, 0)])]))
    page.click("#filters summary")
    page.select_option("#copied-filter", "with")

    assert shown(page) == ["t=0.8&s=0"]
    assert page.locator(".row .out").inner_text() == "№ 0 is filtered out"
    assert page.locator("#found").inner_text() == "1 of 2 samples shown, with 1 filter."


@pytest.mark.parametrize(
    ("measure", "direction", "order"),
    [
        ("bits_per_character", "down", (3, 2, 1, 0)),
        ("bits_per_character", "up", (0, 1, 2, 3)),
        ("longest_copy", "down", (3, 1, 0, 2)),
        ("known_words", "up", (0, 1, 2, 3)),
        ("order", "down", (0, 1, 2, 3)),
    ],
)
def test_rows_are_sorted_by_any_measure_those_without_it_last(show, measure, direction, order):
    page = show(a_review(samples=varied()))
    page.select_option("#sort-direction", direction)
    page.select_option("#sort", measure)

    assert shown(page) == keys(*order)


def test_the_measure_that_rows_are_sorted_by_stands_beside_each_sample(show):
    page = show(a_review(samples=varied()))
    page.select_option("#sort", "longest_copy")

    assert "longest copy 14" in page.locator(".meta").first.inner_text()


def test_an_expression_that_takes_for_ever_is_stopped_and_told(show):
    page = show(a_review(samples=[a_sample("a" * 40 + "!")]))
    page.check("#regex")
    page.fill("#search", "(a+)+$")
    page.wait_for_selector("#found:has-text('takes too long')")
    assert len(shown(page)) == 1

    page.fill("#search", "a+!")
    page.wait_for_selector("#found:has-text('1 match in 1 sample.')")


@pytest.mark.slow
def test_an_expression_with_a_great_many_matches_is_cut(show):
    page = show(a_review(samples=[a_sample("ab" * 15_000)]))
    page.check("#regex")
    page.fill("#search", "[ab]")

    page.wait_for_selector("#found:has-text('20,000 matches in 1 sample.')")


def test_samples_of_several_prompts_are_told_apart(show):
    samples = [a_sample(f"{prompt}{index}", 0.8, index, prompt) for prompt in ("A", "B\n") for index in range(2)]
    page = show(a_review(samples=samples), fragment="#t=0.8&s=1&p=1")

    assert shown(page) == [f"t=0.8&s={index}&p={prompt}" for prompt in (0, 1) for index in (0, 1)]
    assert page.locator(".target").get_attribute("data-key") == "t=0.8&s=1&p=1"
    page.click("#filters summary")
    page.select_option("#prompt-filter", "1")
    assert shown(page) == ["t=0.8&s=0&p=1", "t=0.8&s=1&p=1"]
    assert page.locator("#prompt-filter option").all_inner_texts() == ["any", "A", "B↵"]


@pytest.mark.slow
def test_four_thousand_samples_are_drawn_a_page_at_a_time(show):
    temperatures = (0.2, 0.5, 0.8, 1.0)
    samples = [
        a_sample(f"sample {index} " + "word " * 100, t, index, bits=index / 100)
        for t in temperatures
        for index in range(1000)
    ]
    page = show(a_review(samples=samples))
    assert page.locator(".sample").count() == 80
    assert page.locator("#page-place").inner_text() == "1–20 of 1,000, page 1 of 50"

    page.click("#page-next")
    assert shown(page)[0] == "t=0.2&s=20"
    page.select_option("#sort", "bits_per_character")
    assert shown(page)[0] == "t=0.2&s=999"
    page.click("#overlays label:has([value=surprise])")
    page.fill("#search", "sample 749 ")
    page.wait_for_selector("#found:has-text('4 matches in 4 samples.')")
    assert len(shown(page)) == 4
