"""axe-core's rules on every page, in both themes: no violations."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tasks.page.comparison import compare
from tasks.page.comparison_page import comparison_html, comparison_page
from tasks.page.index import index_page
from tasks.page.rendering import render, with_run
from tasks.page.sampling_page import Sampled, sampling_page
from tests.page.reviews import CORPUS, RUN, a_continuation, a_record, a_review, a_sample, an_entry

SCHEMES = pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])


@pytest.fixture
def opened(browser, tmp_path):
    """Open HTML in a theme, without its policy: axe is a script of its own, which the policy would stop."""
    contexts = []

    def opened(html, scheme, width=1280):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8", newline="")
        context = browser.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.goto(path.as_uri())
        for details in page.locator("details").all():
            details.evaluate("e => { e.open = true; }")
        return page

    yield opened
    for context in contexts:
        context.close()


def violations(page, context=None):
    found = Axe().run(page, context=context).response["violations"]
    return [(one["id"], node["html"], node["failureSummary"]) for one in found for node in one["nodes"]]


def full_review():
    samples = [
        a_sample(CORPUS, t, index, surprise=[place % 14 for place in range(len(CORPUS))])
        | {"copied": [{"start": 0, "end": 20, "offset": 0}], "loops": [{"start": 22, "end": 40}]}
        | {"unknown_words": [{"start": 41, "end": 50}]}
        for t in (0.5, 0.8)
        for index in range(2)
    ]
    since = comparison_html(compare(a_record("one", bits=2.2), a_record("two", text="other")))
    return with_run(render(a_review(samples=samples, continuations=[a_continuation()])), RUN, since)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), pytest.param("dark", 400, marks=pytest.mark.slow)])
def test_the_review_page(opened, scheme, width):
    page = opened(full_review(), scheme, width)
    for key in ("j", "4", "c"):
        page.keyboard.press(key)
    page.fill("#search", "proceed")
    page.wait_for_selector(".sample mark")

    assert violations(page) == []
    page.fill("#search", "")
    page.check("#blind")
    page.check("#guessing")
    page.click(".guessing button >> nth=0")
    assert violations(page, "#samples") == []


@SCHEMES
def test_every_kind_of_mark_and_the_place_in_the_corpus(opened, scheme):
    page = opened(full_review(), scheme)
    for name in ("surprise", "loops", "unknown", "copied"):
        page.click(f"#overlays label:has([value={name}])")
        assert violations(page, "#samples") == [], name
    page.locator(".sample .copied").first.click()

    assert violations(page, "#place") == []


@SCHEMES
def test_the_comparison_page(opened, scheme):
    html = comparison_page(compare(a_record("one"), a_record("two", bits=1.9, text="other")), {"two": "two.html"})

    assert violations(opened(html, scheme)) == []


@SCHEMES
def test_the_index(opened, scheme):
    html = index_page([an_entry("one"), an_entry("two", temperature=None)])

    assert violations(opened(html, scheme)) == []


@SCHEMES
def test_the_page_to_sample(opened, scheme):
    html = sampling_page(Sampled("one", "/runs/one/review.html", "/sample/one", 0.8))

    assert violations(opened(html, scheme, 400)) == []
