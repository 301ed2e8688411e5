import json
from pathlib import Path

from flows.runs.index import write_index
from flows.runs.presentation import presented
from flows.runs.record import RunRecord
from tests.flows.runs.made import SOURCE, a_run, facts_of, reports_of, results_of

PATH = "/srv/people/ada/poems.txt"


def test_a_local_corpus_is_shown_by_its_name_wherever_its_path_stands():
    stale = {"since": "2030", "why": f"there is no file {PATH}; check the path"}
    corpus = {"url": f"{PATH} https://host/srv/a.txt", "sources": [{"url": PATH, "stale": stale}]}
    shown = presented({"corpus": corpus, "sources": (PATH,), "stages": [{"why": None, "seconds": 1.5}]})

    assert shown["corpus"]["url"] == "poems.txt https://host/srv/a.txt"
    assert shown["corpus"]["sources"][0]["stale"]["why"] == "there is no file poems.txt; check the path"
    assert shown["sources"] == ["poems.txt"]
    assert shown["stages"] == [{"why": None, "seconds": 1.5}]


def test_the_command_keeps_the_path_with_a_tilde_for_the_home(monkeypatch):
    monkeypatch.setenv("HOME", "/srv/people/ada")
    home = "/srv/people/ada"
    words = f"python flows/main.py --corpus {PATH} '{home}/my poems.txt' /mnt{home}/x --stop=a"
    words += f" --init-from={home}/model"
    words += f" --prompts={home}/p.txt '--prompts={home}/my p.txt' --prompt={home}/p '--prompt=a {home}/p'"
    shown = presented({"corpus": {"url": PATH}, "command": words})

    assert shown["command"] == (
        f"python flows/main.py --corpus ~/poems.txt '~/my poems.txt' /mnt{home}/x --stop=a"
        f" --init-from=~/model --prompts=~/p.txt '--prompts=~/my p.txt' --prompt={home}/p '--prompt=a {home}/p'"
    )


def test_pages_of_a_run_do_not_tell_where_its_corpus_lies_and_its_record_does(tmp_path):
    runs, results = tmp_path / "artifacts/runs", results_of(tmp_path / "made")
    stale = {"since": "2030-01-01", "why": f"there is no file {PATH}"}
    reports = reports_of([{**SOURCE, "source": PATH, "stale": stale}])
    for name in ("one", "two"):
        a_run(runs, name, results, reports, sources=[PATH])
    write_index(runs.parent)

    for page in (runs / "two/review.html", runs / "two/review.md", runs.parent / "index.html"):
        content = page.read_text()
        assert "poems.txt" in content
        assert str(Path(PATH).parent) not in content
    assert RunRecord.read(runs / "two").corpus.url == PATH
    assert json.loads((runs / "two/run.json").read_text())["corpus"]["url"] == PATH
    assert facts_of("two")["command"] in (runs / "two/review.md").read_text()
