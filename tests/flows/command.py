"""The real command line of a project, in a process of its own."""

import os
import subprocess
import sys

TINY = [
    *["--units", "8", "--embedding-dim", "4", "--seq-length", "16", "--batch-size", "32", "--epochs", "1"],
    *[
        "--precision",
        "float32",
        "--samples-per-temperature",
        "2",
        "--sample-length",
        "20",
        "--temperatures",
        "0.5",
        "1",
    ],
]


def charflow(project, *words, cwd=None, stdin=None, **environment):
    """Run `python flows/main.py`, with Prefect's own files in the project's folder."""
    settings = {"PREFECT_HOME": str(project.folder / "prefect-home"), **environment}
    return subprocess.run(
        [sys.executable, str(project.folder / "flows/main.py"), *map(str, words)],
        env={**os.environ, **settings},
        cwd=cwd or project.folder,
        capture_output=True,
        text=True,
        input=stdin,
    )
