"""A disk that is really full: a memory file system of a few pages."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.full_disk import ENOUGH, PAGE, mount
from tests.flows.command import TINY, charflow
from tests.flows.project import copy_project

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def _mounting_is_allowed(tmp_path_factory):
    place = tmp_path_factory.mktemp("mounted")
    try:
        mount(place, "size=64k")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a file system can be mounted by root alone")
    subprocess.run(["umount", str(place)], check=True)


def test_small_stages_survive_it_at_every_size(tmp_path):
    command = [sys.executable, "-m", "tests.faults.full_disk", str(tmp_path)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["problems"] == []
    assert 20 < found["full"] < found["tried"]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return copy_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def whole(project):
    """A run with all the space that it wants: the outputs of its stages, and how many bytes it took."""
    done = charflow(project, "--corpus", project.corpus, *TINY)
    assert done.returncode == 0, done.stderr
    pages = sum(-(-path.stat().st_size // PAGE) for path in files(project.folder / "artifacts"))
    found = outputs(project)
    (project.folder / "artifacts").rename(project.folder / "whole")
    return found, pages * PAGE


def files(folder):
    """Each once, however many names it has."""
    return {p.stat().st_ino: p for p in folder.rglob("*") if p.is_file() and not p.is_symlink()}.values()


def outputs(project):
    run = json.loads((project.folder / "artifacts/latest/run.json").read_text())
    return {stage["name"]: stage["output"] for stage in run["stages"] if stage["name"] not in ("score", "review")}


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_the_command_says_so_in_one_line_and_goes_on_when_there_is_space_again(project, whole, share):
    expected, size = whole
    place = project.folder / "artifacts"
    place.mkdir(exist_ok=True)
    mount(place, f"size={int(size * share) // PAGE * PAGE}")
    try:
        full = charflow(project, "--corpus", project.corpus, *TINY)
        mount(place, f"remount,{ENOUGH}")
        again = charflow(project, "--corpus", project.corpus, *TINY)

        assert full.returncode == 1
        assert "Traceback" not in full.stderr
        last = full.stderr.splitlines()[-1]
        assert last.startswith("charflow: ")
        assert "the disk is full" in last
        assert again.returncode == 0, again.stderr
        assert outputs(project) == expected
        assert not list((place / "store" / "scratch").glob("*"))
    finally:
        subprocess.run(["umount", str(place)], check=True)
