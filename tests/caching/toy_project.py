"""A small project with three stages, written to a folder and run there in fresh processes."""

import json
import os
import subprocess
import sys
from pathlib import Path

FILES = {
    "toy/__init__.py": "",
    "toy/letters.py": '''
"""Letters."""
SUFFIX = "!"

def shout(text):
    """Upper case."""
    return loud(text) + SUFFIX

def loud(text):
    return text.upper()

def whisper(text):  # not reached by any stage
    return text.lower()
''',
    "toy/page.txt": "template",
    "toy/stages.py": '''
"""Stages."""
from pathlib import Path

from tasks.caching import Artifact, Outcome, Unchanged, source, stage
from toy import letters

HERE = Path(__file__).parent

@source
def fetch(out: Path, previous: Artifact | None, *, source: str):
    content = Path(source).read_bytes()
    if previous and previous.path("bytes").read_bytes() == content:
        return Unchanged(why="same content")
    (out / "bytes").write_bytes(content)
    return Outcome()

@stage()
def upper(out: Path, raw: Artifact, times: int = 1, digits: str = "keep") -> Outcome:
    """Shout it."""
    text = raw.path("bytes").read_text()
    has_digits = any(map(str.isdigit, text))
    kept = "".join(c for c in text if digits == "keep" or not c.isdigit())
    (out / "text").write_text(letters.shout(kept) * times)
    return Outcome(facts={"times": times}, indifferent=() if has_digits else ("digits",))

@stage(label="mark")
def finish(out: Path, text: Artifact, mark: str) -> Outcome:
    page = (HERE / "page.txt").read_text()
    (out / "page").write_text(page + text.path("text").read_text() + mark)
    return Outcome()
'''.replace("@source\n", "@source()\n"),
    "toy/run.py": """
import json, sys
from pathlib import Path
from tasks.caching import Session, Store
from tasks.caching.running.execute import execute
from tasks.caching.running.plan import plan
from toy.stages import fetch, finish, upper

corpus, store, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
answer = plan if options.get("plan") else execute
session = Session(store=Store(Path(store), run=options.get("run", "toy")), answer=answer)
with session.active():
    raw = fetch(source=corpus)
    text = upper(raw, times=options.get("times", 1), digits=options.get("digits", "keep"))
    for mark in options.get("marks", ["."]):
        finish(text, mark=mark)
print(json.dumps([[r.name, r.state, r.why, r.key, r.output] for r in session.reports]))
""",
}


def write_project(folder: Path) -> Path:
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    (folder / "corpus.txt").write_text("hello")
    return folder


def run_project(
    folder: Path, corpus: str = "corpus.txt", cwd: Path | None = None, store: Path | None = None, **options
) -> dict[str, list]:
    """Run it in a new process: `{stage name: [state, why, key, output]}`."""
    here = Path(__file__).parents[2]
    environment = {
        **os.environ,
        "PYTHONPATH": f"{folder}{os.pathsep}{here}",
        **options.pop("environment", {}),
    }
    command = [
        sys.executable,
        "-m",
        "toy.run",
        str(folder / corpus),
        str(store or folder / "store"),
        json.dumps(options),
    ]
    done = subprocess.run(command, env=environment, cwd=cwd or folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {name: rest for name, *rest in json.loads(done.stdout)}


def states(reports: dict[str, list]) -> dict[str, str]:
    return {name: rest[0] for name, rest in reports.items()}
