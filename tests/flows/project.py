"""A copy of the project, whose recipe is run in processes of its own and whose code a test may edit."""

import atexit
import functools
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
        "batch_size": 32,
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

def run(options, store):
    from flows.recipe import charflow
    from flows.cli.options import Options
    from tasks.caching import Session, Store
    from tasks.caching.running.execute import execute

    session = Session(store=Store(Path(store), run="test"), answer=execute)
    with session.active():
        charflow(Options.model_validate_json(options))
    reports = [[r.name, r.state, r.why, r.output] for r in session.reports]
    return {"reports": reports, "tensorflow": "tensorflow" in sys.modules}
"""
ALONE = f"{SCRIPT}\nprint(json.dumps(run(*sys.argv[1:])))"


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a run did: the states, reasons and output digests of its stages, and what it had imported at its end."""

    states: dict[str, str]
    reasons: dict[str, str]
    outputs: dict[str, str]
    imported_tensorflow: bool

    @classmethod
    def of(cls, said: dict) -> "Done":
        return cls(
            states={name: state for name, state, *_ in said["reports"]},
            reasons={name: why for name, _, why, _ in said["reports"]},
            outputs={name: output for name, *_, output in said["reports"]},
            imported_tensorflow=said["tensorflow"],
        )

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

    def run(self, **changed: dict) -> Done:
        """Run the recipe with the code as it is now, in a child of a process that has imported the libraries."""
        asked = {"script": SCRIPT, "arguments": self._arguments(changed), "folder": str(self.folder)}
        warm = _warm_process()
        warm.stdin.write(json.dumps({**asked, "cwd": str(self.folder)}) + "\n")
        warm.stdin.flush()
        said = json.loads(warm.stdout.readline())
        assert said["error"] is None, said["error"]
        return Done.of(said["result"])

    def run_alone(self, cwd: Path | None = None, hash_seed: str = "0") -> Done:
        """The same in a fresh process, which has imported nothing yet."""
        environment = {**os.environ, "PYTHONPATH": str(self.folder), "PYTHONHASHSEED": hash_seed}
        command = [sys.executable, "-c", ALONE, *self._arguments({})]
        done = subprocess.run(command, env=environment, cwd=cwd or self.folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return Done.of(json.loads(done.stdout.splitlines()[-1]))

    def _arguments(self, changed: dict[str, dict]) -> list[str]:
        options = options_of(**{"data": {"corpus": [str(self.corpus)]}, **changed})
        return [json.dumps(options), str(self.store)]


@functools.cache
def _warm_process() -> subprocess.Popen:
    """One for all tests of this process; it ends with it."""
    environment = {**os.environ, "PYTHONHASHSEED": "0", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-m", "tests.flows.warm"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=environment, cwd=ROOT, text=True, **pipes)
    atexit.register(process.communicate)
    return process


def options_of(**changed: dict) -> dict:
    """Options of a tiny run, with these in their place, group by group."""
    groups = {**TINY, **{group: {**TINY.get(group, {}), **values} for group, values in changed.items()}}
    return {"preset": "quick", **groups}


def copy_project(folder: Path) -> Project:
    """The project's code, but with shorter previews, which take most of the time of a tiny run; and a corpus."""
    for part in ("flows", "tasks"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("prefect.toml", "prefect.yaml"):
        shutil.copy(ROOT / name, folder)
    project = Project(folder=folder, corpus=folder / "corpus.txt")
    project.edit("tasks/learning/preview.py", "LENGTH = 200", "LENGTH = 5")
    project.corpus.write_bytes(corpus_text().encode())
    return project


def corpus_text(seed: int = 1) -> str:
    """Made-up lines of about 3,000 characters, some of them beyond ASCII."""
    words = ["the", "cat", "sat", "on", "a", "mat", "and", "søren", "naïve", "“quite”"]
    choose = random.Random(seed)
    return "".join(" ".join(choose.choices(words, k=8)) + ".\n" for _ in range(90))
