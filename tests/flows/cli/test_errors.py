import ast
import errno
from pathlib import Path

import pytest

from flows.cli import errors
from flows.cli.errors import EXPECTED, report_error
from flows.errors import UsageError
from tasks.caching import StageError, StageReport
from tasks.corpus.errors import CorpusError
from tasks.learning.footprint import TooLargeError
from tasks.learning.resumption import TrainingDivergedError
from tasks.quality.ratings import RatingsError
from tasks.text.prompts import PromptError

ROOT = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(errors, "ERRORS", tmp_path / "artifacts" / "errors")
    return tmp_path / "artifacts" / "errors"


def failed(stage, why="this"):
    return StageError(StageReport(name=stage, state="failed", why=why))


def raised(error, cause=None):
    """The error as it is when it was raised."""
    try:
        raise error from cause
    except type(error) as caught:
        return caught


def test_every_expected_error_is_one_of_the_project():
    classes = {
        node.name
        for part in ("flows", "tasks")
        for path in (ROOT / part).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    }

    assert classes >= EXPECTED


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("this"), 2),
        (PromptError("this"), 2),
        (RatingsError("this"), 2),
        (CorpusError("this"), 1),
        (raised(failed("train"), TrainingDivergedError("this", 3)), 1),
        (raised(failed("train"), TooLargeError("this")), 1),
        (raised(failed("download"), CorpusError("this")), 1),
        (OSError(errno.ENOSPC, "No space left on device", "this"), 1),
        (raised(failed("shard"), OSError(errno.ENOSPC, "No space left on device")), 1),
        (ValueError("this: No space left on device"), 1),
    ],
    ids=repr,
)
def test_an_expected_error_is_one_line_and_leaves_no_traceback(folder, capsys, error, code):
    assert report_error(error, about="run") == code

    said = capsys.readouterr().err
    assert said.startswith("charflow: ")
    assert "this" in said or "the disk is full" in said
    assert "nobody expected" not in said
    assert said.count("\n") == 1
    assert not folder.exists()


@pytest.mark.parametrize(
    "error", [ValueError("shapes differ"), OSError("shapes differ"), RuntimeError("shapes differ")]
)
def test_the_traceback_of_an_error_that_nobody_expects_is_in_a_file_that_the_line_names(folder, capsys, error):
    assert report_error(raised(failed("train", str(error)), raised(error)), about="my/run") == 1

    said = capsys.readouterr().err
    (details,) = folder.glob("my_run-*.txt")
    assert said.startswith("charflow: train: shapes differ; ")
    assert "report it" in said
    assert str(details) in said
    assert said.count("\n") == 1
    assert "Traceback" in details.read_text()
    assert "in raised" in details.read_text()


def test_an_error_without_words_is_told_by_its_name(folder, capsys):
    report_error(raised(AssertionError()), about="run")

    assert capsys.readouterr().err.startswith("charflow: AssertionError; ")


def test_each_error_has_a_file_of_its_own_and_the_newest_twenty_stay(folder, capsys):
    for number in range(25):
        report_error(raised(ValueError(f"number {number}")), about="run" if number % 2 else "score")

    assert len(list(folder.iterdir())) == 20
    told = "".join(path.read_text() for path in folder.iterdir())
    assert [f"number {number}\n" in told for number in range(25)] == [False] * 5 + [True] * 20


def test_without_a_place_for_the_traceback_there_is_still_the_line(folder, capsys):
    folder.parent.write_text("no folder")

    assert report_error(raised(ValueError("shapes differ")), about="run") == 1

    said = capsys.readouterr().err
    assert "shapes differ" in said
    assert "could not be written" in said


def test_secrets_stand_neither_in_the_line_nor_in_the_traceback(folder, capsys):
    error = raised(ValueError("me:hunter2 and hunter2 failed"), raised(KeyError("hunter2")))

    report_error(error, about="run", secrets={"hunter2", "me:hunter2", ""})

    said = capsys.readouterr().err
    (details,) = folder.iterdir()
    assert said.startswith("charflow: … and … failed; ")
    assert "hunter2" not in said + details.read_text()
    assert "Traceback" in details.read_text()


def test_a_terminal_obeys_nothing_in_the_line(folder, capsys):
    report_error(UsageError("a\x1b[31mb\nc"), about="run")

    assert capsys.readouterr().err == "charflow: a\\x1b[31mb c\n"
