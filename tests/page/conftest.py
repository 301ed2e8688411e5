import os
import shutil

import pytest

from tasks.page.rendering import render, with_run
from tests.page.reviews import RUN

CHROMIUM = shutil.which("chromium")
USUAL = {"width": 1440, "height": 900}


@pytest.fixture(scope="package")
def browser():
    if not CHROMIUM and not os.environ.get("CI"):
        pytest.skip("there is no Chromium here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def tab(browser):
    """A page that tests have one after the other: a new one for each costs more than most tests."""
    page, said = _watched(browser.new_context(viewport=USUAL))
    yield page, said
    page.context.close()


@pytest.fixture
def show(browser, tab, tmp_path):
    """Open a review in the browser; whatever goes wrong in the page afterwards fails the test."""
    path, opened_pages = tmp_path / "review.html", []

    def opened(review, run=RUN, fragment="", since="", **options):
        """Open a review, or HTML that is whole already; by options of the browser in a page of its own."""
        html = review if isinstance(review, str) else with_run(render(review), run, since)
        path.write_text(html, encoding="utf-8", newline="")
        is_usual = not options and tab not in opened_pages
        page, said = tab if is_usual else _watched(browser.new_context(**{"viewport": USUAL, **options}))
        said.clear()
        opened_pages.append((page, said))
        page.goto(path.as_uri() + fragment)
        return page

    yield opened
    for page, _ in opened_pages:
        if page is tab[0]:
            page.evaluate("() => localStorage.clear()")
            page.goto("about:blank")
        else:
            page.context.close()
    usual = tuple(f"request {start}" for start in (path.as_uri(), "data:", "blob:", "about:blank"))
    assert [text for _, said in opened_pages for text in said if not text.startswith(usual)] == []


def _watched(context):
    """A new page, and the list of what it asks for and what goes wrong in it."""
    context.set_default_timeout(120_000)  # a machine may have much else to do
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: said.append(f"request {request.url}"))
    return page, said
