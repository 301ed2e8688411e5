"""What really follows a prompt: beside its samples, or among them, for the reader to find it."""

import json

import pytest

from tasks.page.rendering import render
from tests.page.reviews import a_continuation, a_review, a_sample
from tests.page.test_hostile_texts import HOSTILE

PROMPTS = ["ROMEO:\n", "JULIET:\n", "NURSE:\n"]


def with_real(draws=1, **options):
    samples = [
        a_sample(f"said at {t}", t, index, prompt) for t in (0.5, 0.8) for prompt in PROMPTS for index in range(draws)
    ]
    real = [a_continuation(f"what {prompt[:-2]} said", prompt, bits=3.0) for prompt in PROMPTS[:2]]
    return a_review(samples=samples, continuations=real, **options)


def texts(page, row=0):
    return page.locator(".row").nth(row).locator(".text").all_inner_texts()


def exported(page):
    page.locator("#ratings").evaluate("e => { e.open = true; }")
    with page.expect_download() as waiting:
        page.click("#export")
    return json.loads(waiting.value.path().read_text(encoding="utf-8"))


def ask(page):
    page.keyboard.press("b")
    page.check("#guessing")


def test_the_real_text_is_the_last_column_of_the_rows_that_have_one(show):
    page = show(with_real())

    assert [words.split("\n")[-1] for words in texts(page)] == ["said at 0.5", "said at 0.8", "what ROMEO said"]
    assert len(texts(page, 2)) == 2
    assert page.locator("#heads .real").inner_text().split("\n") == ["real text", "how it went on"]
    real = page.locator(".sample.real").first
    assert "3.00 bits" in real.inner_text()
    assert real.locator(".judging").count() == 0
    assert page.locator("#found").inner_text() == "6 samples shown."


def test_samples_that_have_a_prompt_each_are_numbered_by_it(show):
    page = show(with_real())

    assert [words.split()[1] for words in page.locator(".row .meta:first-child").all_inner_texts()[::3]] == [
        "0",
        "1",
        "2",
    ]


def test_the_real_text_can_be_put_away_and_its_surprise_be_marked(show):
    page = show(with_real())
    page.check("input[value=surprise]", force=True)
    assert page.locator(".sample.real .level-1").first.inner_text() == "what ROMEO said"

    page.uncheck("#real", force=True)
    assert page.locator(".sample.real").count() == 0
    assert page.locator("#heads .real").count() == 0


def test_keys_rate_no_real_text_and_prompts_that_were_given_have_none(show):
    page = show(with_real())
    page.keyboard.press("j")
    page.locator(".sample.real").first.focus()
    page.keyboard.press("5")
    assert page.locator("#ratings-state").inner_text() == ""

    page = show(a_review())
    page.keyboard.press("b")
    assert page.locator("#real").count() == 0
    assert page.locator("#guessing").is_hidden()


def test_blind_the_real_text_is_hidden_until_it_is_asked_for_and_then_told_by_nothing(show):
    page = show(with_real(draws=2))
    page.keyboard.press("o")
    page.keyboard.press("b")
    assert "what" not in page.locator("#grid").inner_text()

    page.check("#guessing")
    assert page.locator(".row").count() == 2  # Each prompt is asked about once.
    assert len(texts(page)) == 3
    told = "(one) => [one.className, ...[...one.querySelectorAll('.meta, p')].map((part) => part.innerText)]"
    articles = page.locator(".row").first.locator("article").evaluate_all(f"(all) => all.map({told})")
    assert {tuple(one) for one in articles} == {("sample", "№ 0", "This one is real")}


def test_answers_are_scored_with_an_interval_kept_and_exported(show):
    page = show(with_real())
    ask(page)
    right = page.locator(".row").first.locator("article", has_text="what ROMEO said")
    right.get_by_role("button").click()
    wrong = page.locator(".row").nth(1).locator("article", has_text="said at 0.8")
    wrong.get_by_role("button").click()

    score = "Right 1 of 2: 50 % (95 % interval 9 to 91 %); by chance 33 %."
    assert page.locator("#guessed").inner_text() == score
    assert page.locator(".guessing.right").all_inner_texts() == ["real text, your answer", "real text"]
    page.reload()
    ask(page)
    assert page.locator("#guessed").inner_text() == score
    content = exported(page)
    assert content["guesses"] == [
        {"prompt": "ROMEO:\n", "right": True, "temperature": None, "index": 0, "seed": None, "among": 3},
        {"prompt": "JULIET:\n", "right": False, "temperature": 0.8, "index": 0, "seed": 1, "among": 3},
    ]
    assert content["which_is_real"]["interval"] == pytest.approx([0.0945, 0.9055], abs=1e-4)
    assert content["ratings"] == []


def test_hostile_real_texts_are_texts(show):
    real = [a_continuation(text, text) for text in HOSTILE]
    page = show(a_review(samples=[a_sample(prompt=text) for text in HOSTILE], continuations=real))
    assert page.locator(".sample.real").count() == min(20, len(HOSTILE))
    ask(page)

    assert page.locator(".guessing button").count() == 2 * min(20, len(HOSTILE))
    assert page.evaluate("() => window.__pwned") is None


def test_without_script_the_real_text_stands_below_its_sample():
    page = render(with_real())
    samples = page.split('<div id="grid">')[1].split("</section>")[0]

    assert samples.count("how the real text went on".capitalize()) == 2
    assert "what ROMEO said" in samples


def test_the_page_says_what_previews_go_on_from():
    assert "Once &lt;upon&gt;" in render(a_review(preview_prompt="Once <upon>"))
    assert "to go on from\na new line," in render(a_review())
