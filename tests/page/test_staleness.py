import dataclasses

from tasks.page.comparison import compare, headline, stale
from tasks.page.comparison_page import comparison_html
from tasks.page.index import index_page
from tasks.page.staleness import staleness
from tests.page.reviews import RUN, a_record, a_review, an_entry

STALE = {"since": "2030-01-01T02:30:04+00:00", "why": "the server answered 503 <b>"}
CORPUS = {"url": "http://a", "sources": [{"url": "http://a", "stale": STALE}, {"url": "http://b"}]}
SAID = "The corpus is stale: http://a is as it was fetched at 2030-01-01T02:30:04+00:00; the server answered 503 <b>"


def test_each_source_that_is_stale_gets_a_sentence():
    assert staleness(CORPUS) == [SAID]
    assert staleness({"url": "http://a"}) == []


def test_the_page_says_at_its_top_that_its_corpus_is_stale(show):
    page = show(a_review(), {**RUN, "corpus": CORPUS})

    assert page.locator("#stale").inner_text() == SAID
    assert page.locator("#stale").bounding_box()["y"] < page.locator(".lead").bounding_box()["y"]


def test_the_page_of_a_corpus_that_is_not_stale_has_no_such_note(show):
    assert not show(a_review()).locator("#stale").is_visible()


def test_the_index_marks_the_run_that_is_stale(show):
    page = show(index_page([an_entry("old")._replace(stale_since=STALE["since"]), an_entry("new")]))

    marked = [row for row in page.locator("tbody tr").all_inner_texts() if "stale: of 2030-01-01 02:30" in row]
    assert [row.split()[0] for row in marked] == ["old"]


def test_a_comparison_says_which_of_the_two_is_stale():
    before, after = a_record("one"), a_record("two")
    after = dataclasses.replace(after, run={**after.run, "corpus": {**after.run["corpus"], **CORPUS}})
    compared = compare(before, after)

    assert stale(compared) == [f"two: {SAID}"]
    assert "two: The corpus is stale: http://a" in comparison_html(compared)
    assert headline(compared)
