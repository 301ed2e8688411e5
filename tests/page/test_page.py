"""The page in a real browser: `page.js` and `page.css` at work."""

import json
import re

import pytest

from tests.page.reviews import CORPUS, RUN, a_review, a_sample

TEMPERATURES = (0.2, 0.5, 0.8, 1.0)


def several(count=3, length=40):
    return [
        a_sample(f"sample {index} at {t}: " + "word " * (length // 5), t, index, bits=2 * t)
        for t in TEMPERATURES
        for index in range(count)
    ]


def shown(page):
    return page.eval_on_selector_all(".sample", "all => all.map((one) => one.dataset.key)")


def search(page, query):
    page.eval_on_selector("#found", "place => { place.textContent = 'searching'; }")
    page.fill("#search", query)
    page.wait_for_selector("#found:not(:has-text('searching'))")


def test_the_samples_stand_in_columns_with_the_same_index_in_a_row(show):
    page = show(a_review(samples=several()))

    assert page.locator(".row").count() == 3
    assert shown(page)[:5] == ["t=0.2&s=0", "t=0.5&s=0", "t=0.8&s=0", "t=1&s=0", "t=0.2&s=1"]
    tops = page.eval_on_selector_all(".row:first-child .sample", "all => all.map((e) => e.getBoundingClientRect().top)")
    assert len(set(tops)) == 1
    assert [head.split()[1] for head in page.locator("#heads div").all_inner_texts()] == ["0.2", "0.5", "0.8", "1.0"]


def test_the_heads_stay_in_sight_above_their_columns(show):
    page = show(a_review(samples=several(count=12, length=900)))
    page.locator(".row").nth(8).scroll_into_view_if_needed()

    assert page.locator("#heads").bounding_box()["y"] == 0
    lefts = [
        page.eval_on_selector_all(f"{place} > *", "all => all.map((e) => Math.round(e.getBoundingClientRect().left))")
        for place in ("#heads", ".row:first-child")
    ]
    assert lefts[0] == lefts[1]


def test_the_prompt_stands_apart_from_the_text(show):
    page = show(a_review(samples=[a_sample("text", prompt="\n")]))

    assert page.locator(".sample .prompt").text_content() == "↵\n"
    assert page.locator(".sample .text").text_content() == "↵\ntext"
    colours = [page.locator(s).evaluate("e => getComputedStyle(e).color") for s in (".sample .prompt", ".sample .text")]
    assert colours[0] != colours[1]


def test_each_sample_has_its_own_bits_per_character(show):
    page = show(a_review(samples=[a_sample(bits=1.25), a_sample(index=1, bits=3.5)]))

    assert [re.search(r"[\d.]+ bits", text)[0] for text in page.locator(".meta").all_inner_texts()] == [
        "1.25 bits",
        "3.50 bits",
    ]


def test_temperatures_are_chosen(show):
    page = show(a_review(samples=several()))
    for t in (0.2, 0.5, 0.8):
        page.uncheck(f"#temperatures input[value='{t}']")

    assert shown(page) == ["t=1&s=0", "t=1&s=1", "t=1&s=2"]
    assert page.locator("#found").inner_text() == "3 of 12 samples shown, at 1 of 4 temperatures."
    page.uncheck("#temperatures input[value='1']")
    assert "Choose a temperature" in page.locator("#grid").inner_text()


@pytest.mark.parametrize(
    ("query", "regex", "case", "said"),
    [
        ("brown", False, False, "2 matches in 2 samples."),
        ("Brown", False, True, "1 match in 1 sample."),
        ("b..wn", False, False, "0 matches in 0 samples."),
        ("b..wn", True, False, "2 matches in 2 samples."),
        (r"^fox$", True, False, "0 matches in 0 samples."),
        ("x*", True, False, "1 match in 1 sample."),
        ("(a+)", False, False, "1 match in 1 sample."),
    ],
)
def test_search_finds_and_counts(show, query, regex, case, said):
    page = show(a_review(samples=[a_sample("a brown fox"), a_sample("Brown (a+) b", index=1), a_sample("no", index=2)]))
    page.set_checked("#regex", regex)
    page.set_checked("#case", case)
    search(page, query)

    assert page.locator("#found").inner_text() == said


def test_search_marks_what_it_finds_and_hides_rows_without(show):
    page = show(a_review(samples=[a_sample("one \x1b two one"), a_sample("three", index=1)]))
    search(page, "one")

    assert page.locator(".sample mark").all_inner_texts() == ["one", "one"]
    assert shown(page) == ["t=0.8&s=0"]
    search(page, "")
    assert len(shown(page)) == 2


def test_a_wrong_regular_expression_is_told_and_hides_nothing(show):
    page = show(a_review(samples=several()))
    page.check("#regex")
    search(page, "(")

    assert page.locator("#found").inner_text().startswith("Not a regular expression:")
    assert page.locator("#search").get_attribute("aria-invalid") == "true"
    assert len(shown(page)) == 12


def test_enter_goes_from_match_to_match_and_over_pages(show):
    page = show(a_review(samples=[a_sample("needle" if i in (1, 50) else "needle needle", index=i) for i in range(60)]))
    search(page, "needle")
    page.press("#search", "Enter")
    assert page.locator("#found").inner_text().startswith("Match 1 of 118")
    page.press("#search", "Shift+Enter")

    assert page.locator("#found").inner_text().startswith("Match 118 of 118")
    assert page.locator("mark.current").count() == 1
    assert "t=0.8&s=59" in shown(page)


def test_the_slash_key_leads_to_the_search(show):
    page = show(a_review())
    page.keyboard.press("/")

    assert page.evaluate("() => document.activeElement.id") == "search"


@pytest.mark.parametrize("fragment", ["#t=1&s=45", "#t=1.0&s=45"])
def test_a_permalink_leads_to_its_sample(show, fragment):
    page = show(a_review(samples=several(count=60)), fragment=fragment)
    target = page.locator(".sample.target")

    assert target.get_attribute("data-key") == "t=1&s=45"
    assert 0 < target.bounding_box()["y"] < 900
    assert page.evaluate("() => document.activeElement.dataset.key") == "t=1&s=45"


def test_a_permalink_shows_a_temperature_that_was_not_shown(show):
    page = show(a_review(samples=several()))
    page.uncheck("#temperatures input[value='0.5']")
    page.evaluate("() => { location.hash = '#t=0.5&s=2'; }")

    page.wait_for_selector(".target[data-key='t=0.5&s=2']")


def test_the_number_of_a_sample_is_its_permalink(show):
    page = show(a_review(samples=several()))
    page.click("text=№ 1 >> nth=2")

    assert page.evaluate("() => location.hash") == "#t=0.8&s=1"
    assert page.locator(".target").get_attribute("data-key") == "t=0.8&s=1"


def test_a_permalink_to_nothing_says_so(show):
    page = show(a_review(), fragment="#t=0.8&s=99")

    assert page.locator("#found").inner_text() == "There is no sample 99 at temperature 0.8."


def test_a_sample_is_copied_as_it_is(show):
    page = show(a_review(samples=[a_sample("a\x1bb\u202ec")]), permissions=["clipboard-read", "clipboard-write"])
    page.click(".sample .copy")

    page.wait_for_selector("text=Copied")
    assert page.evaluate("() => navigator.clipboard.readText()") == "ROMEO:\na\x1bb\u202ec"


def test_the_command_is_copied(show):
    page = show(a_review(), permissions=["clipboard-read", "clipboard-write"])
    page.click("#copy-command")

    page.wait_for_selector("text=Copied")
    assert page.evaluate("() => navigator.clipboard.readText()") == RUN["command"]


def downloaded(page, button):
    with page.expect_download() as waiting:
        page.click(button)
    return waiting.value.suggested_filename, waiting.value.path().read_text(encoding="utf-8")


def test_what_is_chosen_is_downloaded_as_json_lines(show):
    samples = several()
    page = show(a_review(samples=samples))
    page.uncheck("#temperatures input[value='0.2']")
    search(page, "sample 1")
    name, content = downloaded(page, "#download-jsonl")

    assert name == "samples.jsonl"
    rows = [json.loads(line) for line in content.splitlines()]
    expected = [sample for sample in samples if sample["index"] == 1 and sample["temperature"] != 0.2]
    names = ("temperature", "prompt", "seed", "index", "text", "bits_per_character", "known_words")
    assert [[row[name] for name in names] for row in rows] == [[row[name] for name in names] for row in expected]
    assert rows[0]["log_probability"] == pytest.approx(expected[0]["log_probability"], abs=1e-3)


def test_what_is_chosen_is_downloaded_as_text(show):
    page = show(a_review(samples=[a_sample("</script>é"), a_sample("second", index=1)]))
    name, content = downloaded(page, "#download-txt")

    assert name == "samples.txt"
    assert content == (
        "===== temperature 0.8, sample 0 =====\nROMEO:\n</script>é\n\n"
        "===== temperature 0.8, sample 1 =====\nROMEO:\nsecond\n\n"
    )


@pytest.mark.parametrize(("system", "other"), [("light", "dark"), ("dark", "light")])
def test_the_theme_follows_the_system_until_it_is_toggled_and_is_remembered(show, system, other):
    page = show(a_review(), color_scheme=system)
    background = "() => getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(background)
    assert page.locator("#theme").inner_text() == f"{other.capitalize()} theme"
    page.click("#theme")
    after = page.evaluate(background)
    assert page.locator("#theme").inner_text() == f"{system.capitalize()} theme"
    page.reload()

    assert before != after
    assert page.evaluate(background) == after
    assert page.evaluate("() => document.documentElement.dataset.theme") == other


def test_a_very_long_sample_is_folded_until_asked_for(show):
    page = show(a_review(samples=[a_sample("x" * 50_000)]))
    assert len(page.locator(".sample .text").text_content()) < 10_000

    page.click("text=Show all 50,000 characters")

    assert len(page.locator(".sample .text").text_content()) == 50_000 + len("ROMEO:\n")


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_makes_the_page_scroll_sideways(show, width):
    samples = [*several(), a_sample("x" * 3000, 0.2, 3), a_sample("中" * 3000, 0.5, 3)]
    run = {**RUN, "command": "y" * 900, "sources": ["z" * 900]}
    page = show(a_review("W" * 300 + CORPUS, samples=samples), run, viewport={"width": width, "height": 844})
    for box in page.locator("#temperatures input").all():
        box.check(force=True)

    assert page.evaluate("() => document.documentElement.scrollWidth") == width


def test_on_a_phone_the_temperature_closest_to_real_text_is_shown_and_others_are_stacked(show):
    page = show(a_review(samples=several()), viewport={"width": 390, "height": 844})
    assert shown(page) == ["t=1&s=0", "t=1&s=1", "t=1&s=2"]

    page.check("#temperatures input[value='0.5']", force=True)

    assert page.locator("#heads").is_hidden()
    assert page.locator(".meta .temperature").all_inner_texts()[:2] == ["0.5", "1.0"]


def test_previews_are_stepped_through_from_before_any_training(show):
    page = show(a_review())
    assert page.locator("#preview-when").inner_text() == "Before any training"
    page.focus("#preview-range")
    page.keyboard.press("ArrowRight")

    assert page.locator("#preview-when").inner_text() == "Step 20, 2.40 bits per character on held-out text"
    assert page.locator("#preview-text").inner_text() == "Thou …"
    page.click("#previews summary")
    page.wait_for_selector("#preview-list li")
    assert page.locator("#preview-list li").count() == 2


def test_previews_play_to_the_end(show):
    page = show(a_review())
    page.click("#play")
    page.wait_for_selector("#preview-when:has-text('Step 20')")

    assert page.locator("#play").inner_text() == "Play"


def test_the_run_tells_its_command_stages_and_versions(show):
    page = show(a_review())
    text = page.locator("#run-body").inner_text()

    assert page.locator(".opening .command code").inner_text() == RUN["command"]
    assert page.locator(".opening .command .word").all_inner_texts() == RUN["command"].split()
    for said in ("train", "cached", "all ingredients unchanged", "nightly-0", "python 3.11.9", "0.3"):
        assert said in text, said
    assert "nightly-1" in page.locator("#source").inner_text()


def test_the_opening_tells_where_all_came_from(show):
    page = show(a_review())
    told = page.locator("#provenance").inner_text()

    for said in ("1, seed 1", "5891b5b522d5df08", "all 1 reused from earlier runs"):
        assert said in told, said


def test_a_corpus_of_the_web_is_a_way_there_and_nothing_else_is(show):
    page = show(a_review(), {**RUN, "sources": ["https://example.org/a.txt", "javascript:alert(1)", "/a/file.txt"]})

    assert page.locator("#source a").evaluate_all("all => all.map((a) => a.href)") == ["https://example.org/a.txt"]
    assert "javascript:alert(1) · /a/file.txt · 2030-01-02 · nightly-1" in page.locator("#source").inner_text()


def test_what_changed_since_the_run_before_is_shown_where_there_was_one(show):
    assert show(a_review()).locator("#since").is_hidden()
    page = show(a_review(), since="<p>It got better.</p>")

    assert "It got better." in page.locator("#since").inner_text()
    assert page.locator("#since-link").is_visible()


def test_a_page_without_a_run_says_so(show):
    assert "belongs to no run yet" in show(a_review(), None).locator("#run-body").inner_text()


def test_the_window_stands_beside_its_target_shifted_by_one(show):
    page = show(a_review())

    assert page.locator("#window-input").inner_text() == "First Citi"
    assert page.locator("#window-target").inner_text() == "irst Citiz"


def test_the_first_characters_stand_over_their_ids(show):
    page = show(a_review("banana"))

    assert page.locator("#first-ids li").all_inner_texts() == ["b\n1", "a\n0", "n\n2", "a\n0", "n\n2", "a\n0"]


@pytest.mark.parametrize(
    ("query", "found"),
    [("a", "a"), ("U+0042", "B"), ("colon", ":"), ("LINE FEED", "↵"), ("1", "␣"), (" ", "␣")],
)
def test_a_character_is_found_in_the_vocabulary(show, query, found):
    page = show(a_review())
    page.fill("#vocabulary-search", query)

    assert found in page.locator("#vocabulary td:nth-child(2)").all_inner_texts()
    assert page.locator("#vocabulary tr").count() <= 2


def test_a_long_vocabulary_is_unfolded_on_demand(show):
    page = show(a_review("".join(map(chr, range(0x4E00, 0x4E00 + 200)))))
    folded = page.locator("#vocabulary tr").count()
    page.click("#vocabulary-more")

    assert folded < 50
    assert page.locator("#vocabulary tr").count() == 200
    assert page.locator("#vocabulary-more").is_hidden()


def test_every_control_can_be_reached_by_keyboard_and_has_a_name(show):
    page = show(a_review(samples=several()))
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, a[href]")]
            .filter((e) => e.offsetParent && !(e.ariaLabel || e.textContent.trim() || e.labels?.length))
            .map((e) => e.outerHTML)"""
    )

    assert unnamed == []
    assert page.locator("[tabindex]:not([tabindex='0']):not([tabindex='-1'])").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(show, scheme):
    page = show(a_review(samples=several()), color_scheme=scheme)
    contrast = page.evaluate(CONTRAST)

    assert contrast
    assert min(contrast.values()) >= 4.5, contrast


# WCAG 2.2, "contrast ratio"; colours come back from the canvas as plain sRGB.
CONTRAST = """() => {
    const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const luminance = (name) => {
        context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name);
        const probe = document.body.appendChild(document.createElement("i"));
        probe.style.color = `var(${name})`;
        context.fillStyle = getComputedStyle(probe).color;
        probe.remove();
        context.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((value) => value / 255)
            .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const found = {};
    for (const ink of ["--ink", "--muted", "--accent"]) {
        for (const paper of ["--paper", "--raised"]) found[ink + paper] = ratio(luminance(ink), luminance(paper));
    }
    found["--ink--glow"] = ratio(luminance("--ink"), luminance("--glow"));
    return found;
}"""


def test_without_script_the_page_reads_well_and_shows_nothing_that_needs_one(show):
    page = show(a_review(samples=several()), java_script_enabled=False, viewport={"width": 400, "height": 800})

    assert page.locator("#grid .sample:visible").count() == 3
    assert page.locator("#origin p, .eyebrow:visible").first.inner_text().endswith("· 2030-01-02 · nightly-1")
    assert page.locator("#first-characters").inner_text().startswith("First Citizen:")
    assert page.locator("button:visible, input:visible, select:visible, summary:visible").count() == 0
    assert page.evaluate("() => document.documentElement.scrollWidth") == 400


def test_a_printed_page_is_ink_on_paper_without_controls(show):
    page = show(a_review(samples=several()), color_scheme="dark")
    page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
    page.emulate_media(media="print", color_scheme="dark")

    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(252, 250, 246)"
    assert page.locator("#samples :is(button, input, select):visible").count() == 0
    assert page.locator("#grid .sample:visible").count() == 12
