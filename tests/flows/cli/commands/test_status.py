import sys

import pytest

from flows.cli.commands.status import status
from tasks.caching import leased, resume_folder
from tests.flows.cli.commands.stages import run


def test_it_tells_of_results_runs_and_what_is_live(tmp_path, capsys):
    run(tmp_path, "first", count=1200)
    run(tmp_path, "second", count=1200)

    with leased(tmp_path, "third") as store:
        with store.scratch.opened("train-abc", None) as out:
            (resume_folder(out) / "checkpoint").write_text("x" * 50)
        status(store=tmp_path)

    said = capsys.readouterr().out
    lines = [line.split() for line in said.splitlines() if line]
    assert said.startswith(f"{tmp_path}: 2 results in 2 blobs, 2.4 kB\n")
    assert ["letters", "1", "1.2", "kB"] in lines
    runs = {line[0]: line[2:] for line in lines if line[0] in ("first", "second", "third")}
    assert runs["first"] == runs["second"] == ["done", "2"]
    assert runs["third"][0] == "live,"
    assert "train-abc  50 B, written to 0.0 h ago" in said


def test_it_tells_why_a_run_failed_in_one_line(tmp_path, capsys):
    with pytest.raises(ValueError, match="no text"), leased(tmp_path, "broken"):
        raise ValueError("it is no text\nat all \x1b[2J")
    run(tmp_path, "whole", count=1200)

    status(store=tmp_path)

    lines = capsys.readouterr().out.splitlines()
    (line,) = [line for line in lines if line.startswith("broken")]
    assert line.endswith("  failed  0        it is no text at all \\x1b[2J")
    (whole,) = [line for line in lines if line.startswith("whole")]
    assert whole.endswith("done    2")


def fail(store, name, why="it is no text"):
    with pytest.raises(ValueError, match="no text"), leased(store, name):
        raise ValueError(why)


def test_runs_that_failed_leave_room_for_those_that_did_not_and_the_rest_is_counted(tmp_path, capsys):
    for number in range(3):
        run(tmp_path, f"whole-{number}")
    for number in range(5):
        fail(tmp_path, f"broken-{number}")

    status(store=tmp_path, runs=4)

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if "-" in line[:8]] == ["broken-4", "whole-2", "whole-1", "whole-0"]
    assert lines[-1] == "and 4 more: 4 failed; --runs N shows as many"


def test_a_long_line_is_cut_to_the_width_of_the_terminal(tmp_path, capsys, monkeypatch):
    fail(tmp_path, "broken", "it is no text " + "\x1b" * 400)

    status(store=tmp_path)
    piped = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("broken"))
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda stream: True)
    monkeypatch.setenv("COLUMNS", "80")
    status(store=tmp_path)
    shown = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("broken"))

    assert (len(piped), len(shown)) == (240, 80)
    assert shown[:-1] == piped[:79]
    assert shown.endswith("…")


def test_it_tells_of_blobs_that_no_result_names(tmp_path, capsys):
    run(tmp_path, "first", count=1200)
    next((tmp_path / "manifests/letters").iterdir()).unlink()

    status(store=tmp_path)

    assert "1.2 kB of them are of no result; `gc` removes them" in capsys.readouterr().out


def test_a_store_that_is_not_there_holds_nothing_and_is_not_made(tmp_path, capsys):
    assert status(store=tmp_path / "none") == 0

    assert "there is no store at" in capsys.readouterr().out
    assert not (tmp_path / "none").exists()
