"""Corpus, prompts, samples and run facts that try to become code: all are shown, none is run."""

import pytest

from tasks.page.comparison import compare
from tasks.page.comparison_page import comparison_html, comparison_page
from tasks.page.index import index_page
from tasks.page.rendering import render, with_run
from tests.page.reviews import RUN, a_record, a_review, a_sample, an_entry

HOSTILE = [
    "<script>window.__pwned=1</script>",
    "</script><script>window.__pwned=1</script>",
    "</SCRIPT ><script>window.__pwned=1</script>",
    "<!--<script>window.__pwned=1</script>",
    "--><script>window.__pwned=1</script><!--",
    "<img src=x onerror=window.__pwned=1>",
    '"><img src=https://example.org/x onerror="window.__pwned=1">',
    "' autofocus onfocus='window.__pwned=1",
    "<svg onload=window.__pwned=1>",
    "<svg><script>window.__pwned=1</script></svg>",
    "<iframe srcdoc='<script>parent.__pwned=1</script>'></iframe>",
    "<iframe src=javascript:parent.__pwned=1></iframe>",
    "<a href=javascript:window.__pwned=1>click</a>",
    "javascript:window.__pwned=1",
    "data:text/html,<script>window.__pwned=1</script>",
    "<style>@import 'https://example.org/x.css';body{display:none}</style>",
    "</style></title></textarea></noscript><script>window.__pwned=1</script>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "<base href=https://example.org>",
    "<link rel=stylesheet href=https://example.org/x.css>",
    "<form action=https://example.org><button>go</button></form>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.__pwned=1>",
    "{{7*7}}{% for x in range(9) %}{{ x }}{% endfor %}{# #}",
    "${window.__pwned=1}`${alert(1)}`",
    "&lt;script&gt;alert(1)&lt;/script&gt;&#x3c;b&#x3e;",
    '\\u003c/script\\u003e\\"},{',
    "]]><![CDATA[<script>window.__pwned=1</script>]]>",
    "\u202edesrever\u2066 isolated \u200f\u061c",
    "\x1b[31mred\x1b]0;title\x07\x9b2J",
    "NUL \0 and DEL \x7f and BOM \ufeff and NEL \x85",
    "lone \ud800 and \udfff surrogates",
    "\u2028alert(1)\u2029alert(2)",
    "x" * 20_000,
    "A" + "\u0301" * 300,
    '<script type="application/json" id="run">{"command":"pwned"}</script>',
    "__proto__ constructor toString",
    "<script src=data:,window.__pwned=1></script>",
    "<object data='data:text/html,<script>parent.__pwned=1</script>'></object><embed src=x>",
    "<details open ontoggle=window.__pwned=1><summary>x</summary></details>",
    "<video><source onerror=window.__pwned=1></video><audio src=x onerror=window.__pwned=1>",
    "<body onload=window.__pwned=1><frameset onload=window.__pwned=1>",
    "<input autofocus onfocus=window.__pwned=1><select autofocus onfocus=window.__pwned=1>",
    "<template><script>window.__pwned=1</script></template><dialog open>x</dialog>",
    "</div><!-- since --><script>window.__pwned=1</script><div>",
    '<div id="since-body"><p>pwned</p></div><!-- since -->',
    "</del></ins></bdi></td></tr></table><script>window.__pwned=1</script>",
    "\x1b]8;;https://example.org\x07click\x1b]8;;\x07\x1b[?1049h\r\x08\x0b",
    "a\u202eb\u2066c\u2069d\u200b\u00ad\ufff9e",
    "+ADw-script+AD4-window.__pwned=1+ADw-/script+AD4-",
    "%3Cscript%3Ewindow.__pwned=1%3C/script%3E' OR 1=1; --",
]


def hostile_run(text):
    stage = dict.fromkeys(("name", "state", "why", "key", "output", "made_by"), text)
    return {
        **dict.fromkeys(("run", "started", "command", "flow_run"), text),
        "sources": [text],
        "versions": {text: text},
        "machine": {"__proto__": text},
        "stages": [{**stage, "seconds": 1}],
    }


MARKUP = "iframe, img, base, form:not([method=dialog]), math, object, video, main style:not(.curve style), main script"


@pytest.fixture(scope="module")
def watched(browser):
    """One page that goes from file to file, and what went wrong in it."""
    page, problems = browser.new_page(viewport={"width": 1440, "height": 900}), []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", lambda dialog: (problems.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on(
        "request",
        lambda request: problems.extend([] if request.url.startswith(("file:", "data:", "blob:")) else [request.url]),
    )
    yield page, problems
    page.close()


