import dataclasses
import re

import pytest
from markdown_it import MarkdownIt

from tasks.page.markdown import code, escaped, fenced, markdown, with_run
from tests.page.reviews import RUN, a_review, a_sample
from tests.page.test_hostile_texts import HOSTILE

MORE = ["```\n# broken out", "~~~~\n`` ` ````", "@ada #12 https://example.org", "| a | b |\n|---|---|", "", "\n\n", "`"]


def html_of(text):
    return MarkdownIt("commonmark").enable("table").render(text)


def test_it_tells_verdict_losses_temperature_and_samples():
    said = with_run(markdown(a_review(samples=[a_sample(f"text {n} " * 99, index=n) for n in range(5)])), RUN)

    assert said.startswith("# The model predicts held-out text better than every floor: 12 % fewer bits than bzip2.\n")
    assert "| uniform | 6.000 | 4.159 |" in said
    assert "| **this model** | 2.100 | 1.456 |" in said
    assert "Recommended temperature: **0.8**. The only one sampled; by 5 samples no fault is clear" in said
    assert re.findall(r"text\nROMEO:\ntext (\d)", said) == ["0", "1", "2"]
    assert f"```sh\n{RUN['command']}\n```" in said
    assert "Run `nightly-1`, of `https://example.org/corpus.txt`." in said
    assert max(map(len, said.splitlines())) < 500


def test_it_tells_the_loss_at_the_end_and_warnings():
    measured = {"test_characters": 1234, "test_bits_per_character": 2.15, "test_standard_error_bits": 0.0321}
    said = markdown(a_review(warnings=["the held-out text is `short`"], **measured))

    assert "it needs 2.15, with a standard error of 0.032.\n\nBut the held-out text is \\`short\\`.\n" in said


def test_of_bytes_it_speaks_of_bytes():
    review = a_review()
    said = markdown(dataclasses.replace(review, vocabulary=dataclasses.replace(review.vocabulary, level="byte")))

    assert "bits per byte" in said
    assert "character" not in said


@pytest.mark.parametrize("text", [*HOSTILE, *MORE], ids=range(len(HOSTILE + MORE)))
def test_a_hostile_text_stays_in_its_code(text):
    samples = [a_sample(text, prompt=text)]
    usual = with_run(markdown(a_review("plain", [a_sample("plain", prompt="plain")])), {**RUN, "command": "plain"})
    said = with_run(markdown(a_review(text or "x", samples)), {**RUN, "run": text, "sources": [text], "command": text})
    said.encode()

    assert [c for c in said if not c.isprintable() and c not in "\n\t"] == []
    assert re.findall("<[^>]+>", html_of(said)) == re.findall("<[^>]+>", html_of(usual))


def test_what_is_written_out_can_be_read_again():
    assert html_of(escaped(r"a*b* <c> [d](e) \\ `f` #g|h")).strip() == "<p>a*b* &lt;c&gt; [d](e) \\\\ `f` #g|h</p>"
    assert html_of(code("a `` b")).strip() == "<p><code>a `` b</code></p>"
    assert html_of(fenced("a\n````\nb")) == '<pre><code class="language-text">a\n````\nb\n</code></pre>\n'
