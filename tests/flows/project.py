"""A copy of the project, whose recipe is run in fresh processes and whose code a test may edit."""

import json
import os
import random
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TINY = {
    "training": {
        "units": 8,
        "embedding_dim": 4,
        "seq_length": 16,
        "batch_size": 8,
        "epochs": 1,
        "precision": "float32",
    },
    "sampling": {"temperatures": [0.5, 1.0], "samples_per_temperature": 2, "sample_length": 20},
}

STAGES = [
    "download",
    "normalise",
    "encode",
    "shard",
    "train",
    "sample[0.5]",
    "sample[1.0]",
    "reference",
    "score",
    "review",
]

SCRIPT = """
import json, sys
from pathlib import Path
from flows.recipe import charflow
from flows.cli.options import Options
from tasks.caching import Session, Store
from tasks.caching.running.execute import execute

session = Session(store=Store(Path(sys.argv[2]), run="test"), answer=execute)
with session.active():
    charflow(Options.model_validate_json(sys.argv[1]))
reports = [[r.name, r.state, r.why, r.output] for r in session.reports]
print(json.dumps({"reports": reports, "tensorflow": "tensorflow" in sys.modules}))
"""


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a run did: the states, reasons and output digests of its stages."""

    states: dict[str, str]
    reasons: dict[str, str]
    outputs: dict[str, str]
    imported_tensorflow: bool

    @property
    def ran(self) -> list[str]:
        return [name for name, state in self.states.items() if state == "ran"]


@dataclass(frozen=True, kw_only=True)
class Project:
    """A folder with the project's code and a store; the corpus may lie elsewhere."""

    folder: Path
    corpus: Path

    @property
    def store(self) -> Path:
        return self.folder / "store"

    def edit(self, module: str, old: str, new: str) -> None:
        path = self.folder / module
        before = path.read_text()
        assert before.count(old) == 1, f"{module} does not hold {old!r} once"
        path.write_text(before.replace(old, new))

    def run(self, cwd: Path | None = None, hash_seed: str = "0", **changed: dict) -> Done:
        options = options_of(**{"data": {"corpus": [str(self.corpus)]}, **changed})
        environment = {**os.environ, "PYTHONPATH": str(self.folder), "PYTHONHASHSEED": hash_seed}
        command = [sys.executable, "-c", SCRIPT, json.dumps(options), str(self.store)]
        done = subprocess.run(command, env=environment, cwd=cwd or self.folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout.splitlines()[-1])
        return Done(
            states={name: state for name, state, *_ in said["reports"]},
            reasons={name: why for name, _, why, _ in said["reports"]},
            outputs={name: output for name, *_, output in said["reports"]},
            imported_tensorflow=said["tensorflow"],
        )


def options_of(**changed: dict) -> dict:
    """Options of a tiny run, with these in their place, group by group."""
    groups = {**TINY, **{group: {**TINY.get(group, {}), **values} for group, values in changed.items()}}
    return {"preset": "quick", **groups}


def copy_project(folder: Path) -> Project:
    for part in ("flows", "tasks"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("prefect.toml", "prefect.yaml"):
        shutil.copy(ROOT / name, folder)
    project = Project(folder=folder, corpus=folder / "corpus.txt")
    project.corpus.write_bytes(corpus_text().encode())
    return project


def corpus_text(seed: int = 1) -> str:
    """Made-up lines of about 3,000 characters, some of them beyond ASCII."""
    words = ["the", "cat", "sat", "on", "a", "mat", "and", "søren", "naïve", "“quite”"]
    choose = random.Random(seed)
    return "".join(" ".join(choose.choices(words, k=8)) + ".\n" for _ in range(90))
