"""Kill a process, or fill the disk, at every file operation with which a run replaces one of its name.

To be run in a process of its own: `python -m tests.flows.runs.kills FOLDER kill|full exchange|rename`.
"""

import json
import shutil
import sys
from functools import partial
from pathlib import Path

from flows.runs import drafts
from flows.runs.folder import run_draft
from tests.faults.forking import in_child
from tests.faults.injection import arm
from tests.flows.runs.made import a_run, files_of, results_of

TEXTS = ("the old run", "the new run")


def main(root: Path, kind: str, way: str) -> None:
    if way == "rename":
        drafts._exchange = lambda one, other: False
    before, after = (results_of(root / f"made {text}", text) for text in TEXTS)
    a_run(root / "old/runs", "one", before)
    problems, tried = [], 0
    while True:
        tried += 1
        artifacts = root / "artifacts"
        shutil.rmtree(artifacts, ignore_errors=True)
        shutil.copytree(root / "old", artifacts, symlinks=True)
        ended = in_child(partial(replace, artifacts, kind, tried, after))
        if ended.result is not None and ended.result < tried:
            break
        problems += [f"{tried}: {problem}" for problem in wrong_with(artifacts, kind, way)]
    print(json.dumps({"tried": tried - 1, "problems": problems}))


def replace(artifacts, kind, at, results):
    fault = arm(kind, at, artifacts)
    try:
        a_run(artifacts / "runs", "one", results)
    except Exception:
        if fault.seen < at:
            raise
    return fault.seen


def wrong_with(artifacts, kind, way):
    """What is not as it should be after the fault, and after the start of the next run."""
    runs = artifacts / "runs"
    if kind == "full" or way == "exchange" or (runs / "one").exists():
        yield from wrong_with_run(runs / "one")
    with run_draft("next", runs):
        yield from wrong_with_run(runs / "one")
        left = [path.name for path in (runs / ".drafts").iterdir() if not path.name.startswith("next-")]
        if left or set(runs.iterdir()) != {runs / "one", runs / ".drafts"}:
            yield f"left over: {left or list(runs.iterdir())}"


def wrong_with_run(folder):
    if not folder.is_dir():
        return [f"there is no {folder}"]
    files = files_of(folder)
    texts = {files.get(name, b"").decode() for name in ("model/model.keras", "model/README.md")}
    whole = len(files) == 13 and len(texts) == 1 and texts <= set(TEXTS)
    text = texts.pop()
    is_of_it = whole and all(text in files[name].decode() for name in ("review.html", "review.md"))
    return [] if is_of_it else [f"{folder} is mixed: {sorted(files)}"]


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
