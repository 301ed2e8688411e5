import errno
import json
import logging
import os
import tempfile
import threading
from pathlib import Path

import pytest

from flows.errors import UsageError
from flows.runs import drafts, folder, search
from flows.runs.folder import decoration, run_draft
from flows.runs.names import check_run_name
from flows.runs.record import RunRecord
from flows.runs.search import find_run
from tests.faults.run_folders import linked
from tests.flows.runs.made import SOURCE, a_run, files_of, reports_of, results_of

FILES = {
    *("run.json", "review.html", "review.md", "samples.parquet", "scores.json", "floors.json", "metrics.jsonl"),
    *("model/model.keras", "model/vocabulary.json", "model/config.json", "model/README.md", "model/trained_on.npy"),
    "data/train-00000-of-00001.parquet",
}


@pytest.fixture
def runs(tmp_path):
    return tmp_path / "artifacts/runs"


@pytest.fixture
def results(tmp_path):
    return results_of(tmp_path / "made")


def test_a_run_is_whole_under_its_name_and_its_draft_is_gone(runs, results):
    said = a_run(runs, "one", results)

    assert files_of(runs / "one").keys() == FILES
    assert json.loads((runs / "one/run.json").read_text()) == said
    assert RunRecord.read(runs / "one").content == said
    assert said["samples"]["path"] == str(runs / "one/samples.parquet")
    assert (runs.parent / "latest").readlink() == (runs / "one").relative_to(runs.parent)
    assert 'href="runs/one/review.html"' in (runs.parent / "index.html").read_text()
    assert list((runs / ".drafts").iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", ".hidden", "../../x", "a/b", "a\\b", "/etc", "a\0b", "é" * 101, "latest", "previous", "\ud800"],
)
def test_a_name_that_no_folder_can_have_is_refused_before_anything_is_written(runs, name):
    with pytest.raises(UsageError, match="give"), run_draft(name, runs):
        pytest.fail("the run began")

    assert not runs.exists()


def test_other_names_are_taken(runs):
    for name in ("nightly 1", "é" * 100, "a.b", "学", "x-0123abcd.old"):
        check_run_name(name)


def test_a_folder_that_cannot_be_written_to_is_told_before_anything_runs(runs):
    runs.parent.mkdir()
    runs.write_text("a file")

    with pytest.raises(UsageError, match=r"cannot make the folder of the run in .*runs: .*runs is no folder; move"):
        run_draft("one", runs).__enter__()