@pytest.fixture
def visit(watched, tmp_path):
    page, problems = watched
    problems.clear()

    def visited(html):
        (tmp_path / "page.html").write_text(html, encoding="utf-8", newline="")
        page.goto((tmp_path / "page.html").as_uri())
        return page

    yield visited
    assert page.evaluate("() => window.__pwned") is None
    assert page.locator(MARKUP).count() == 0
    assert problems == []


def full_review(text):
    spans = [{"start": 0, "end": min(30, len(text)), "offset": 0}]
    sample = a_sample(text, prompt=text, surprise=[place % 12 for place in range(len(text))])
    review = a_review(
        text + " and the rest",
        samples=[{**sample, "copied": spans, "loops": spans, "unknown_words": spans}],
        changes=[text],
        warnings=[text],
        preview=text,
        preview_prompt=text,
        layers=[{"name": text, "type": text, "output_shape": [text], "parameters": 1}],
        hyperparameters={"seq_length": 10, "dropout": 0.1, text: text},
    )
    return with_run(render(review), hostile_run(text), comparison_html(hostile_comparison(text)))


def hostile_comparison(text):
    before = a_record(text, text="a " + text, options={text: text}, corpus={"url": text, "sha256": text})
    return compare(before, a_record(text + "b", text=text + " b", bits=1.0, corpus={"url": text, "sha256": text}))


@pytest.mark.parametrize(
    "text",
    [pytest.param(text, marks=[pytest.mark.slow] if number % 6 else []) for number, text in enumerate(HOSTILE)],
    ids=range(len(HOSTILE)),
)
def test_a_hostile_text_is_shown_and_nothing_of_it_runs(visit, text):
    page = visit(full_review(text))

    assert as_read(page, ".sample .text") == as_written(text + text[:6000])
    assert as_read(page, ".opening .command code") == as_written(text)
    assert page.locator("script").count() == 3
    for name in ("surprise", "loops", "unknown", "copied"):
        page.check(f"input[name=overlay][value={name}]", force=True)
        assert as_read(page, ".sample .text") == as_written(text + text[:6000]), name
    page.locator(".sample .copied").first.dispatch_event("click")
    assert as_read(page, "#place-text").startswith(as_written(text[:30]))
    page.keyboard.press("Escape")
    page.evaluate("() => localStorage.clear()")
    page.locator(".judging button").first.dispatch_event("click")
    page.fill(".sample textarea", text[:200].encode("utf-8", "replace").decode())
    page.fill("#search", text[:50])
    page.press("#search", "Enter")


@pytest.mark.parametrize("text", HOSTILE[::5], ids=range(0, len(HOSTILE), 5))
def test_a_hostile_text_is_shown_in_a_comparison(visit, text):
    page = visit(comparison_page(hostile_comparison(text), {text: "runs/x/review.html"}))
    page.locator("details").evaluate_all("all => all.forEach((e) => { e.open = true; })")

    assert page.locator(".diffs li").count() == 4
    assert page.locator("script").count() == 1


def test_hostile_runs_are_listed_in_the_index(visit):
    page = visit(index_page([an_entry(text, corpus=text, preset=text) for text in HOSTILE]))
    page.click("text=corpus")

    assert page.locator("tbody tr").count() == len(HOSTILE)
    assert page.locator("script").count() == 1


def as_read(page, selector):
    """The text of an element, control characters by the code points that their labels give."""
    return page.locator(selector).evaluate(
        """(element) => {
            for (const control of element.querySelectorAll(".control")) control.textContent = `[${control.title}]`;
            return element.textContent;
        }"""
    )


def as_written(text):
    return "".join(f"[U+{ord(c):04X}]" if c in CONTROLS else c for c in text)


CONTROLS = (
    "\0\x07\x08\x0b\r\u00ad\u200b\u2069\ufff9\x1b\x7f\x85\x9b\u061c\u200f\u2028\u2029\u202e\u2066\ufeff\ud800\udfff"
)


def test_a_usual_page_breaks_no_rule_of_its_policy(show):
    page = show(a_review(), RUN)
    page.evaluate("() => new Promise((done) => setTimeout(done, 300))")

    assert page.locator("meta[http-equiv='Content-Security-Policy']").count() == 1
    assert page.locator(".sample").count() == 1


def test_the_policy_stops_a_script_that_comes_in_after_all(browser, tmp_path):
    page_text = render(a_review()).replace(
        "</main>", "<script>window.__pwned=1</script><img src=x onerror=__pwned=1></main>"
    )
    (tmp_path / "review.html").write_text(page_text, encoding="utf-8")
    page = browser.new_page()
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto((tmp_path / "review.html").as_uri())
    pwned = page.evaluate("() => window.__pwned")
    page.close()

    assert pwned is None
    assert any("Content Security Policy" in message for message in refused)
