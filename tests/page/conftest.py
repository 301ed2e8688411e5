import os
import shutil

import pytest

from tasks.page.rendering import render, with_run
from tests.page.reviews import RUN

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="package")
def browser():
    if not CHROMIUM and not os.environ.get("CI"):
        pytest.skip("there is no Chromium here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def show(browser, tmp_path):
    """Open a review in the browser; whatever goes wrong in the page afterwards fails the test."""
    contexts, problems = [], []

    def opened(review, run=RUN, fragment="", since="", **options):
        """Open a review, or HTML that is whole already."""
        path = tmp_path / "review.html"
        html = review if isinstance(review, str) else with_run(render(review), run, since)
        path.write_text(html, encoding="utf-8", newline="")
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        contexts.append(context)
        context.set_default_timeout(120_000)  # a machine may have much else to do
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: (problems.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: problems.extend(_unwanted(request.url, path)))
        page.goto(path.as_uri() + fragment)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def _unwanted(url, path):
    return [] if url.startswith((path.as_uri(), "data:", "blob:")) else [f"request {url}"]
