"""The embedded default corpus: the language reference that ships inside every CPython."""

import importlib


def default_corpus() -> str:
    """The topics of Python's own help, each under its name: about 465,000 characters, fixed for a Python version."""
    topics: dict[str, str] = importlib.import_module("pydoc_data.topics").topics
    return "\n\n".join(f"{name}\n{'=' * len(name)}\n\n{topics[name].strip()}" for name in sorted(topics)) + "\n"