def test_a_disk_that_is_full_before_anything_runs_is_no_wrong_use(runs, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(OSError, match="No space left"):
        run_draft("one", runs).__enter__()


def test_a_draft_of_the_index_that_a_killed_run_left_is_swept(runs):
    (runs / ".drafts").mkdir(parents=True)
    (runs / ".drafts/.index.html.123.0123abcd").write_text("half")

    with run_draft("one", runs) as draft:
        assert list((runs / ".drafts").iterdir()) == [draft]


def test_a_run_of_the_same_name_is_replaced_whole(tmp_path, runs, results):
    a_run(runs, "one", results)
    (runs / "one/data/test-00000.parquet").write_text("of the old run")
    a_run(runs, "one", results_of(tmp_path / "other", "or not to be"), started="2030-01-03T00:00:00+00:00")

    assert files_of(runs / "one").keys() == FILES
    assert (runs / "one/model/model.keras").read_text() == "or not to be"
    assert list((runs / ".drafts").iterdir()) == []


def test_a_run_is_replaced_whole_where_names_cannot_be_exchanged(tmp_path, runs, results, monkeypatch):
    monkeypatch.setattr(drafts, "_exchange", lambda one, other: False)
    test_a_run_of_the_same_name_is_replaced_whole(tmp_path, runs, results)


def test_a_draft_of_a_run_that_fails_is_gone_and_the_old_run_stays(tmp_path, runs, results, monkeypatch):
    a_run(runs, "one", results)
    before = files_of(runs / "one")
    monkeypatch.setattr(drafts, "_exchange", lambda one, other: False)
    other = results_of(tmp_path / "other", "or not to be")
    other.scores.path("scores.json").unlink()

    with pytest.raises(FileNotFoundError):
        a_run(runs, "one", other)

    assert files_of(runs / "one") == before
    assert list((runs / ".drafts").iterdir()) == []


def test_a_placing_that_fails_puts_the_old_run_back(tmp_path, runs, results, monkeypatch):
    a_run(runs, "one", results)
    before, rename = files_of(runs / "one"), os.rename
    monkeypatch.setattr(drafts, "_exchange", lambda one, other: False)

    def refuse_the_draft(one, other):
        if other == runs / "one" and one.suffix != ".old":
            raise OSError("the disk is gone")
        rename(one, other)

    monkeypatch.setattr(os, "rename", refuse_the_draft)
    with pytest.raises(OSError, match="the disk is gone"):
        a_run(runs, "one", results)

    assert files_of(runs / "one") == before
    assert list((runs / ".drafts").iterdir()) == []


def test_without_hard_links_files_are_copied(runs, results, monkeypatch):
    def refuse(*_, **__):
        raise OSError("there are no hard links here")

    monkeypatch.setattr(os, "link", refuse)
    a_run(runs, "one", results)

    assert files_of(runs / "one").keys() == FILES


def test_a_live_draft_is_not_swept_and_a_dead_one_is(runs):
    with run_draft("live", runs) as live:
        (runs / ".drafts/dead-01234567/model").mkdir(parents=True)
        with run_draft("other", runs) as other:
            assert set((runs / ".drafts").iterdir()) == {live, other}


def test_without_locks_runs_work_and_nothing_is_swept(runs, results, monkeypatch):
    def refuse(*_):
        raise OSError("there are no locks here")

    monkeypatch.setattr("fcntl.flock", refuse)
    with run_draft("live", runs) as live:
        a_run(runs, "one", results)
        assert live.is_dir()

    assert files_of(runs / "one").keys() == FILES


@pytest.mark.parametrize("is_free", [True, False])
def test_an_old_run_that_was_to_be_replaced_gets_its_name_back_if_it_is_free(runs, is_free):
    (runs / ".drafts/one-01234567.old").mkdir(parents=True)
    (runs / ".drafts/one-01234567.old/run.json").write_text("old")
    if not is_free:
        (runs / "one").mkdir()
    with run_draft("two", runs):
        assert (runs / "one/run.json").exists() == is_free
        assert len(list((runs / ".drafts").iterdir())) == 1


def test_runs_that_end_together_are_all_in_the_index(tmp_path, runs):
    made = {f"run-{n}": results_of(tmp_path / f"made-{n}") for n in range(4)}
    threads = [threading.Thread(target=a_run, args=(runs, *one)) for one in made.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    index = (runs.parent / "index.html").read_text()
    assert [name for name in made if f"runs/{name}/review.html" not in index] == []


FOREIGN = {
    "empty": b"",
    "list": b"[]",
    "null": b"null",
    "binary": bytes(range(256)),
    "nulls": b'{"run": null, "started": null, "corpus": null, "stages": null, "model": null, "samples": null}',
    "empties": b'{"run": "/etc", "started": "2030-01-01", "corpus": {}, "stages": [], "model": {}, "samples": {}}',
    "types": b'{"run": 1, "started": 5, "corpus": [], "stages": {}, "model": 7, "samples": "x"}',
    "deep": b"[" * 100_000,
    "surrogates": b'{"run": "x", "started": "2030-01-01", "options": {"preset": "\\ud800"}, "corpus": {"url": "x"}, '
    b'"stages": [], "model": {"validation_bits_per_character": 1}, "samples": {"count": 1}}',
    "time": b'{"run": "x", "started": "soon", "corpus": {"url": "x"}, "stages": [], '
    b'"model": {"validation_bits_per_character": 1}, "samples": {"count": 1}}',
}


def foreign_folders(runs):
    """Folders beside a run that hold anything but a run."""
    for name, content in FOREIGN.items():
        (runs / name).mkdir(parents=True)
        (runs / name / "run.json").write_bytes(content)
    (runs / "folder/run.json").mkdir(parents=True)
    (runs / "dangling").mkdir()
    (runs / "dangling/run.json").symlink_to("nowhere")
    (runs / "pipe").mkdir()
    os.mkfifo(runs / "pipe/run.json")
    (runs / "huge").mkdir()
    with (runs / "huge/run.json").open("wb") as file:
        file.truncate(1 << 40)
    (runs / "loop").symlink_to("loop")
    (runs / "file").write_text("x")
    (runs / os.fsdecode(b"\xff")).mkdir()


def test_what_lies_beside_a_run_fails_nothing_and_is_in_no_index(runs, results, caplog):
    foreign_folders(runs)
    with caplog.at_level(logging.WARNING, "charflow"):
        a_run(runs, "one", results)

    index = (runs.parent / "index.html").read_text()
    assert index.count("/review.html") == 1
    assert caplog.messages == []


def test_a_previous_run_that_cannot_be_compared_is_told_and_left_out(tmp_path, runs, results, caplog):
    a_run(runs, "one", results, started="2030-01-01T00:00:00+00:00")
    (runs / "one/scores.json").unlink()
    (runs / "one/scores.json").write_text('{"temperatures": [[]]}')
    with caplog.at_level(logging.WARNING, "charflow"):
        a_run(runs, "two", results)

    assert [line.partition(": the run in")[0] for line in caplog.messages] == [
        "left out: what changed since the previous run: RecordError"
    ]
    assert (runs / "two/review.html").is_file()


def test_the_page_tells_what_changed_since_the_previous_run(tmp_path, runs, results):
    a_run(runs, "one", results, started="2030-01-01T00:00:00+00:00")
    a_run(runs, "two", results_of(tmp_path / "other", "To be, and not"))

    assert "Of 4, 0 are equal" in (runs / "two/review.html").read_text()


def test_the_page_of_a_corpus_that_no_run_had_yet_is_set_beside_no_other(runs, results):
    a_run(runs, "one", results, started="2030-01-01T00:00:00+00:00")
    a_run(runs, "two", results, reports_of([{**SOURCE, "source": "elsewhere.txt"}], key="9f"))

    assert '<div id="since-body"></div>' in (runs / "two/review.html").read_text()


def test_of_runs_that_overlap_the_latest_is_the_one_that_finished_last_everywhere(tmp_path, runs, results, monkeypatch):
    monkeypatch.setattr(search, "ARTIFACTS", runs.parent)
    a_run(runs, "short", results_of(tmp_path / "other", "To be, and not"), started="2030-01-01T00:30:00+00:00")
    a_run(runs, "long", results, started="2030-01-01T00:00:00+00:00")

    assert find_run("latest") == runs / "long"
    assert find_run("previous") == runs / "short"
    assert list(search.runs_by_time(runs)) == [runs / "short", runs / "long"]
    assert "Before: <bdi>short</bdi>" in (runs / "long/review.html").read_text()
    assert linked(runs.parent / "index.html") == ["long", "short"]
    (runs.parent / "latest").unlink()
    assert find_run("latest") == runs / "long"


def test_a_latest_that_is_a_real_folder_is_left_as_it_is(runs, results, caplog):
    (runs.parent / "latest").mkdir(parents=True)
    (runs.parent / "latest/note.txt").write_text("mine")
    with caplog.at_level(logging.WARNING, "charflow"):
        a_run(runs, "one", results)

    assert (runs.parent / "latest/note.txt").read_text() == "mine"
    assert len(caplog.messages) == 1
    assert "latest is no link; remove it" in caplog.messages[0]
    assert (runs.parent / "index.html").is_file()


def test_a_run_ends_well_when_nothing_beside_it_can_be_written(runs, results, monkeypatch, caplog):
    def refuse(*_, **__):
        raise TypeError("two\nlines")

    monkeypatch.setattr(folder, "write_index", refuse)
    monkeypatch.setattr(folder, "point_latest_at", refuse)
    with caplog.at_level(logging.WARNING, "charflow"):
        a_run(runs, "one", results)

    assert caplog.messages == [
        "left out: artifacts/latest: TypeError: two lines",
        "left out: the index of all runs: TypeError: two lines",
    ]


def test_a_decoration_lets_an_interrupt_pass():
    with pytest.raises(KeyboardInterrupt), decoration("anything"):
        raise KeyboardInterrupt


def test_run_json_has_versions_machine_and_the_sha256_of_each_source(runs, results):
    other = {"source": "b.txt", "sha256": "59" * 32, "bytes": 30}
    one = a_run(runs, "one", results)
    two = a_run(runs, "two", results, reports_of([SOURCE, other]))

    assert (one["versions"], one["machine"]) == ({"python": "3.11.9"}, {"system": "Linux"})
    assert one["corpus"]["sha256"] == SOURCE["sha256"]
    assert two["corpus"]["sha256"] is None
    assert two["corpus"]["sources"] == [
        {"url": "a.txt", "sha256": "58" * 32, "bytes": 70},
        {"url": "b.txt", "sha256": "59" * 32, "bytes": 30},
    ]
    assert (two["corpus"]["url"], two["corpus"]["bytes"]) == ("a.txt b.txt", 100)


def test_samples_that_took_no_time_have_no_speed(tmp_path, runs):
    said = a_run(runs, "one", results_of(tmp_path / "quick", seconds=0))

    assert said["samples"]["characters_per_second"] is None


def test_a_path_that_is_no_text_costs_no_run(runs, results):
    said = a_run(runs, "one", results, reports_of([{**SOURCE, "source": "caf\udce9.txt"}]))

    assert said["corpus"]["url"] == "caf?.txt"


def test_the_store_may_lie_on_another_file_system(runs, tmp_path):
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is but one file system")
    with tempfile.TemporaryDirectory(dir=memory) as elsewhere:
        a_run(runs, "one", results_of(Path(elsewhere) / "made"))

    assert files_of(runs / "one").keys() == FILES
