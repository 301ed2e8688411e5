"""What a run says of itself: the command that repeats it, its options, versions and machine; never a secret."""

import importlib.metadata
import os
import platform
import shlex
from typing import Any

from flows.cli.options import Options
from tasks.corpus.redaction import redacted

VERSIONS = ("keras", "llvmlite", "numpy", "prefect", "pyarrow", "tensorflow", "tensorflow-cpu")


def command_of(options: Options) -> str:
    """The command line that makes the same again; secrets in addresses are left out."""
    words = ["python", "flows/main.py"]
    for name, value in options.flat().items():
        listed = value if isinstance(value, list) else [value]
        if isinstance(value, bool):
            words.append(f"--{name}" if value else f"--no-{name}")
        elif name in ("corpus", "temperatures"):
            words += [f"--{name}", *(redacted(str(item)) for item in listed)]
        else:
            words += [f"--{name}={item}" for item in listed]
    return shlex.join(words)


def given_options(options: Options) -> dict[str, Any]:
    """The options that were given, and the preset; secrets in addresses are left out."""
    return {"preset": options.preset, **options.flat(), "corpus": [redacted(s) for s in options.data.corpus]}


def versions() -> dict[str, str]:
    """Python and the libraries that results depend on most, by name."""
    installed = importlib.metadata.distributions()
    found = {d.metadata["Name"]: d.version for d in installed if d.metadata["Name"] in VERSIONS}
    return {"python": platform.python_version(), **dict(sorted(found.items()))}


def machine() -> dict[str, Any]:
    """Processor, system and how many processors this process may use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {"processor": platform.machine(), "system": platform.system(), "processors": usable}
