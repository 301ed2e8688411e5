import itertools
import os
import re
import shlex
import signal
import subprocess
import sys
import time

import pytest
import yaml

from flows.cli import errors
from flows.cli.app import main
from flows.cli.commands import COMMANDS
from flows.cli.options import Options
from tests.flows.command import TINY, charflow
from tests.flows.project import ROOT, copy_project
from tests.signals import handled

ENDLESS = ["100000" if before == "--epochs" else word for before, word in itertools.pairwise(["", *TINY])]

REFUSED = {
    "an unknown option": (["--tempratures", "1"], "Unknown option: --tempratures. Did you mean --temperatures?"),
    "a word that belongs to no option": (["extra"], "extra"),
    "a number out of range": (["--epochs", "0"], "--epochs must be greater than or equal to 1, got '0'"),
    "no number": (["--units", "many"], "--units must be a whole number"),
    "an infinite temperature": (["--temperatures", "inf"], "--temperatures"),
    "no value": (["--seed"], "--seed requires an argument"),
    "no prompt": (["--prompt"], "--prompt "),
    "a corpus without its option": (["poems.txt"], "poems.txt is neither an option nor a command; write --corpus"),
    "a command with a slip": (
        ["smaple", "-n", "3"],
        "smaple is neither an option nor a command; is sample meant? Else write",
    ),
    "an option without its dashes": (
        ["plan", "--seed", "1"],
        "plan is neither an option nor a command; is --plan meant?",
    ),
    "an unknown preset": (["--preset", "fast"], 'Invalid value "fast" for --preset'),
    "an export to nowhere": (["export", "latest"], "--to is lacking, which says where to write: --to model.onnx, --to"),
    "a score of nothing": (["score"], "which text? name a file, as in score poem.txt, or - for standard input"),
    "an unknown scheme": (["--corpus", "ftp://me:secret@host/x"], "--corpus cannot read ftp://host/x"),
    "a run name with a slash": (["--run-name", "../x"], "the run's name '../x' is no folder name"),
    "a config file that is missing": (["--config", "none.yaml"], "cannot read --config none.yaml"),
    "an empty prompt": (["--prompt", ""], "--prompt"),
    "a minimum length that nothing ends before": (["--minimum-length", "5"], "--minimum-length means nothing without"),
    "markup of a table": (["--field", "text", "--markup", "keep"], "--markup means nothing with --field"),
    "books in a table": (["--no-strip-gutenberg", "--field", "text"], "--strip-gutenberg means nothing with --field"),
    "rare characters of bytes": (
        ["--level", "byte", "--min-count", "2"],
        "--min-count means nothing with --level",
    ),
    "a character set of bytes": (
        ["--encoding", "utf-8", "--level", "byte"],
        "--encoding means nothing with --level",
    ),
    "a share above one": (["--top-p", "1.5"], "--top-p must be less than or equal to 1, got '1.5'"),
    "a file of prompts that is missing": (["--plan", "--prompts", "none.txt"], "cannot read --prompts none.txt"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_usage_gets_one_clear_line_and_exit_code_2(case, capsys):
    words, said = REFUSED[case]

    code = main(words)

    shown = capsys.readouterr()
    lines = [line for line in shown.err.splitlines() if not line.startswith("Ctrl-C is ignored here")]
    assert code == 2
    assert len(lines) == 1
    assert lines[0].startswith("charflow: ")
    assert said in lines[0]
    assert "secret" not in shown.err
    assert shown.out == ""


def test_a_gpu_where_none_is_seen_is_refused_in_a_line_with_what_to_do(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")

    assert main(["--device", "gpu", "--plan", "--store", str(tmp_path)]) == 2

    shown = capsys.readouterr()
    assert re.fullmatch(r"charflow: --device gpu: no GPU is seen: .*(unset|pip install).*\n", shown.err)
    assert shown.out == ""


@pytest.mark.parametrize(
    "words",
    [
        ["https://alice:hunter22@example.org/x"],
        ["alice:hunter22@example.org/x?key=hunter22"],
        ["https://alice:hunter22'\\@example.org/x"],
        ["--corpuss=https://alice:hunter22@example.org/x"],
        ["--units", "https://alice:hunter22@example.org/x"],
        ["--corpus-heder", "Authorization: Bearer hunter22"],
        ["Authorization: Bearer hunter22"],
        ["--corpus", "https:///alice:hunter22@example.org/x", "--epochs", "0"],
    ],
)
def test_words_that_were_not_understood_are_shown_without_what_may_be_secret(words, capsys):
    assert main(words) == 2

    shown = capsys.readouterr().err
    assert shown.startswith("charflow: ")
    assert "hunter22" not in shown


def test_whatever_else_goes_wrong_gets_one_clear_line_and_exit_code_1(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(errors, "ERRORS", tmp_path / "errors")
    (tmp_path / "format").write_text("2\n")
    (tmp_path / "manifests").write_text("no folder")

    code = main(["--plan", "--store", str(tmp_path)])

    shown = capsys.readouterr()
    assert code == 1
    assert shown.err.startswith("charflow: ")
    assert str(tmp_path / "manifests") in shown.err
    assert shown.err.count("\n") == 1
    (details,) = (tmp_path / "errors").glob("plan-*.txt")
    assert str(details) in shown.err
    assert "NotADirectoryError" in details.read_text()


def test_the_printed_config_gives_the_same_options_again(tmp_path, capsys):
    prompts = ["--prompt=--\n", "--prompt", "x"]
    words = ["--preset", "best", "--temperatures", "0.3", "1", *prompts, "--no-strip-gutenberg", "--units=9"]
    assert main([*words, "--print-config"]) == 0
    printed = capsys.readouterr().out
    (tmp_path / "again.yaml").write_text(printed)

    assert main(["--config", str(tmp_path / "again.yaml"), "--print-config"]) == 0

    assert capsys.readouterr().out == printed
    assert yaml.safe_load(printed) == {
        "preset": "best",
        "temperatures": [0.3, 1.0],
        "prompt": ["--\n", "x"],
        "strip-gutenberg": False,
        "units": 9,
    }


def test_help_names_every_option(capsys):
    main(["--help"])

    shown = re.sub(r"\s", "", capsys.readouterr().out)
    for group in Options.model_fields.values():
        for name in getattr(group.annotation, "model_fields", {}):
            assert f"--{name.replace('_', '-')}" in shown


def test_nobody_reading_on_is_no_error():
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, str(ROOT / "flows/main.py"), "--units", "9", "--print-config"]

    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True)

    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_names_the_command_and_the_command_has_help_of_its_own(command, capsys):
    main(["--help"])
    assert re.search(rf"^│ {command} +\w", capsys.readouterr().out, re.MULTILINE)

    main([command, "--help"])
    assert f"Usage: flows/main.py {command} " in capsys.readouterr().out


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return copy_project(tmp_path_factory.mktemp("project"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--corpus", "none.txt"], "there is no file none.txt; check the path"),
        pytest.param(["--prompt", "Ω"], "Ω", marks=pytest.mark.slow),
    ],
    ids=["a missing corpus", "a prompt with characters that the corpus lacks"],
)
def test_what_cannot_be_done_gets_one_line_and_loses_nothing(project, words, said):
    done = charflow(project, "--corpus", project.corpus, *TINY, *words)

    assert done.returncode in (1, 2)
    last = done.stderr.splitlines()[-1]
    assert last.startswith("charflow: ")
    assert said in last
    assert "Traceback" not in done.stderr
    assert list(project.folder.glob("artifacts/runs/[!.]*")) == []


@pytest.mark.slow
def test_standard_input_is_a_corpus(project):
    done = charflow(project, "--corpus", "-", *TINY, stdin=project.corpus.read_text())

    assert done.returncode == 0, done.stderr


def stopped(project, sent, before=""):
    """A run that is sent a signal while it trains: its exit code and what it wrote; `before` is for the shell."""
    environment = {**os.environ, "PREFECT_HOME": str(project.folder / "prefect-home")}
    words = [sys.executable, str(project.folder / "flows/main.py"), "--corpus", str(project.corpus), *ENDLESS]
    command = ["sh", "-c", f"{before} exec {shlex.join(words)}"]
    with handled(signal.SIGINT, signal.default_int_handler):  # where it is ignored, the command would ignore it too
        running = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    with running:
        begun = list(itertools.takewhile(lambda line: " step " not in line, running.stderr))
        assert running.poll() is None, begun
        time.sleep(0.5)
        running.send_signal(sent)
        rest = running.stderr.read()
    return running.returncode, "".join(begun) + rest


@pytest.mark.slow
def test_a_run_that_is_stopped_says_so_exits_with_75_and_goes_on_from_there(project):
    for sent in (signal.SIGINT, signal.SIGTERM):
        code, said = stopped(project, sent)

        assert code == 75
        assert "charflow: stopped; the same command goes on from here" in said
        assert "Traceback" not in said
        assert "Ctrl-C is ignored" not in said
        assert len(list(project.folder.glob("artifacts/store/*/train-*/resume/step-*"))) > 0


@pytest.mark.slow
def test_where_ctrl_c_is_ignored_a_run_says_so_and_is_stopped_by_sigterm(project):
    code, said = stopped(project, signal.SIGTERM, before="trap '' INT;")

    assert code == 75
    assert said.count("Ctrl-C is ignored here; stop with SIGTERM (kill ") == 1
    assert "charflow: stopped; the same command goes on from here" in said
