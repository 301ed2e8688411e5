from tasks.page.index import index_page
from tests.page.reviews import an_entry


def names(page):
    return page.locator("tbody th").all_inner_texts()


def runs():
    return [
        an_entry("one", "2030-01-01T00:00:00+00:00", bits=2.5),
        an_entry("two", "2030-01-02T00:00:00+00:00", bits=10.0, temperature=None),
        an_entry("three", "2030-01-03T00:00:00+00:00", bits=1.5, temperature=0.5),
    ]


def test_runs_stand_from_new_to_old_and_lead_to_their_pages(show):
    page = show(index_page(runs()))

    assert names(page) == ["three", "two", "one"]
    assert page.locator("tbody a").first.get_attribute("href") == "runs/three/review.html"


def test_every_column_sorts_numbers_as_numbers_and_missing_ones_last(show):
    page = show(index_page(runs()))
    page.click("text=bits per character")
    assert names(page) == ["two", "one", "three"]
    page.click("text=bits per character")
    assert names(page) == ["three", "one", "two"]
    assert page.locator("th[aria-sort]").all_inner_texts() == ["bits per character"]
    page.click("text=recommended temperature")
    assert names(page)[-1] == "two"


def test_a_hundred_runs_do_not_make_a_phone_scroll_sideways(show):
    page = show(
        index_page([an_entry(f"run-{n}", corpus="x" * 300) for n in range(100)]), viewport={"width": 400, "height": 800}
    )

    assert page.evaluate("() => document.documentElement.scrollWidth") == 400
