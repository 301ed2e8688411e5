"""Rating and commenting by keyboard and pointer, and the export that the `ratings` command reads."""

import json

from tasks.quality.ratings import read_ratings
from tests.page.reviews import a_review, a_sample


def four():
    return [a_sample(f"{t} {index}", t, index) for t in (0.5, 0.8) for index in range(2)]


def press(page, keys):
    for key in keys:
        page.keyboard.press(key)


def exported(page):
    page.locator("#ratings").evaluate("e => { e.open = true; }")
    with page.expect_download() as waiting:
        page.click("#export")
    return waiting.value.path()


def test_samples_are_walked_rated_and_commented_by_keyboard(show):
    page = show(a_review(samples=four()))
    press(page, "jj4jk5c")
    page.keyboard.type("quite 2 good j")
    press(page, ["Escape", "j", "1", "0"])
    (one,) = read_ratings([exported(page)])

    assert (one.temperature, one.index, one.text, one.stars) == (0.8, 0, "0.8 0", [5])
    assert one.ratings[0].comment == "quite 2 good j"
    assert page.evaluate("() => document.activeElement.id") == "export"


def test_the_walk_goes_on_over_pages(show):
    page = show(a_review(samples=[a_sample(f"s{index}", index=index) for index in range(21)]))
    press(page, "j" * 21)

    assert page.evaluate("() => document.activeElement.dataset.key") == "t=0.8&s=20"
    press(page, "jk")
    assert page.evaluate("() => document.activeElement.dataset.key") == "t=0.8&s=19"


def test_stars_and_comments_work_with_the_pointer_too(show):
    page = show(a_review(samples=four()))
    sample = page.locator("[data-key='t=0.5&s=1']")
    sample.get_by_role("radio", name="3 of 5").check(force=True)
    sample.get_by_role("button", name="Comment").click()
    sample.get_by_role("textbox").fill("fine")
    content = json.loads(exported(page).read_text(encoding="utf-8"))

    assert page.locator("#ratings-state").inner_text() == "1 rating, 1 comment."
    (rating,) = content.pop("ratings")
    assert rating == {
        "temperature": 0.5,
        "prompt": "ROMEO:\n",
        "seed": 1,
        "index": 1,
        "rating": 3,
        "blind": False,
        "comment": "fine",
        "text": "0.5 1",
    }
    assert content["format"] == "charflow ratings 1"
    assert (content["rater"], content["run"]) == (None, "nightly-1")


def test_a_rating_is_blind_if_the_temperatures_were_hidden_when_it_was_given(show):
    page = show(a_review(samples=[a_sample("one"), a_sample("two", index=1)]))
    press(page, "j4bj2b")
    rated = read_ratings([exported(page)])

    assert {one.stars[0]: one.ratings[0].blind for one in rated} == {4: False, 2: True}


def test_ratings_are_still_there_when_the_page_is_opened_again(show):
    page = show(a_review(samples=four()))
    press(page, "j4")
    page.click("#ratings summary")
    page.fill("#rater", "Ada")
    page.reload()
    page.click("#ratings summary")

    assert page.input_value("#rater") == "Ada"
    assert page.locator("[data-key='t=0.5&s=0'] input:checked").get_attribute("value") == "4"
    assert page.locator("#ratings-state").inner_text() == "1 rating, 0 comments."


def test_where_nothing_may_be_stored_ratings_last_as_long_as_the_page_and_it_says_so(browser, tmp_path):
    from tasks.page.rendering import render

    (tmp_path / "review.html").write_text(render(a_review(samples=four())), encoding="utf-8")
    (tmp_path / "frame.html").write_text(
        '<iframe sandbox="allow-scripts" src="review.html" width=1400 height=800></iframe>'
    )
    page = browser.new_page()
    page.goto((tmp_path / "frame.html").as_uri())
    frame = page.frame_locator("iframe")
    frame.locator("[data-key='t=0.8&s=0'] input[value='4']").check(force=True)

    assert "1 rating, 0 comments. This browser keeps nothing" in frame.locator("#ratings-state").inner_text()
    page.close()


def test_samples_are_found_by_their_rating(show):
    page = show(a_review(samples=[a_sample(f"s{index}", index=index) for index in range(3)]))
    press(page, "jj5j2")
    page.select_option("#sort", "rating")
    assert page.eval_on_selector_all(".sample", "all => all.map((one) => one.dataset.key.slice(-1))") == ["1", "2", "0"]

    page.click("#filters summary")
    page.select_option("#rated-filter", "best")
    assert page.locator(".sample").count() == 1


def test_blind_nothing_tells_the_temperature_and_the_columns_are_shuffled(show):
    page = show(
        a_review(samples=[a_sample(f"text {index} {t}"[:6], t, index) for t in (0.5, 0.8) for index in range(12)])
    )
    page.keyboard.press("b")
    order = page.eval_on_selector_all(".row", "all => all.map((row) => row.children[0].dataset.key.split('&')[0])")

    assert {*order} == {"t=0.5", "t=0.8"}
    assert page.locator("#heads").is_hidden()
    told = page.locator("#grid").inner_text()
    assert "0.5" not in told
    assert "bits" not in told
    assert page.locator("#grid a[href]").count() == 0


def test_the_keys_are_told_by_a_question_mark(show):
    page = show(a_review())
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    press(page, ["j", "Escape"])

    assert page.locator("#help").is_hidden()
    assert page.locator(".target").count() == 0
