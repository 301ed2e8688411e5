"""Every command and every snippet of the README and the docs, run as it stands, on a run of a tiny model."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.command import TINY, charflow
from tests.flows.project import ROOT, copy_project

pytestmark = pytest.mark.slow

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCKS = [
    (page.stem, kind, text)
    for page in PAGES
    for kind, text in re.findall(r"```(sh|python)\n(.*?)```", page.read_text(), re.DOTALL)
]
COMMANDS = [
    (page, line)
    for page, kind, text in BLOCKS
    if kind == "sh"
    for line in text.splitlines()
    if line.startswith("python flows/main.py")
]
SNIPPETS = [(page, text) for page, kind, text in BLOCKS if kind == "python"]
LINE = "To be, or not to be: Once upon a time ROMEO: was the best of times, it was the worst of times, number {}.\n"
NOT_RUN = ("view",)  # It serves until it is stopped; tests of its own do that.


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with the files that the docs speak of, and two runs."""
    project = copy_project(tmp_path_factory.mktemp("project"))
    poems = "".join(LINE.format(number) for number in range(60))
    for name in ("poems.txt", "names.txt", "other.txt", "poem.txt", "beginnings.txt"):
        (project.folder / name).write_text(poems if name in ("poems.txt", "names.txt") else LINE.format(1))
    for name, units in (("OLD", 8), ("RUN", 8), ("NEW", 12)):
        done = charflow(project, "--corpus", "poems.txt", *TINY, "--units", units, "--run-name", name)
        assert done.returncode == 0, done.stderr
    return project


def remove(path):
    """What another command of the same name left."""
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)


def runnable(line):
    """The command so that it ends soon: what would train is planned, and an address is the file of its name."""
    line = line.partition(" #")[0].strip().replace("https://example.org/", "")
    words = shlex.split(line.partition("<")[0].partition(">")[0])[2:]
    trains = not words or words[0].startswith("-")
    return f"{line} --plan" if trains and not {"--plan", "--print-config"} & {*words} else line


@pytest.mark.parametrize(("page", "line"), [one for one in COMMANDS if one[1].split()[2:3] != [*NOT_RUN]])
def test_a_command_of_the_docs_does_what_it_says(project, page, line):
    for made in ("model.onnx", "model.tflite", "saved-model"):
        remove(project.folder / made)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", runnable(line)],
        cwd=project.folder,
        env={**os.environ, "PATH": path, "PREFECT_HOME": str(project.folder / "prefect-home")},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )

    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("page", "text"), SNIPPETS, ids=lambda one: one if one in ("data", "python") else "")
def test_a_snippet_of_the_docs_runs(project, page, text):
    needed = [name.strip() for line in re.findall(r"^import (.+)$", text, re.MULTILINE) for name in line.split(",")]
    for name in needed:
        pytest.importorskip(name.partition(" ")[0].partition(".")[0])
    run = project.folder / "artifacts/latest"
    cwd = run / "model" if '"model.keras"' in text else run if "data/" in text else project.folder
    done = subprocess.run(
        [sys.executable, "-c", text],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(project.folder)},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
