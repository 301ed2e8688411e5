"""A fault at every file operation below artifacts/ of a whole command whose stages are all cached.

    python -m tests.faults.command kill|full FOLDER new|old exchange|rename EVERY [LAST]

The name of its run is new, or that of an old run, which is replaced by an exchange of names or by renaming both. LAST
leaves all but the last so many operations out. With PREFECT_API_URL set it goes through Prefect. Prints JSON: how many
operations there are, how many were tried, at how many of those the run was there and whole right after the fault, and
what went wrong with which. What the stages made is left in the folder, for the next survey there.
"""

import contextlib
import functools
import importlib
import io
import json
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flows.runs import search
from tests.faults import recipes
from tests.faults.forking import Ended, in_child
from tests.faults.injection import arm
from tests.faults.run_folders import content_of, half_made, left, linked
from tests.faults.survey import imported

NAME = "one"
# To be imported once it is said where artifacts/ is: other modules keep it.
MODULES = ["flows.cli.app", "flows.cli.launch", "flows.runs.comparison", "tasks.page.index", "tasks.corpus.fetch"]


def command(words: list[str], kind: str, at: int, artifacts: Path) -> dict[str, Any]:
    """Run the command in this process: its exit code, what it says, and how many operations it took."""
    from flows.cli.app import main as charflow

    fault, said = arm(kind, at, artifacts), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = charflow(words)
    return {"code": code, "said": said.getvalue(), "points": fault.seen}


def survey(kind: str, place: Path, name: str, way: str, every: int, last: int = 0) -> dict[str, Any]:
    """Try the fault at every n-th operation of the command, the last one first, on what the runs before it left."""
    artifacts, base, words = place / "artifacts", prepare(place, name), [*words_in(place), "--run-name", NAME]
    before, old = (content_of(base / "runs" / one) for one in ("before", NAME))
    run = functools.partial(command, words, kind, artifacts=artifacts)
    whole = in_child(functools.partial(run, at=0, artifacts=fresh(base, artifacts)))
    assert (whole.result or {}).get("code") == 0, whole
    assert " ran " not in whole.result["said"], "not all stages are cached"
    new, points = content_of(artifacts / "runs" / NAME), whole.result["points"]
    problems, placed, tried = [], 0, range(points, max(0, points - last) if last else 0, -every)
    for at in tried:
        hurt = in_child(functools.partial(run, at=at, artifacts=fresh(base, artifacts)))
        placed += (is_new := content_of(artifacts / "runs" / NAME) == new)
        allowed = [old, new, {}] if (kind, way) == ("kill", "rename") else [old, new]
        found = [*half_made(artifacts, {"before": [before], NAME: allowed}, follows=way == "exchange")]
        found += unclear(kind, hurt, is_new)
        again = in_child(functools.partial(run, at=0))
        found += wrong_at_the_end(artifacts, again, {"before": [before], NAME: [new]})
        problems += [f"{at}: {problem}" for problem in found]
    return {"points": points, "tried": len(tried), "placed": placed, "problems": problems}


def words_in(place: Path) -> list[str]:
    """The command, whose corpus lies in the folder."""
    from flows.runs.provenance import command_of

    return shlex.split(command_of(recipes.miniature(place)))[2:]


def prepare(place: Path, name: str) -> Path:
    """Artifacts with all stages in the store and a run before; and an old run of the name, if there is to be one."""
    artifacts, new, old = place / "artifacts", place / "base-new", place / "base-old"
    if not new.exists():
        recipes.write_corpus(place)
        made = in_child(functools.partial(fill, place / "store"))
        assert not made.error, made.error
        artifacts.mkdir()
        (place / "store").rename(artifacts / "store")
        ran = in_child(functools.partial(command, [*words_in(place), "--run-name", "before"], "count", 0, artifacts))
        assert (ran.result or {}).get("code") == 0, ran
        artifacts.rename(new)
    if name == "old" and not old.exists():
        shutil.copytree(fresh(new, old) / "runs/before", old / "runs" / NAME)
        for path in (old / "runs" / NAME).rglob("*.*"):
            change(path)
        (old / "latest").unlink()
        (old / "latest").symlink_to(Path("runs", NAME))
    return old if name == "old" else new


def fill(store: Path) -> list[Any]:
    """Run the stages of the recipe, in a process that has nothing of TensorFlow yet."""
    recipes.without_compiling()
    return recipes.recipe(store, around=lambda name: None)


def change(path: Path) -> None:
    """Make the file another than that of the run that is to come, so that none can be taken for the other."""
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content + b"\n")


def fresh(base: Path, artifacts: Path) -> Path:
    """Artifacts as they were before the command."""
    shutil.rmtree(artifacts, ignore_errors=True)
    return Path(shutil.copytree(base, artifacts, symlinks=True, copy_function=os.link))


def unclear(kind: str, ended: Ended, is_new: bool) -> Iterator[str]:
    """How the command ended otherwise than it should."""
    if kind == "kill":
        if not ended.killed:
            yield f"it was not killed: {ended}"
        return
    code, said = (ended.result["code"], ended.result["said"]) if ended.result else (None, ended.error or "")
    last = (said.splitlines() or [""])[-1]
    says_so = last.startswith("charflow: ") and "the disk is full" in last and "Traceback" not in said
    if not (code == 0 and is_new) and not (code == 1 and says_so):
        yield f"it ends with {code}, saying {said}"


def wrong_at_the_end(artifacts: Path, again: Ended, runs: dict[str, Any]) -> Iterator[str]:
    """What is not as it should be after the next run of the command."""
    if not again.result or again.result["code"]:
        yield f"the next run fails: {again}"
    yield from half_made(artifacts, runs, follows=True)
    yield from left(artifacts)
    if sorted(linked(artifacts / "index.html")) != sorted(runs):
        yield f"the index leads to {linked(artifacts / 'index.html')}"


def main(kind: str, folder: str, name: str, way: str, every: str, last: str = "0") -> None:
    """As said above."""
    place = moved_to(Path(folder))
    if way == "rename":
        sys.modules["flows.runs.drafts"]._exchange = lambda one, other: False
    sys.stdout.write(json.dumps(survey(kind, place, name, way, int(every), int(last))) + "\n")


def moved_to(folder: Path) -> Path:
    """Let artifacts/ lie in the folder, and import what the command would import in every child."""
    place = folder.resolve()
    place.mkdir(parents=True, exist_ok=True)
    search.ARTIFACTS = place / "artifacts"
    for module in [*MODULES, *(["flows.orchestration.flow"] if "PREFECT_API_URL" in os.environ else [])]:
        importlib.import_module(module)
    imported("")
    found = sys.modules["flows.runs.provenance"].versions()  # reads all that is installed
    sys.modules["flows.runs.run"].versions = lambda: found
    sys.modules["flows.cli.errors"].ERRORS = place / "artifacts/errors"
    return place


if __name__ == "__main__":
    main(*sys.argv[1:])
