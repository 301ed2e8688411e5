"""What a run says of itself: the command that repeats it, its options, versions and machine; never a secret."""

import importlib.metadata
import platform
import shlex
from typing import Any

from flows.cli.options import Options
from tasks.corpus.redaction import redacted, redacted_header
from tasks.network.processors import usable_processors

VERSIONS = ("keras", "llvmlite", "numpy", "prefect", "pyarrow", "tensorflow", "tensorflow-cpu")


def command_of(options: Options, initial: str | None = None) -> str:
    """The command line that makes the same again; secrets in addresses are left out.

    Args:
        options: of the run.
        initial: the run or folder whose model training started from: `latest` and `auto` soon mean another.
    """
    if initial is not None:
        training = options.training.model_copy(update={"init_from": initial})
        options = options.model_copy(update={"training": training})
    words = ["python", "flows/main.py"]
    for name, value in shown(options).flat().items():
        listed = value if isinstance(value, list) else [value]
        if isinstance(value, bool):
            words.append(f"--{name}" if value else f"--no-{name}")
        elif name in ("corpus", "temperatures"):
            words += [f"--{name}", *map(str, listed)]
        else:
            words += [f"--{name}={item}" for item in listed]
    return shlex.join(words)


def given_options(options: Options) -> dict[str, Any]:
    """The options that were given, and the preset; secrets in addresses are left out."""
    redacted_options = shown(options)
    return {"preset": options.preset, **redacted_options.flat(), "corpus": redacted_options.data.corpus}


def shown(options: Options) -> Options:
    """The options without what may be secret in addresses and headers."""
    corpus = [redacted(source) for source in options.data.corpus]
    headers = [redacted_header(line) for line in options.data.corpus_header]
    data = options.data.model_copy(update={"corpus": corpus, "corpus_header": headers})
    return options.model_copy(update={"data": data})


def versions() -> dict[str, str]:
    """Python and the libraries that results depend on most, by name."""
    installed = importlib.metadata.distributions()
    found = {d.metadata["Name"]: d.version for d in installed if d.metadata["Name"] in VERSIONS}
    return {"python": platform.python_version(), **dict(sorted(found.items()))}


def machine() -> dict[str, Any]:
    """Processor, system and how many processors this process may use."""
    return {"processor": platform.machine(), "system": platform.system(), "processors": usable_processors()}
