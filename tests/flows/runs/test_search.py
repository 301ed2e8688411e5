import json

import pytest

from flows.errors import UsageError
from flows.runs import search
from flows.runs.search import find_model, find_run, load_model, previous_run
from tasks.network.files import save_model
from tasks.text.vocabulary import vocabulary_of
from tests.flows.cli.commands.conftest import CARD
from tests.flows.cli.commands.run_folders import write_run_folder
from tests.flows.runs.test_folder import foreign_folders
from tests.tiny_models import VOCABULARY, random_network


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Two runs of one corpus, beside what is no run; `latest` leads to the first."""
    monkeypatch.setattr(search, "ARTIFACTS", tmp_path)
    foreign_folders(tmp_path / "runs")
    (tmp_path / "runs/.drafts/three-01234567").mkdir(parents=True)
    for day, name in ((1, "two"), (2, "one")):
        write_run_folder(tmp_path / "runs" / name, f"2030-01-0{day}T00:00:00+00:00")
        (tmp_path / "runs" / name / "model/model.keras").write_text("")
    (tmp_path / "latest").symlink_to("runs/two")
    return tmp_path / "runs"


def test_the_latest_run_is_the_one_that_the_link_leads_to(runs):
    assert find_run("latest") == runs / "two"
    assert find_model("latest") == runs / "two/model"


@pytest.mark.parametrize("instead", [None, "runs/nulls", "nowhere", "latest", "a folder"])
def test_where_the_link_leads_to_no_run_the_latest_is_the_one_that_began_last(runs, instead):
    latest = runs.parent / "latest"
    latest.unlink()
    if instead == "a folder":
        write_run_folder(latest, "2031-01-01T00:00:00+00:00")
    elif instead:
        latest.symlink_to(instead)

    assert find_run("latest") == runs / "one"
    assert find_run("previous") == runs / "two"
    assert find_model("latest") == runs / "one/model"


@pytest.mark.parametrize("damaged", ["config.json", "vocabulary.json"])
@pytest.mark.parametrize("content", ["[]", "null", "nonsense"])
def test_a_model_whose_files_are_damaged_is_refused_with_its_folder(tmp_path, damaged, content):
    random_network().save(tmp_path / "model.keras")
    (tmp_path / "vocabulary.json").write_text(VOCABULARY.to_json())
    (tmp_path / damaged).write_text(content)

    with pytest.raises(UsageError, match=f"cannot read the model in {tmp_path}"):
        load_model(str(tmp_path))


@pytest.mark.parametrize(
    ("options", "begins"),
    [
        ({}, "\n"),
        ({"end-mark": True}, "\x03"),
        ({"end-mark": True, "documents": "blank-lines"}, "\x03"),
        ({"end-mark": True, "documents": "lines"}, "\n"),
    ],
    ids=str,
)
def test_the_model_of_a_run_begins_and_ends_texts_as_the_run_did(tmp_path, monkeypatch, options, begins):
    monkeypatch.setattr(search, "ARTIFACTS", tmp_path)
    folder = write_run_folder(tmp_path / "runs/one")
    vocabulary = vocabulary_of("abc\n\x03")
    save_model(folder / "model", random_network(size=vocabulary.size), vocabulary, {"card": CARD})
    run = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**run, "options": {**run["options"], **options}}))

    drawn = list(load_model("one").samples(samples=30, length=40, temperature=2.0))

    assert {one.prompt for one in drawn} == {begins}
    ends = [one.text.endswith(begins) and one.text.count(begins) == 1 for one in drawn]
    assert sum(ends) > 20 if options else not all(ends)
    assert all(begins not in one.text[:-1] for one in drawn) == bool(options)


def test_of_many_runs_the_newest_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr(search, "ARTIFACTS", tmp_path)
    for number, name in enumerate("dfbagce"):
        write_run_folder(tmp_path / "runs" / name, f"2030-01-0{number + 1}T00:00:00+00:00")

    with pytest.raises(UsageError, match="there are e, c, g, a, b and 2 older ones"):
        find_run("x")


def test_without_runs_one_line_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(search, "ARTIFACTS", tmp_path / "absent")

    for given in ("latest", "previous", "one"):
        with pytest.raises(UsageError, match="run the flow first, or name a folder"):
            find_run(given)


def test_a_run_of_the_same_corpus_goes_before_a_newer_one_of_another(runs):
    write_run_folder(runs / "other", "2030-01-03T00:00:00+00:00", url="b.txt")
    new = search.RunRecord.read(write_run_folder(runs / "new", "2030-01-04T00:00:00+00:00"))

    assert previous_run(runs / "new", new) == runs / "one"


def test_a_corpus_that_no_run_had_yet_has_a_previous_run_only_where_one_of_another_will_do(runs):
    new = search.RunRecord.read(write_run_folder(runs / "new", "2030-01-04T00:00:00+00:00", url="b.txt"))

    assert previous_run(runs / "new", new) == runs / "one"
    assert previous_run(runs / "new", new, same_corpus=True) is None
