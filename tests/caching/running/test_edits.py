"""Code that is edited while a run works, or that a source was fetched with."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.caching.toy_project import run_project, states, write_project

EDITED = """
import json, os
from pathlib import Path

from tasks.caching import Artifact, Outcome, stage

@stage()
def first(out: Path) -> Outcome:
    (out / "x").write_text("x")
    for name, old, new in json.loads(os.environ["EDITS"]):  # An editor saves files while this stage works.
        path = Path(__file__).parent / name
        path.write_text(path.read_text().replace(old, new))
    return Outcome()

@stage()
def second(out: Path, x: Artifact) -> Outcome:
    from toy.late import value
    (out / "y").write_text(str(value()))
    return Outcome()
"""
SCRIPT = """
import json, sys
from pathlib import Path
from tasks.caching import Session, leased
from tasks.caching.running.execute import execute
from toy.work import first, second

with leased(Path("store"), "run") as store, Session(store=store, answer=execute).active() as session:
    made = second(first()).path("y").read_text()
print(json.dumps([made, [[r.state, r.why] for r in session.reports]]))
"""


@pytest.fixture
def toy(tmp_path):
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy/__init__.py").write_text("")
    (tmp_path / "toy/late.py").write_text("def value():\n    return 1 + 1\n")
    (tmp_path / "toy/work.py").write_text(EDITED)
    (tmp_path / "script.py").write_text(SCRIPT)
    return tmp_path


def run(folder, *edits):
    """What the second stage made, and the state and reason of both."""
    path = f"{folder}{os.pathsep}{Path(__file__).parents[3]}"
    environment = {**os.environ, "PYTHONPATH": path, "EDITS": json.dumps(edits)}
    command = [sys.executable, "script.py"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_edited_code_makes_is_used_by_its_run_and_by_no_other(toy):
    made, reports = run(toy, ("late.py", "1 + 1", "1 + 2"))

    # The edit came before the module was imported: what ran is the new code, under the key of the old.
    assert made == "3"
    assert [state for state, _ in reports] == ["ran", "ran"]
    assert reports[1][1].endswith("; not stored: late.py changed on disk meanwhile")
    (toy / "toy/late.py").write_text("def value():\n    return 1 + 1\n")

    assert run(toy)[0] == "2"


def test_the_new_code_is_run_under_its_own_key_the_next_time(toy):
    run(toy, ("late.py", "1 + 1", "1 + 2"))

    made, reports = run(toy)

    assert made == "3"
    assert reports[1][0] == "ran"
    assert "not stored" not in reports[1][1]
    assert run(toy)[1][1][0] == "cached"


def test_an_edit_of_code_that_a_stage_does_not_reach_keeps_nothing_from_being_stored(toy):
    (toy / "toy/other.py").write_text("x = 1\n")

    run(toy, ("other.py", "x = 1", "x = 2"))

    assert [state for state, _ in run(toy)[1]] == ["cached", "cached"]


def test_what_a_source_stored_with_other_code_is_fetched_again(tmp_path):
    project = write_project(tmp_path)
    run_project(project)
    stages = project / "toy/stages.py"
    stages.write_text(
        stages.read_text().replace("content = Path(source).read_bytes()", "content = Path(source).read_bytes() + b'!'")
    )

    planned, ran = run_project(project, plan=True), run_project(project)

    assert planned["fetch"][:2] == ["would run", "code toy.stages:fetch changed"]
    assert ran["fetch"][:2] == ["ran", "code toy.stages:fetch changed"]
    assert states(ran)["upper"] == "ran"
    assert states(run_project(project))["fetch"] == "cached"
