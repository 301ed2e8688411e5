"""A process that has imported the libraries, and carries out each run in a child of its own.

    python -m tests.flows.warm

Reads a line of JSON for each run, and answers each with one; at the end of its input it ends. It imports nothing of
the project's, whose code each child reads anew from the folder that it is told, and computes nothing itself. Its
children compute without compiling, which takes most of the time of a tiny run.
"""

import json
import os
import sys
from typing import Any

import cyclopts
import jinja2
import keras
import llvmlite.binding
import numpy
import pyarrow.parquet
import pydantic
import pydivsufsort
import tensorflow

from tests.faults.forking import in_child

LIBRARIES = (cyclopts, jinja2, keras, llvmlite, numpy, pyarrow, pydantic, pydivsufsort, tensorflow)


def run(script: str, arguments: list[str], folder: str, cwd: str) -> Any:
    """What the function `run` of the script gives, with the modules of a folder."""
    os.chdir(cwd)
    sys.path.insert(0, folder)
    names: dict[str, Any] = {}
    exec(script, names)
    return names["run"](*arguments)


def main() -> None:
    """As said above."""
    tensorflow.config.run_functions_eagerly(True)
    for line in sys.stdin:
        asked = json.loads(line)
        ended = in_child(lambda asked=asked: run(**asked))
        said = {"result": ended.result, "error": "killed" if ended.killed else ended.error}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
