"""A fault at every file operation of a stage, one after another, each with a run after it that must put all right.

    python -m tests.faults.survey kill|full FOLDER small|recipe STAGE EVERY

An empty STAGE stands for all of them together. Prints JSON: how many operations there are, how many were tried, and
what went wrong with which.
"""

import functools
import hashlib
import importlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from tasks.caching.keys.code import code_of
from tasks.caching.keys.digests import digest_of_json
from tasks.caching.stage import Stage
from tests.faults import recipes
from tests.faults.forking import Ended, in_child
from tests.faults.injection import arm, disarm


def survey(kind: str, folder: Path, run, stage: str | None, every: int) -> dict:
    """Try the fault at every n-th operation of the stage; None: of the whole run."""
    base, store = folder / "base", folder / "store"
    before = functools.partial(run, around=lambda name: stop_before(name, stage), until=stage)
    if stage:
        in_child(lambda: before(base))
    counted = in_child(lambda: with_fault(run, fresh(base, store), kind, 0, stage))
    assert not counted.error, counted.error
    whole, points = counted.result
    problems, tried = [], range(1, points + 1, every)
    for at in tried:
        hurt = in_child(functools.partial(with_fault, run, fresh(base, store), kind, at, stage))
        found = [*after(kind, hurt, store)]
        again = in_child(functools.partial(with_fault, run, store, kind, 0, stage))
        if again.error or again.result[0] != whole:
            found.append(f"the next run ends otherwise: {again.error or again.result[0]}")
        problems += [f"{at}: {problem}" for problem in [*found, *left_over(store)]]
    return {"points": points, "tried": len(tried), "problems": problems}


def stop_before(name: str, stage: str | None) -> None:
    if name == stage:
        raise recipes.EndOfStageError


def with_fault(run, store: Path, kind: str, at: int, stage: str | None):
    """The results of the run, and how many operations the stage took."""
    if "tensorflow" in sys.modules:
        recipes.without_compiling()
    faults = []

    def around(name: str) -> None:
        if stage in (None, name) and not faults:
            faults.append(arm(kind, at, store))

    made = run(store, around, stage)
    disarm()
    return made, faults[0].seen


def fresh(base: Path, store: Path) -> Path:
    shutil.rmtree(store, ignore_errors=True)
    if base.exists():
        shutil.copytree(base, store, copy_function=os.link)
    return store


def after(kind: str, hurt: Ended, store: Path) -> Iterator[str]:
    """What is wrong right after the fault: half-made files under final names, or a word that is not clear."""
    if kind == "kill" and not hurt.killed:
        yield f"it was not killed: {hurt}"
    if kind == "full" and hurt.error and "the disk is full" not in hurt.error:
        yield f"it says: {hurt.error}"
    for path in objects(store):
        if hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
            yield f"half-made: {path.name}"
    for path in store.glob("manifests/*/[0-9a-f]*.json"):
        body = json.loads(path.read_text())
        if digest_of_json({name: value for name, value in body.items() if name != "checksum"}) != body["checksum"]:
            yield f"half-made: {path}"


def left_over(store: Path) -> Iterator[str]:
    """What no later run would use or remove."""
    named = {
        file["sha256"]
        for path in store.glob("manifests/*/[0-9a-f]*.json")
        for file in json.loads(path.read_text())["files"].values()
    }
    orphans = [path for path in objects(store) if path.name not in named]
    for pattern in ("scratch/*", "locks/*", "damaged/*", "manifests/*/.*", ".*"):
        orphans += store.glob(pattern)
    orphans += [path for path in store.glob("families/*/*") if not path.name.startswith("step-")]
    for path in orphans:
        yield f"left over: {path.relative_to(store)}"


def objects(store: Path) -> list[Path]:
    return list(store.glob("blobs/*/*"))


def main(kind: str, folder: str, run: str, stage: str, every: str) -> None:
    """As said above."""
    place = Path(folder).resolve()
    place.mkdir(parents=True, exist_ok=True)
    recipes.write_corpus(place)
    if stage:
        imported(stage)
    found = survey(kind, place, getattr(recipes, run), stage or None, int(every))
    sys.stdout.write(json.dumps(found) + "\n")


def imported(stage: str) -> None:
    """Import here, once, what the stage would import in every child."""
    modules = ["flows.recipe", "pyarrow.parquet", "tasks.page.rendering", "tasks.text.decoding", "tasks.quality.floors"]
    if stage.split("[")[0] in ("train", "sample", "reference"):
        modules += ["tasks.sampling.generation", "tasks.network.surprise", "tasks.learning.training"]
    for module in modules:
        importlib.import_module(module)
    for made in vars(sys.modules["flows.recipe"]).values():
        if isinstance(made, Stage):
            code_of(made.function)


if __name__ == "__main__":
    main(*sys.argv[1:])
