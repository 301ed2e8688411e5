import re
from dataclasses import replace

import pytest

from flows.cli.commands.why import report, why
from flows.errors import UsageError
from tasks.caching import Store
from tests.flows.cli.commands.stages import run, run_from


@pytest.fixture
def store(tmp_path):
    run(tmp_path, "first", count=1)
    run(tmp_path, "second", count=2)
    run(tmp_path, "third", count=2, mark="?")
    return tmp_path


def lines(capsys):
    return capsys.readouterr().out.splitlines()


def test_it_tells_the_ingredients_old_and_new_of_the_newest_result_and_the_one_before(store, capsys):
    why("letters", store=store)

    old, new, _, *differing = lines(capsys)
    assert "made by run first" in old
    assert "made by run second" in new
    assert differing == ["count 1 → 2", "files that differ: letters"]


def test_it_tells_them_of_any_two_runs(store, capsys):
    why("letters", "third", "first", store=store)
    assert "count 2 → 1" in lines(capsys)

    why("letters", "first", "latest", store=store)
    assert "count 1 → 2" in lines(capsys)


def test_a_changed_input_is_named(store, capsys):
    why("marked[!]", "first", "second", store=store)

    assert any(line.startswith("input text ") for line in lines(capsys))


def test_another_corpus_is_said_before_all_that_differs(tmp_path, capsys):
    run_from(tmp_path, "one", "a.txt", "aaa")
    run_from(tmp_path, "two", "b.txt", "bbb")
    run_from(tmp_path, "three", "b.txt", "ccc")

    why("marked[!]", "one", "two", store=tmp_path)
    assert lines(capsys)[0] == "another corpus: a.txt → b.txt"

    why("marked[!]", "two", "three", store=tmp_path)
    assert lines(capsys)[0] == "another corpus: other bytes from b.txt"


def test_of_one_corpus_no_other_is_spoken_of(tmp_path, capsys):
    run_from(tmp_path, "one", "a.txt", "aaa")
    run(tmp_path, "two", count=1)
    run(tmp_path, "three", count=2)

    why("marked[!]", "two", "three", store=tmp_path)

    assert "corpus" not in capsys.readouterr().out


def test_of_many_sources_and_files_the_line_says_how_many_there_are(store):
    new, old = Store(store).manifests.newest("letters")
    files = {f"{number:02}.txt": new.files["letters"] for number in range(12)}
    corpora = [{str(number): f"https://example.org/{number}.txt" for number in range(count)} for count in (12, 13)]

    said = list(report(old, replace(new, files=files), *corpora))

    assert said[0] == "another corpus: 12 → 13 in all: 'https://example.org/12.txt' new"
    assert said[-1].startswith("files that differ: 00.txt, ")
    assert said[-1].endswith(", 07.txt and 5 more")  # and letters


def test_without_a_stage_those_are_listed_that_can_be_told_of(store, capsys):
    why(store=store)

    assert [line.split()[0] for line in lines(capsys)[1:]] == ["letters", "marked[!]"]


def test_two_runs_that_used_the_same_result_have_the_same_ingredients(store, capsys):
    why("letters", "second", "third", store=store)

    assert "the ingredients are the same" in lines(capsys)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["none"], "no result of none; `status` lists the stages"),
        (["marked"], "no result of marked; there are marked[!], marked[?]"),
        ([""], "is no stage"),
        (["[0.5]"], "is no stage"),
        (["/etc"], "is no stage"),
        (["a**b"], "is no stage"),
        (["letters", "none"], "no result of letters that run none used"),
        (["marked[?]"], "one result of marked"),
    ],
)
def test_what_is_not_there_is_said_with_what_to_do(store, given, said):
    with pytest.raises(UsageError, match=re.escape(said)):
        why(*given, store=store)
