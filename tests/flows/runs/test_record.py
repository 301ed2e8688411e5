import json

import pytest

from flows.runs.record import RecordError, RunRecord
from tests.flows.runs.made import a_run, results_of
from tests.flows.runs.test_folder import FOREIGN, foreign_folders

OLD = {
    "run": "/etc",
    "started": "2030-01-02T03:04:05+00:00",
    "options": {"preset": "quick"},
    "corpus": {"url": "a.txt", "sha256": "58"},
    "stages": [{"name": "train", "output": "ff"}],
    "model": {"validation_bits_per_character": 2},
    "samples": {"count": 4},
}


def record(name="one", **changed):
    return RunRecord.of({**OLD, "run": name, **changed})


def downloads(*keys):
    return [{"name": "download", "key": key} for key in keys]


def test_a_record_that_says_less_than_todays_is_read_and_named_as_its_folder(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one/run.json").write_text(json.dumps({**OLD, "added_later": 1}))
    (tmp_path / "latest").symlink_to("one")

    assert RunRecord.read(tmp_path / "one").content == {**OLD, "run": "one", "added_later": 1}
    assert RunRecord.read(tmp_path / "latest").run == "one"


def test_what_is_no_record_is_told_in_one_line(tmp_path):
    foreign_folders(tmp_path)
    for name in [*FOREIGN, "folder", "dangling", "pipe", "huge", "loop", "file", "absent"]:
        with pytest.raises(RecordError, match=f"the run in .*{name} cannot be read: .+") as refused:
            RunRecord.read(tmp_path / name)
        assert "\n" not in str(refused.value)


def test_runs_are_ordered_by_the_moment_they_finished_or_began_where_that_is_not_told_and_then_by_name():
    listed = [
        record("c", started="2030-01-02T05:00:00+02:00"),
        record("b", started="2030-01-02T03:30:00"),
        record("a", started="2030-01-02T03:30:00+00:00"),
        record("e", started="2030-01-02T01:00:00+00:00", finished="2030-01-02T06:00:00+00:00"),
        record("d", started="2030-01-02T02:00:00+00:00", finished="2030-01-02T05:00:00.5+00:00"),
        record("g", started="0001-01-01T00:00:00+01:00"),
        record("f", started="2030-01-02T02:00:00+00:00", finished="9999-12-31T23:59:59-01:00"),
    ]

    assert [one.run for one in sorted(listed, key=lambda one: one.order)] == ["f", "g", "c", "a", "b", "d", "e"]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ({"stages": downloads("1")}, {"stages": downloads("1")}, True),
        ({"stages": downloads("1")}, {"stages": downloads("2")}, False),
        ({"stages": downloads("1", "2")}, {"stages": downloads("1")}, False),
        ({"stages": downloads("1")}, {}, True),
        ({}, {"corpus": {"url": "b.txt"}}, False),
        (*[{"stages": downloads("1"), "corpus": {"url": "-"}}] * 2, False),
        (*[{"stages": downloads("1", "2"), "corpus": {"url": "a.txt -"}}] * 2, False),
    ],
)
def test_a_corpus_is_the_same_if_it_came_from_the_same_places(one, other, is_same):
    assert record(**one).has_same_corpus(record(**other)) == is_same


def test_what_is_written_is_what_is_read(tmp_path):
    said = a_run(tmp_path / "runs", "one", results_of(tmp_path / "made"))

    assert RunRecord.read(tmp_path / "runs/one").content == said
    assert said["model"]["precision"] == "float32"
    assert isinstance(said["model"]["steps"], int)
