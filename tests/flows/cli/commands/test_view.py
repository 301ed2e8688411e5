import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from flows.cli.app import main
from flows.cli.commands import view
from flows.runs import search
from flows.view.server import ViewServer
from tests.flows.cli.commands.run_folders import write_run_folder
from tests.signals import handled

ROOT = Path(__file__).parents[4]


@pytest.fixture
def runs(tmp_path, monkeypatch):
    for module in (search, view):
        monkeypatch.setattr(module, "ARTIFACTS", tmp_path)
    return tmp_path / "runs"


@pytest.fixture
def stopped(monkeypatch):
    """Ctrl-C comes as soon as the server would wait for requests; gives the addresses that a browser was to open."""

    def stop(server):
        raise KeyboardInterrupt

    opened = []
    monkeypatch.setattr(ViewServer, "serve_forever", stop)
    monkeypatch.setattr(view.webbrowser, "open", lambda address: opened.append(address) or False)
    return opened


def test_it_prints_its_address_once_and_ends_well(runs, stopped, capsys):
    assert main(["view", "--port", "0"]) == 0

    said = capsys.readouterr()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\n", said.out)
    assert (said.err, stopped) == ("", [])


@pytest.mark.parametrize("run", ["latest", "two words"])
def test_a_run_is_shown_by_its_page_and_opened_if_asked(runs, stopped, capsys, run):
    write_run_folder(runs / "two words")

    assert main(["view", run, "--port", "0", "--open"]) == 0
    said = capsys.readouterr()
    assert said.out.endswith("/runs/two%20words/review.html\n")
    assert [f"{address}\n" for address in stopped] == [said.out]
    assert said.err == "no browser could be opened\n"


def test_what_cannot_be_shown_gets_one_line(runs, stopped, capsys, tmp_path):
    write_run_folder(tmp_path / "elsewhere/one")
    with ViewServer(tmp_path, 0) as other:
        assert main(["view", "--port", str(other.server_port)]) == 2
        busy = capsys.readouterr().err

    assert re.fullmatch(r"charflow: cannot listen at port \d+: Address already in use; name another .*\n", busy)
    for words, said in (
        (["gone"], "there is no run gone"),
        ([str(tmp_path / "elsewhere/one")], "is not among the runs"),
    ):
        assert main(["view", *words, "--port", "0"]) == 2
        assert said in capsys.readouterr().err
    assert main(["view", "--port", "70000"]) == 2


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_code_0(number):
    command = [sys.executable, str(ROOT / "flows/main.py"), "view", "--port", "0"]
    with handled(signal.SIGINT, signal.default_int_handler):  # where it is ignored, the command would ignore it too
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        address = running.stdout.readline().strip()
        with urllib.request.urlopen(address) as response:
            assert response.status == 200
        running.send_signal(number)
        out, err = running.communicate(timeout=60)
    finally:
        running.kill()

    assert (running.returncode, out, err) == (0, "", "")
