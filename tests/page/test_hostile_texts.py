"""Corpus, prompts, samples and run facts that try to become code: all are shown, none is run."""

import pytest

from tests.page.reviews import RUN, a_review, a_sample

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


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_shown_and_nothing_of_it_runs(show, text):
    review = a_review(
        text + " and the rest",
        samples=[a_sample(text, prompt=text)],
        changes=[text],
        encodings=[text],
        preview=text,
        layers=[{"name": text, "type": text, "output_shape": [text], "parameters": 1}],
        hyperparameters={"sequence_length": 10, "dropout": 0.1, text: text},
    )
    page = show(review, hostile_run(text))

    assert as_read(page, ".sample .text") == as_written(text + text[:6000])
    assert as_read(page, ".command code") == as_written(text)
    page.fill("#search", text[:50])
    page.wait_for_timeout(200)
    assert page.evaluate("() => window.__pwned") is None
    assert page.locator("iframe, img, base, form, math, main style:not(.curve style), main script").count() == 0
    assert page.locator("script").count() == 3


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


CONTROLS = "\0\x07\x1b\x7f\x85\x9b\u061c\u200f\u2028\u2029\u202e\u2066\ufeff\ud800\udfff"


def test_a_usual_page_breaks_no_rule_of_its_policy(show):
    page = show(a_review(), RUN)
    page.evaluate("() => new Promise((done) => setTimeout(done, 300))")

    assert page.locator("meta[http-equiv='Content-Security-Policy']").count() == 1
    assert page.locator(".sample").count() == 1


def test_the_policy_stops_a_script_that_comes_in_after_all(browser, tmp_path):
    from tasks.page.rendering import render

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
